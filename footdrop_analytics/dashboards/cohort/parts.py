"""The parts of the cohort dashboard: each makes its HTML, its charts and the tables behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.cohort.choice import LEAST_PATIENTS, Choice, name_of, unrecorded
from footdrop_analytics.analysis.cohort.counts import ladder_of, pattern_of, quality_of
from footdrop_analytics.analysis.cohort.spread import Curve, persisting_of, spread_of, steps_table
from footdrop_analytics.dashboards.cohort import words
from footdrop_analytics.dashboards.cohort.charts import MOST_DOTS, drawn_rows, heat_chart, modes_chart, spread_chart
from footdrop_analytics.dashboards.cohort.persistence_chart import curves_chart, marks_of
from footdrop_analytics.dashboards.study_head import Head, age
from footdrop_analytics.dashboards.view import fragment
from footdrop_analytics.figures.data import plain_rows
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.knowledge import Definition, load_definitions
from footdrop_analytics.knowledge.flag_rules import load_silences
from footdrop_analytics.model.names import ALL, NOT_STATED, text_of
from footdrop_analytics.model.vocabulary import STATES
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import day, joined, quantity

MOST_ROWS = 40
"""A table on screen has no more rows than this; the one for download has all."""
# For each choice: all, none recorded, one of them.
_CHOSEN = {
    "exercise": (marked("all exercises"), marked("exercise not recorded"), marked("exercise “{name}”")),
    "arm": (marked("all arms"), marked("arm not recorded"), marked("arm “{name}”")),
    "aetiology": (marked("all aetiologies"), marked("aetiology not recorded"), marked("aetiology “{name}”")),
}
_EXPLAINED_BY = {
    "adherence": ("patient_value", "quantiles", "median_interval", "small_groups", "adherence", "due", "credited"),
    "persistence": ("stopped", "never_due", "curve", "band", "at_risk", "small_groups", "discontinued"),
    "ladder": ("difficulty_now", "series", "difficulty", *STATES),
    "pattern": ("pattern", "session", "exercise_session", "clinic"),
    "quality": ("rejected", "untimed", "no_rating", "late", "log_not_handed_in", "duplicates"),
}


@dataclass(frozen=True)
class Part:
    """What one part adds to the view; a chart without anything to draw is None."""

    panels: dict[str, str]
    tables: dict[str, pd.DataFrame]
    charts: dict[str, Chart | None] = field(default_factory=dict)


def _definitions(part: str) -> list[Definition]:
    known = load_definitions()
    return [known[key] for key in _EXPLAINED_BY[part]]


def _both(name: str, **facts: Any) -> dict[str, str]:
    """The panel above the chart and the one below it."""
    facts |= {"definitions": _definitions(name), "least": LEAST_PATIENTS}
    made = {part: fragment(f"cohort_{name}", part=part, **facts) for part in ("text", "table")}
    return {name: made["text"], f"{name}_table": made["table"]}


def head_part(choice: Choice, today: date | None) -> Part:
    """The head: how old the data is, who is shown; and what to know about it."""
    head, n_chosen, left_out = Head(choice.prepared.analysis), int(choice.chosen.sum()), unrecorded(choice.prepared)
    about = fragment(
        "cohort_about",
        head=head,
        n_chosen=n_chosen,
        chosen=chosen_words(choice, left_out),
        unrecorded=joined([translated(one) for one in left_out], "or") if left_out else "",
        period=period_words(choice.prepared.analysis),
    )
    said_age = age(choice.prepared.analysis, today)
    shown = fragment("everybody_head", title=translated("Cohort"), head=head, n_shown=n_chosen, age=said_age)
    return Part({"head": shown, "about": about}, {})


def chosen_words(choice: Choice, left_out: Sequence[str]) -> str:
    """The filters in words; nothing of what nobody is recorded with."""
    settings, parts = choice.settings, []
    for name, (everything, nothing, only) in _CHOSEN.items():
        value = getattr(settings, name)
        if value == ALL:
            parts += [translated(everything)] if name not in left_out else []
        elif value == NOT_STATED:
            parts.append(translated(nothing))
        else:
            parts.append(translated(only, name=name_of(choice.prepared, name, text_of(value))))
    return ", ".join(parts)


def period_words(analysis: Analysis) -> str:
    """The period of adherence in words."""
    end = day(analysis.end.date())
    if analysis.start is None:
        return translated("from each patient's first day to {day}", day=end)
    return translated("from {first} to {last}", first=day(analysis.start.date()), last=end)


def _any_small(rows: Sequence[Mapping[str, Any]]) -> bool:
    return any(0 < row["patients"] < LEAST_PATIENTS for row in rows)


def _of_groups(choice: Choice, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the tables of groups have in common."""
    return {
        "group": translated(choice.settings.group),
        "rows": rows[: MOST_ROWS + 1] if any(row["patients"] for row in rows) else [],
        "rows_more": max(len(rows) - MOST_ROWS - 1, 0),
        "any_small": _any_small(rows[1:]),
        "nothing": words.nothing_due(choice),
    }


def adherence_part(choice: Choice) -> Part:
    """How adherence is spread."""
    spread, group = spread_of(choice), choice.settings.group
    rows = plain_rows(spread.groups)
    medians = words.by_median(rows[1:])
    all_medians = len(medians) <= words.TOLD_IN_A_SENTENCE
    panels = _both(
        "adherence",
        **_of_groups(choice, rows),
        lead=words.adherence_lead(rows),
        medians=medians if all_medians else [medians[0], medians[-1]],
        all_medians=all_medians,
        period=period_words(choice.prepared.analysis),
        overlapping=choice.by_exercise and choice.exercise is None,
        most_dots=MOST_DOTS,
        not_drawn=int((spread.groups["patients"] > 0).sum()) - len(drawn_rows(spread)),
    )
    chart = spread_chart(spread, words.spread_words(spread, group))
    tables = {"adherence": spread.values, "adherence_groups": spread.groups}
    return Part(panels, tables, {"adherence": chart})


def persistence_part(choice: Choice) -> Part:
    """How long patients go on."""
    found, group = persisting_of(choice), choice.settings.group
    marks = marks_of(found.curves)
    by_key = {one.key: one for one in found.curves}
    rows = [row | _told(row, by_key.get(row["group"]), marks) for row in plain_rows(found.groups)]
    panels = _both(
        "persistence",
        **_of_groups(choice, rows),
        marks=[words.weeks(mark) for mark in marks],
        silence_days=load_silences().discontinuation.due_days,
        any_drawn=bool(found.curves),
        lead=words.persistence_lead(rows, found.curves, marks),
        not_drawn=found.not_drawn,
    )
    label = words.curves_words(found, marks[-1] if marks else 0, group)
    tables = {
        "persistence": found.times,
        "persistence_groups": found.groups,
        "persistence_curves": steps_table(found.curves),
    }
    return Part(panels, tables, {"persistence": curves_chart(found.curves, label)})


def _told(row: Mapping[str, Any], curve: Curve | None, marks: Sequence[int]) -> dict[str, Any]:
    """What a group's curve is at the marks, or why there is none."""
    if curve is not None:
        return {"told": [words.told_at(curve, mark) for mark in marks], "none": ""}
    if row["patients"] >= LEAST_PATIENTS:
        return {"told": [], "none": translated("no curve, because there are so many groups")}
    why = translated("too few to summarise") if row["patients"] else translated("nothing was due")
    return {"told": [], "none": why}


def ladder_part(choice: Choice) -> Part:
    """How the exercises are done now, and which criteria for review are met."""
    ladder = ladder_of(choice)
    name = {key: name_of(choice.prepared, "exercise", key) for key in choice.prepared.exercises}
    patients = dict(zip(choice.prepared.exercises, ladder.patients.tolist(), strict=True))
    definitions = load_definitions()
    states = list(dict.fromkeys(ladder.states["state"]))
    rows = []
    for key, own in ladder.states.groupby("exercise", sort=False):
        small = patients[str(key)] < LEAST_PATIENTS
        row = {"name": name[str(key)], "patients": patients[str(key)], "is_small": small}
        rows.append(row | {"of_series": int(own["of_series"].iloc[0]), "counts": own["series"].tolist()})
    enough = [patients[str(key)] >= LEAST_PATIENTS for key in ladder.modes["exercise"]]
    drawn = ladder.modes[np.array(enough, dtype=bool)]
    drawn = drawn.assign(name=[name[str(key)] for key in drawn["exercise"]])
    difficulties = [
        row | {"name": name[str(row["exercise"])]} for row in plain_rows(ladder.difficulties.iloc[: 3 * MOST_ROWS])
    ]
    panels = _both(
        "ladder",
        rows=rows,
        any_drawn=len(drawn) > 0,
        states=[definitions[state] for state in states],
        difficulties=difficulties,
        difficulties_more=len(ladder.difficulties) - len(difficulties),
        lead=words.ladder_lead(ladder.states),
        any_small=_any_small(rows),
        nothing=translated("No prescription is active on the as-of day in this choice."),
    )
    chart = modes_chart(drawn, words.modes_words(plain_rows(drawn)))
    tables = {"modes": ladder.modes, "difficulties": ladder.difficulties, "states": ladder.states}
    return Part(panels, tables, {"modes": chart})


def pattern_part(choice: Choice) -> Part:
    """When sessions are logged."""
    pattern = pattern_of(choice)
    home, total = pattern.by_weekday, int(pattern.by_weekday.sum())
    columns = (words.weekdays(), home.tolist(), pattern.untimed.tolist(), pattern.clinic.tolist())
    keys = ("weekday", "home", "untimed", "clinic")
    clinic = int(pattern.clinic.sum())
    nothing = [translated("No home session is logged in this choice up to the as-of day.")]
    if clinic:
        nothing.append(quantity("{count} were done at visits.", "{count} were done at visits.", clinic))
    panels = _both(
        "pattern",
        total=total,
        timed=pattern.timed,
        untimed=int(pattern.untimed.sum()),
        clinic=clinic,
        rows=[dict(zip(keys, values, strict=True)) for values in zip(*columns, strict=True)],
        # Hours of the night in which nobody exercises would only make the table longer.
        hours=[(words.hour_words(hour), counts) for hour, counts in enumerate(pattern.grid.T.tolist()) if any(counts)],
        lead=words.pattern_lead(pattern),
        nothing=" ".join(nothing),
    )
    chart = heat_chart(pattern, words.pattern_words(pattern))
    return Part(panels, {"pattern": pattern.table}, {"pattern": chart})


def quality_part(choice: Choice) -> Part:
    """How complete the log is."""
    quality = quality_of(choice)
    rows = quality.sources.to_dict("records")
    panel = fragment(
        "cohort_quality",
        rows=rows if rows[-1]["of_rows"] else [],
        tables=quality.tables.to_dict("records"),
        recording=[row for row in quality.recording.to_dict("records") if row["of"]],
        elsewhere=quality.rejected_elsewhere,
        lead=words.quality_lead(quality),
        nothing=translated("No row of the log belongs to this choice."),
        definitions=_definitions("quality"),
    )
    tables = {"quality": quality.sources, "recording": quality.recording, "tables_read": quality.tables}
    return Part({"quality": panel}, tables)
