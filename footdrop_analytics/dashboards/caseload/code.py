"""The lines of Python that make the rows on screen again."""

from __future__ import annotations

from collections.abc import Iterator

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.caseload.roster import one_form
from footdrop_analytics.dashboards.caseload.settings import CaseloadSettings
from footdrop_analytics.dashboards.study_head import analyse_lines, in_its_language, study_lines
from footdrop_analytics.model.choices import ALL, NOT_STATED, text_of

_BY_SEVERITY = {
    "red": ('rows = rows[rows["n_red"] > 0]',),
    "amber": ('rows = rows[rows["n_amber"] > 0]',),
    "red_or_amber": ('rows = rows[(rows["n_red"] > 0) | (rows["n_amber"] > 0)]',),
    "note": (
        "flags = analysis.flags",
        'noted = flags.loc[flags["open"] & (flags["severity"] == "note"), "patient_id"]',
        'rows = rows[rows["patient_id"].isin(noted)]',
    ),
    "none": ('rows = rows[(rows["n_red"] == 0) & (rows["n_amber"] == 0)]',),
}


def code(analysis: Analysis, settings: CaseloadSettings) -> str:
    """Code that ends with ``rows``, the rows of the caseload that are shown."""
    head = ["import footdrop_analytics as fd"]
    more_imports, reading = study_lines(settings.study, analysis.study)
    head += more_imports
    if one_form(settings.search.strip()):
        head += [
            "from footdrop_analytics.dashboards.caseload.roster import one_form",
            "from footdrop_analytics.wording.words import own_days",
        ]
    body = [
        *analyse_lines(analysis, f'as_of="{analysis.as_of:%Y-%m-%d}"'),
        "rows = analysis.caseload",
        *_choices(settings),
        "rows = rows.reset_index(drop=True)",
    ]
    return "\n".join([*head, "", reading, *in_its_language(analysis, body), ""])


def _choices(settings: CaseloadSettings) -> Iterator[str]:
    for name in ("clinician", "aetiology"):
        yield from _column(name, getattr(settings, name))
    yield from _arm(settings.arm)
    yield from _series(settings.exercise, settings.state)
    yield from _BY_SEVERITY.get(settings.severity, ())
    yield from _search(one_form(settings.search.strip()))


def _column(name: str, value: str) -> Iterator[str]:
    if value == NOT_STATED:
        yield f'rows = rows[rows["{name}"].isna()]'
    elif value != ALL:
        yield f'rows = rows[rows["{name}"] == {text_of(value)!r}]'


def _arm(value: str) -> Iterator[str]:
    # The arm stands in the table of patients only, which need not have everybody.
    if value == ALL:
        return
    yield "patients = study.patients"
    if value == NOT_STATED:
        yield 'stated = patients.loc[patients["arm"].notna(), "patient_id"]'
        yield 'rows = rows[~rows["patient_id"].isin(stated)]'
    else:
        yield f'in_arm = patients.loc[patients["arm"] == {text_of(value)!r}, "patient_id"]'
        yield 'rows = rows[rows["patient_id"].isin(in_arm)]'


def _series(exercise: str, state: str) -> Iterator[str]:
    if exercise == ALL and state == ALL:
        return
    yield "series = analysis.readiness"
    for name, value in (("exercise", exercise), ("state", state)):
        if value != ALL:
            yield f'series = series[series["{name}"] == {value!r}]'
    yield 'rows = rows[rows["patient_id"].isin(series["patient_id"])]'


def _search(needle: str) -> Iterator[str]:
    if not needle:
        return
    yield 'text = rows["patient_id"].astype("str") + "\\n" + rows["clinician"].fillna("") + "\\n"'
    yield 'text = (text + rows["why"].map(own_days)).map(one_form)'
    yield f"rows = rows[text.str.contains({needle!r}, regex=False)]"
