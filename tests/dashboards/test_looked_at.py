"""How old the files are, and the last day that counts: what every dashboard says of them, and how they are changed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards import CaseloadSettings, CohortSettings, PatientSettings
from footdrop_analytics.dashboards.caseload.shell import CaseloadDashboard
from footdrop_analytics.dashboards.cohort.shell import CohortShell
from footdrop_analytics.dashboards.patient.shell import PatientDashboard
from footdrop_analytics.errors import ParameterError
from tests.dashboards.patient._people import text_of
from tests.each import each
from tests.studies import AS_OF, Log, study_of

LAST = AS_OF.date()
LOOKED = LAST + timedelta(days=40)


@lru_cache(maxsize=1)
def analysis() -> fd.Analysis:
    return fd.analyse(study_of(P=Log(), Q=Log()))


def _opened(today: date | None) -> dict[str, Any]:
    shells: dict[str, Any] = {
        "caseload": CaseloadDashboard(analysis(), CaseloadSettings(today=today)),
        "cohort": CohortShell(analysis(), CohortSettings(today=today)),
        "patient": PatientDashboard(analysis(), PatientSettings(patient_id="P", today=today)),
    }
    for shell in shells.values():
        shell.open()
    return shells


def _of_age(shell: Any) -> str:
    """The panel that says how old the files are: a patient's stands beside the button."""
    return "age" if isinstance(shell, PatientDashboard) else "head"


def _button(shell: Any) -> Any:
    return shell.period.today if isinstance(shell, PatientDashboard) else shell.as_of.button


@each("today, said", [(LOOKED, "These files end on 31 Mar 2026, 40 days before today."), (LAST, ""), (None, "")])
def test_how_old_the_files_are_is_said_where_somebody_looks(today: date | None, said: str) -> None:
    for name, shell in _opened(today).items():
        head = text_of(shell.last_view, _of_age(shell))
        assert ("before today" in head) is bool(said), name
        assert (said if name != "patient" or not said else "Files end 40 days before today") in head, name
        assert (_button(shell).layout.display == "none") is not bool(said), name


def test_as_of_today_looks_at_today_and_vouches_for_the_log() -> None:
    for name, shell in _opened(LOOKED).items():
        _button(shell).click()
        view = shell.last_view
        assert view.as_of == LOOKED, name
        assert "As of 10 May 2026" in text_of(view, "head"), name
        assert _button(shell).layout.display == "none", name
        assert any(day in view.code for day in ("2026-05-10", "date(2026, 5, 10)")), name
        assert "before today" in text_of(view, _of_age(shell)), name
    caseload = _opened(LOOKED)["caseload"]
    assert "40 days" not in str(caseload.last_view.tables["flags"]["message"].tolist())
    _button(caseload).click()
    assert caseload.last_view.tables["caseload"]["adherence_28d"].tolist() == [0, 0]
    assert (caseload.last_view.tables["flags"]["rule_id"] == "lapse").sum() == 2


def test_a_day_can_be_typed_and_a_year_on_its_way_changes_nothing() -> None:
    for name in ("caseload", "cohort"):
        shell = _opened(LOOKED)[name]
        shell.as_of.field.value = date(202, 3, 20)
        assert shell.last_view.as_of == LAST
        shell.as_of.field.value = date(2026, 3, 20)
        assert shell.last_view.as_of == date(2026, 3, 20)
        shell.as_of.field.value = None
        assert shell.last_view.as_of == shell.as_of.field.value == LAST


def test_up_to_which_day_a_log_is_known_stands_in_the_head() -> None:
    later = Log().visit(0)
    later.without(*range(10))
    stated = Log().without(*range(20)).patient(data_through="2026-03-11")
    for log, words in (
        (Log(), "log taken as handed in up to the as-of day"),
        (later, "log taken as handed in up to 21 Mar 2026, the last day of anybody's log"),
        (stated, "log handed in up to 11 Mar 2026"),
    ):
        shell = PatientDashboard(fd.analyse(study_of(P=log)), PatientSettings(patient_id="P"))
        shell.open()
        assert words in text_of(shell.last_view, "head").replace("Log ", "log ")


@each("settings", [CaseloadSettings, CohortSettings, PatientSettings])
@each("day", ["2026-03-31", AS_OF, date(1900, 1, 1), date(9999, 1, 1)])
def test_what_is_no_day_of_a_log_is_refused(settings: type, day: object) -> None:
    with pytest.raises(ParameterError, match=r"today: expected a date|before every log|after every log"):
        settings(today=day)
