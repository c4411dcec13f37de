"""A change of plan as people type it: ``3x10, 5 days a week``."""

from __future__ import annotations

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.importing.shape.plan_text import plan_of
from footdrop_analytics.wording.language import translated

TYPED = "typed"
"""The name of the field."""


def with_typed_plan(cells: dict[str, str], text: str, unit: str) -> dict[str, str]:
    """The cells of a prescription with what was typed, which counts before what was picked.

    Examples
    --------
    >>> with_typed_plan({"sets": "1", "reps": "8"}, "3x10, 5 days a week", "reps")
    {'sets': '3', 'reps': '10', 'days_per_week': '5'}
    """
    if not text:
        return cells
    try:
        said = plan_of(text, named=False)
    except ParameterError as error:
        nothing = translated("Nothing was saved.")
        raise ParameterError(f"{str(error).splitlines()[0]} {nothing}") from None
    typed = {name: _cell(value) for name, value in said.columns.items()}
    if typed.get("side", cells.get("side")) != cells.get("side"):
        raise ParameterError(
            translated("The typed plan is about another side; change the plan of that side. Nothing was saved.")
        )
    if unit == "seconds" and "reps" in typed and "hold_s" not in typed:
        raise ParameterError(
            translated(
                "This exercise is held: write the seconds, such as 3 x {reps} s. Nothing was saved.",
                reps=typed["reps"],
            )
        )
    if "weekdays" in typed:
        cells = {name: value for name, value in cells.items() if name != "days_per_week"}
    remarks = "; ".join(filter(None, [cells.get("reason", ""), *said.remarks]))
    return {**cells, **typed, **({"reason": remarks} if remarks else {})}


def _cell(value: object) -> str:
    return f"{round(value, 2):.10g}" if isinstance(value, float) else str(value)
