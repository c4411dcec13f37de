"""What the cohort dashboard can be asked for, and everything that it shows for one choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.cohort.choice import (
    GROUPS,
    Choice,
    CohortFilter,
    choice_of,
    name_of,
    unrecorded,
)
from footdrop_analytics.dashboards.cohort.parts import (
    Part,
    adherence_part,
    head_part,
    ladder_part,
    pattern_part,
    persistence_part,
    quality_part,
)
from footdrop_analytics.dashboards.kept import columns_of
from footdrop_analytics.dashboards.study_head import LookedAt, analysed_up_to
from footdrop_analytics.dashboards.view import View, capitalized, code
from footdrop_analytics.model.names import ALL, NOT_STATED, value_of
from footdrop_analytics.wording.language import in_language, translated

ADDRESS = {"as_of": "as-of", **{name: name for name in ("language", "group", "exercise", "arm", "aetiology")}}
"""What of the settings stands in a page's address, and by which name."""


@dataclass(frozen=True, kw_only=True)
class CohortSettings(CohortFilter, LookedAt):
    """What the cohort dashboard shows: a filter, days and language, and where the study lies.

    Attributes
    ----------
    study : str
        Where the study lies, as it was given; only for the code that the dashboard shows.
    """

    study: str = ""

    def __post_init__(self) -> None:
        CohortFilter.__post_init__(self)
        LookedAt.__post_init__(self)


Options = tuple[tuple[str, str], ...]


def options_of(choice: Choice, asked: CohortSettings) -> dict[str, Options]:
    """``(label, value)`` of every control; the value asked for is always among them, in its own spelling."""
    prepared, chosen = choice.prepared, choice.settings.group
    left_out = unrecorded(prepared)
    # Exercises that somebody has a prescription or a session of.
    numbers = {*prepared.sums["exercise"].tolist(), *prepared.times["exercise"].tolist()}
    used = tuple(key for number, key in enumerate(prepared.exercises) if number in numbers)
    return {
        "group": tuple((capitalized(translated(key)), key) for key in GROUPS if key not in left_out or key == chosen),
        "exercise": _options(choice, "exercise", used, asked.exercise),
        "arm": _options(choice, "arm", prepared.arms.values, asked.arm),
        "aetiology": _options(choice, "aetiology", prepared.aetiologies.values, asked.aetiology),
    }


def _options(choice: Choice, group: str, keys: tuple[str, ...], asked: str) -> Options:
    chosen = getattr(choice.settings, group)
    missing = [] if chosen == ALL or chosen in map(value_of, keys) else [chosen]

    def label(key: str) -> str:
        return translated("Not recorded") if key == NOT_STATED else name_of(choice.prepared, group, key)

    named = [(label(key), asked if value_of(key) == chosen else value_of(key)) for key in keys]
    return ((translated("All"), ALL), *named, *((label(one) or one, one) for one in missing))


_UNGROUPED: WeakKeyDictionary[Analysis, tuple[CohortFilter, dict[str, Part]]] = WeakKeyDictionary()


def cohort_view(analysis: Analysis, settings: CohortSettings) -> View:
    """The cohort of an analysis.

    Parameters
    ----------
    analysis : Analysis
        The analysis of the whole study.
    settings : CohortSettings
        What is chosen.

    Returns
    -------
    View
        Panels ``head`` and ``about``; ``adherence``, ``persistence``, ``ladder``, ``pattern`` (above the chart) and
        the same with ``_table`` (below it); ``quality``. Charts ``adherence``, ``persistence``, ``modes``,
        ``pattern``. Tables (shares lie between 0 and 1, a missing value is never 0):

        - ``adherence``: one row per patient and group: ``patient_id``, ``group`` (key), ``name``, ``due`` and
          ``credited`` (sessions), ``adherence`` (share).
        - ``adherence_groups``: one row per group, all patients first: see ``analysis.cohort.spread.Spread``.
        - ``persistence``: one row per patient and group: ``time_days`` (days since the first due day), ``event``
          (stopped), ``series``; ``persistence_groups`` and ``persistence_curves``: see ``analysis.cohort.spread``.
        - ``modes``, ``difficulties``, ``states``: counts of series by exercise, see ``counts.Ladder``.
        - ``pattern``: sessions by ``weekday``, ``hour`` and ``place``, see ``counts.Pattern.table``.
        - ``quality``, ``recording``, ``tables_read``: counts of rows by source, of how they were written down, and by
          table, see ``counts.Quality``.

    Raises
    ------
    ParameterError
        If the study knows no such exercise, arm or aetiology.
    """
    with in_language(settings.language):
        return _view(analysed_up_to(analysis, settings.as_of), settings)


def _view(analysis: Analysis, settings: CohortSettings) -> View:
    choice = choice_of(columns_of(analysis), settings)
    same = _ungrouped(analysis, choice)
    parts = [
        *(head_part(choice, settings.today), adherence_part(choice), persistence_part(choice)),
        *(same["ladder"], same["pattern"], same["quality"]),
    ]
    return View(
        panels={name: panel for part in parts for name, panel in part.panels.items()},
        charts={name: chart for part in parts for name, chart in part.charts.items() if chart is not None},
        # A caller that changes a table changes a copy: the next view may share the original.
        tables={name: table.copy(deep=False) for part in parts for name, table in part.tables.items()},
        choices=options_of(choice, settings),
        code=code(settings, analysis),
        about="cohort",
        as_of=analysis.as_of.date(),
    )


def _ungrouped(analysis: Analysis, choice: Choice) -> dict[str, Part]:
    """The parts that say the same whatever patients are grouped by; kept for as long as only that changes."""
    filters = replace(choice.settings, group=CohortSettings().group)
    kept = _UNGROUPED.get(analysis)
    if kept is None or kept[0] != filters:
        makers = {"ladder": ladder_part, "pattern": pattern_part, "quality": quality_part}
        kept = _UNGROUPED[analysis] = filters, {name: make(choice) for name, make in makers.items()}
    return kept[1]
