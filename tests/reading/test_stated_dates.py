"""Dates given as parameters and in a stated format: never a guess, never the clock."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.wording.language import LANGUAGES
from tests.each import each

PLAN = pd.DataFrame(
    {"patient_id": ["P1"], "exercise": ["heel_raise"], "side": ["left"], "start_date": ["2026-01-01"], "reps": ["10"]}
).assign(days_per_week="5")


def log(*days: str) -> pd.DataFrame:
    return pd.DataFrame({"patient_id": "P1", "performed_at": list(days), "exercise": "heel_raise", "reps": "10"})


@each("word", ["now", "today", "Now", "NaT"])
def test_words_that_pandas_takes_for_the_clock_are_no_dates_in_a_stated_format_either(word: str) -> None:
    study = fd.study_from_tables(
        sessions=log("05/01/2026", word), prescriptions=PLAN, date_format="%d/%m/%Y", today="2026-02-01"
    )
    assert study.sessions["performed_at"].tolist() == [pd.Timestamp("2026-01-05")]
    assert study.rejected["row"].tolist() == [3]


@each(
    "form, written",
    [
        ("%d/%m/%Y %H:%M", "06/01/2026 18:30"),
        ("%d/%m/%YT%H:%M", "06/01/2026T18:30"),
        ("DD/MM/YYYY", "06/01/2026 18:30"),
    ],
)
def test_a_format_may_name_the_time_of_day_too(form: str, written: str) -> None:
    rows = log("05/01/2026", written)
    study = fd.study_from_tables(sessions=rows, prescriptions=PLAN, date_format=form, today="2026-02-01")
    assert study.sessions["performed_at"].astype(str).tolist() == ["2026-01-05 00:00:00", "2026-01-06 18:30:00"]


@each(
    "form, written",
    [
        ("%d. %B %Y", "3. März 2026"),
        ("%d. %b %Y %H:%M", "3. März 2026 18:30"),
        ("%d %B %Y", "3 mars 2026"),
        ("%d %b %Y", "3 MARS 2026"),
        ("%d de %B de %Y", "3 de marzo de 2026"),
        ("%d %b. %Y", "3 mar. 2026"),
        ("%A %d %B %Y", "Tuesday 3 March 2026"),
    ],
)
def test_a_format_with_the_names_of_months_reads_them_in_every_language(form: str, written: str) -> None:
    study = fd.study_from_tables(sessions=log(written), prescriptions=PLAN, date_format=form, today="2026-04-01")
    assert study.sessions["performed_at"].dt.normalize().tolist() == [pd.Timestamp("2026-03-03")]


def test_a_shortened_month_may_have_a_full_stop() -> None:
    days = ("1 janv. 2026", "2 févr. 2026", "3 août 2025", "4 sept. 2025", "5 ene 2026", "6 dic. 2025", "7 Okt. 2025")
    study = fd.study_from_tables(
        sessions=log(*days, "8 Fabruar 2026"), prescriptions=PLAN, date_format="%d %b %Y", today="2026-04-01"
    )
    months = study.sessions.sort_values("performed_at")["performed_at"].dt.strftime("%Y-%m-%d").tolist()
    assert months == ["2025-08-03", "2025-09-04", "2025-10-07", "2025-12-06", "2026-01-01", "2026-01-05", "2026-02-02"]
    assert study.rejected["value"].tolist() == ["8 Fabruar 2026"]


def test_names_of_months_mean_one_month_each() -> None:
    named = [
        (f"3 {name} 2025", number)
        for language in LANGUAGES.values()
        for place, length in product(("format", "stand-alone"), ("wide", "abbreviated"))
        for number, name in language.locale.months[place][length].items()
    ]
    sessions = log(*(text for text, _ in named)).assign(month=[number for _, number in named])
    study = fd.study_from_tables(sessions=sessions, prescriptions=PLAN, date_format="%d %b %Y", today="2026-04-01")
    assert study.rejected.empty, study.rejected[["value", "reason"]].to_string()
    assert len(study.sessions) == len(named)
    assert (study.sessions["performed_at"].dt.month == study.sessions["month"].astype(int)).all()


@each("form", ["%d/%m", "%Q", "%d/%m/%Y/%Y", "%d/%m/%Q/%Y", "%Y-%d-%m", "soon"])
def test_a_format_that_cannot_be_read_is_one_clear_error(form: str) -> None:
    with pytest.raises(fd.ParameterError, match="date_format"):
        fd.study_from_tables(sessions=log("2026-01-05"), prescriptions=PLAN, date_format=form, today="2026-02-01")


@each("today", ["06/01/2026", "now", 5, "2026-13-01", pd.NaT])
def test_the_day_of_reading_is_never_guessed(today: object) -> None:
    with pytest.raises(fd.ParameterError, match="today"):
        fd.study_from_tables(sessions=log("2026-01-05"), prescriptions=PLAN, today=today)  # type: ignore[arg-type]


def test_copies_of_copies_are_not_called_unlike() -> None:
    once = log("2026-01-05")
    study = fd.study_from_tables(
        sessions=[pd.concat([once] * 2), pd.concat([once] * 3)], prescriptions=PLAN, today="2026-02-01"
    )
    assert len(study.sessions) == 3
    assert not study.notes["message"].str.contains("but not in the rest").any()
