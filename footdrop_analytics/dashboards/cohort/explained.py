"""What the numbers of the cohort mean: the definitions that reports have too, and those of groups of patients."""

from __future__ import annotations

from footdrop_analytics.dashboards.cohort.choice import LEAST_PATIENTS
from footdrop_analytics.knowledge import Definition, load_definitions

_GROUP = "cohort"
_OWN = (
    Definition(
        "patient_value",
        "One value per patient",
        _GROUP,
        "Every patient counts once in a group, whatever the number of exercises, sides and sessions. Whoever had "
        "nothing due has no value, which is not 0.",
        "Sum of credited / sum of due over the patient's series in the group, in the period of the analysis; missing "
        "if nothing was due.",
    ),
    Definition(
        "quantiles",
        "Median, middle half, 10 % to 90 %",
        _GROUP,
        "Half of the patients lie below the median. The middle half lies between the quarter with the lowest and the "
        "quarter with the highest values.",
        "Quantiles 0.5, 0.25 and 0.75, 0.1 and 0.9 of the patients' values, linear between neighbours.",
    ),
    Definition(
        "median_interval",
        "95 % interval of the median",
        _GROUP,
        "Where the median of patients like these may lie. It does not say whether two groups differ, nor why.",
        "Between two of the values, by the binomial distribution of their ranks (Conover 1999); from 6 patients on.",
    ),
    Definition(
        "stopped",
        "Stopped",
        _GROUP,
        "From some day on no entry for 28 due days or more, up to the as-of day, in any of the patient's exercises "
        "shown. That says nothing about the person, or why. Days of pauses and days without a log are not counted.",
        "Event of the series that is known longest (persistence: event, open gap >= 28 due days); dated at the last "
        "exercise day, or the first due day without one.",
    ),
    Definition(
        "curve",
        "Patients with entries",
        _GROUP,
        "The share of patients who were still going on so many days after their first due day. Patients who are "
        "known for a shorter time count for as long as they are known.",
        "Kaplan-Meier estimate; time from the first due day to the last exercise day (event) or to the last due day "
        "(censored), one time per patient and group.",
    ),
    Definition(
        "band",
        "95 % interval of the curve",
        _GROUP,
        "How far chance alone may move the curve with so few patients. It does not say whether two groups differ.",
        "Greenwood's variance on the log-log scale, at each day by itself; missing before the first event.",
    ),
    Definition(
        "at_risk",
        "At risk",
        _GROUP,
        "The patients who were still going on and known on that day: the share rests on them.",
        "Patients whose time is at least so many days.",
    ),
    Definition(
        "late_end",
        "The end of the curve",
        _GROUP,
        "Whoever went quiet in the last 28 due days cannot have stopped yet. The right end of a curve lies too high.",
        "The event needs 28 due days after the last exercise day; until then the time is censored at the last due day.",
    ),
    Definition(
        "difficulty_now",
        "Mode and difficulty now",
        _GROUP,
        "How the exercise is prescribed on the as-of day: who moves the foot, the position, the support and the rest.",
        "Mode of the version active on the as-of day; difficulty of the latest run.",
    ),
    Definition(
        "pattern",
        "Weekday and hour",
        _GROUP,
        "When sessions at home were begun, as logged. Counts, not shares of what was due: on which days to exercise is "
        "mostly free. The time is the one written down, which need not be the time it was done.",
        "Sessions with a done row of the exercise chosen (of any), by the weekday of the session's day and the hour of "
        "its first done row with a clock time. Sessions whose done rows are all of source clinic stand apart.",
    ),
    Definition(
        "rejected",
        "Rejected rows",
        _GROUP,
        "Rows that could not be read and are in no number.",
        "Distinct rejected rows of the log / (valid + rejected rows). A blank source is the default, diary.",
    ),
    Definition(
        "untimed",
        "Without time",
        _GROUP,
        "A day was written down, but no time.",
        "performed_at at midnight sharp / valid rows.",
    ),
    Definition(
        "no_rating",
        "Without pain, without effort",
        _GROUP,
        "The row has no such rating. People rate once a day, not every set, and check-ins count for the day as well: a "
        "row without a rating need not be a day without one. Not rated is not 0.",
        "Rows with status done and without pain_0_10 (effort_0_10) / rows with status done.",
    ),
    Definition(
        "late",
        "Late entries",
        _GROUP,
        "Written down more than a day after the exercise.",
        "recorded_at - performed_at > 1 day (by date where one has no time) / rows with recorded_at.",
    ),
    Definition(
        "log_not_handed_in",
        "Log not handed in",
        _GROUP,
        "Patients of whom some days have no log because it was not handed in. That is not the same as not done.",
        "Patients with unobserved_days > 0 in the period / patients with a row of the source.",
    ),
    Definition(
        "duplicates",
        "Duplicates",
        _GROUP,
        "Rows that stood in more than one file, or that a later row replaced. They count once. Which source they came "
        "from is not kept.",
        "Rows of the study's table of duplicates, by table.",
    ),
    Definition(
        "small_groups",
        "Small groups",
        _GROUP,
        f"Groups of fewer than {LEAST_PATIENTS} patients are named and counted. They have no median, share or curve: a "
        "single person would decide it, and could be recognised.",
        f"n < {LEAST_PATIENTS}.",
    ),
)
_OF_SECTION = {
    "adherence": ("patient_value", "quantiles", "median_interval", "small_groups", "adherence", "due", "credited"),
    "persistence": ("stopped", "curve", "band", "at_risk", "late_end", "small_groups", "discontinued"),
    "ladder": ("difficulty_now", "series", "difficulty"),
    "pattern": ("pattern", "session", "exercise_session", "clinic"),
    "quality": ("rejected", "untimed", "no_rating", "late", "log_not_handed_in", "duplicates"),
}


def definitions_of(section: str) -> tuple[Definition, ...]:
    """The definitions that stand in place with a section."""
    every = {**load_definitions(), **{one.key: one for one in _OWN}}
    return tuple(every[key] for key in _OF_SECTION[section])
