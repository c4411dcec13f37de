"""Recording where one looks: a form, a plan as people type it, and the folder in which what they say is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.kept import kept
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.importing.steps.plan_text import plan_of
from footdrop_analytics.knowledge.exercises import COLUMN_OF_UNIT
from footdrop_analytics.model.study import Study
from footdrop_analytics.reading.added import AddError, add_row, added_stamps, folder_for_added, now, take_back
from footdrop_analytics.reading.sources.locate import ADDED
from footdrop_analytics.scale.analyse import analyse
from footdrop_analytics.scale.manifest import is_partitioned
from footdrop_analytics.scale.study import PartitionedStudy
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.results import added_words

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
    columns = said.columns.items()
    typed = {name: f"{round(one, 2):.10g}" if isinstance(one, float) else str(one) for name, one in columns}
    if typed.get("side", cells.get("side")) != cells.get("side"):
        raise ParameterError(
            translated("The typed plan is about another side; change the plan of that side. Nothing was saved.")
        )
    if unit == "seconds" and "reps" in typed and "hold_s" not in typed:
        raise ParameterError(
            translated(
                "This exercise is held: write the seconds, such as 3 x {reps} s. Nothing was saved.", reps=typed["reps"]
            )
        )
    if "weekdays" in typed:
        cells = {name: value for name, value in cells.items() if name != "days_per_week"}
    remarks = "; ".join(filter(None, [cells.get("reason", ""), *said.remarks]))
    return {**cells, **typed, **({"reason": remarks} if remarks else {})}


AMOUNT, COUNTED_IN = "amount", "counted_in"
"""How many, and the column that it belongs to: repetitions or seconds."""


@dataclass(frozen=True)
class Field:
    """One thing asked: a column of the table (or the exercise and side), and how it is asked.

    ``kind`` is ``choice``, ``day``, ``number`` or ``text``; ``options`` are words and values; ``value`` stands there
    first; ``step`` of a number. A day is not before the one of the field ``after``.
    """

    name: str
    words: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""
    needed: bool = False
    low: str = "0"
    high: str = ""
    step: str = "1"
    after: str = ""


@dataclass(frozen=True)
class Offer:
    """Something that can be recorded: ``key`` names it on the page, ``given`` are the cells nobody needs to ask.

    ``stamped`` is the column that takes the time at which it is recorded, ``takes_back`` the id of a row that was
    added, ``unit`` what a plan's exercise is counted in. ``means``: by field and choice the cells that a choice stands
    for, where they are more than one.
    """

    key: str
    words: str
    table: str
    given: Mapping[str, str]
    fields: tuple[Field, ...] = ()
    stamped: str = ""
    takes_back: str = ""
    unit: str = ""
    means: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def cells(self, told: Mapping[str, object]) -> dict[str, str]:
        """The cells of the row, from what somebody filled in; what was not asked is not taken."""
        found = dict(self.given)
        for one in self.fields:
            value = str(told.get(one.name) or "").strip()
            if one.needed and not value:
                raise ParameterError(translated("Fill in “{field}”. Nothing was saved.", field=one.words))
            if one.name in self.means:
                found |= self.means[one.name].get(value, {})
            elif value:
                found[one.name] = value
        amount, column = found.pop(AMOUNT, ""), found.pop(COUNTED_IN, "")
        if column == "reps" and amount and not amount.isdigit():
            raise ParameterError(translated("Repetitions are counted in whole numbers. Nothing was saved."))
        found |= {column: amount} if amount else {}
        named = {one.name: one.words for one in self.fields}
        for one in self.fields:
            if one.after and found.get(one.name, "9999") < found.get(one.after, ""):
                raise ParameterError(
                    translated("“{later}” is before “{day}”. Nothing was saved.", later=one.words, day=named[one.after])
                )
        return _while_it_holds(with_typed_plan(found, found.pop(TYPED, ""), self.unit))

    def called(self, cells: Mapping[str, object]) -> dict[str, str]:
        """The words of the form for the columns of the row."""
        named = {one.name: one.words for one in self.fields}
        amount = {column: named[AMOUNT] for column in COLUMN_OF_UNIT.values() if AMOUNT in named and column in cells}
        return named | amount


def _while_it_holds(cells: dict[str, str]) -> dict[str, str]:
    """A plan's days of the week while their number stays the same, and its last day while it is not over."""
    number = len(cells.get("weekdays", "").split(","))
    other = cells.get("days_per_week", "") not in ("", str(number), f"{number}.0")
    gone = {"weekdays"} if other else set()
    if cells.get("end_date", "9999") < cells.get("start_date", ""):
        gone.add("end_date")
    return {name: value for name, value in cells.items() if name not in gone}


READ_ONLY_VARIABLE = "FOOTDROP_READ_ONLY"
"""Set for those who may look and not record."""


@dataclass(frozen=True)
class Saved:
    """A row that was saved: its id (blank for one that takes another back), and what to say of it."""

    row_id: str
    words: str


@dataclass
class Desk:
    """The folder that rows are added to, and what reads the study again.

    ``read`` reads the study as it is by then, with what others have added; ``folder`` is the study's, None if nothing
    can be recorded, and ``why_not`` says why, in English; blank if it can, or if nobody asked for it. In the folder
    ``watched`` others may record something meanwhile.
    """

    read: Callable[[], Study | PartitionedStudy]
    folder: Path | None = None
    why_not: str = ""
    watched: Path | None = None

    def __post_init__(self) -> None:
        self._seen = self._stamps()

    @property
    def is_open(self) -> bool:
        """Whether rows can be recorded."""
        return self.folder is not None

    def record(self, study: Study, offer: Offer, told: Mapping[str, object]) -> Saved:
        """Append the row that a form was filled in to, or the one that takes a row back.

        Raises FootdropError if it cannot be such a row, or cannot be saved.
        """
        if self.folder is None:
            raise AddError(translated(self.why_not or marked("Nothing can be recorded here.")))
        place, by = self.folder, str(told.get("by") or "")
        if offer.takes_back:
            take_back(place, offer.table, offer.takes_back, by, study.exercises)
            return Saved("", translated("Taken back."))
        cells: dict[str, object] = {**offer.cells(told)}
        cells |= {offer.stamped: now()} if offer.stamped else {}
        row_id = add_row(place, offer.table, cells, by, study.exercises, called=offer.called(cells))
        said = added_words(offer.table, {name: str(value) for name, value in cells.items()}, study.exercises)
        return Saved(row_id, translated("Saved in {file}: {row}.", file=f"{offer.table}{ADDED}.csv", row=said))

    @property
    def has_news(self) -> bool:
        """Whether somebody has recorded something since the study was last read."""
        return self._stamps() != self._seen

    def analysed(self, before: Analysis) -> Analysis:
        """The analysis of the study as it is now, by the same rules."""
        self._seen = self._stamps()

        def anew() -> Analysis:
            study = self.read()
            assert isinstance(study, Study), "in a study of parts nothing can be recorded"
            return analyse(study, rules=before.rules, flags=before.flag_rules)

        return kept(self.watched, anew)

    def _stamps(self) -> object:
        return None if self.watched is None else added_stamps(self.watched)


def desk_of(read: Callable[[], Study | PartitionedStudy], path: Path | None) -> Desk:
    """The desk of a study that is read from ``path``; one without a path has no place for rows."""
    if path is None:
        return Desk(read, why_not=marked("This study is no folder, so that nothing can be recorded here."))
    if is_partitioned(path):
        of_parts = marked(
            "Nothing can be recorded in a study of parts. Open the folder that it was made from, record there, and run "
            "footdrop partition again: it takes up what is new."
        )
        return Desk(read, why_not=of_parts)
    watched = path if path.is_dir() else None
    if os.environ.get(READ_ONLY_VARIABLE):
        why_not = marked("This page is open for reading only: nothing can be recorded here.")
        return Desk(read, why_not=why_not, watched=watched)
    try:
        return Desk(read, folder_for_added(path), watched=watched)
    except AddError as error:
        return Desk(read, why_not=str(error))
