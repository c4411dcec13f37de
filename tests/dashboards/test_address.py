"""What is chosen stands in a page's address, and an address shows it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import footdrop_analytics as fd
from footdrop_analytics.dashboards.caseload.choices import ADDRESS as OF_LIST
from footdrop_analytics.dashboards.caseload.choices import CaseloadSettings
from footdrop_analytics.dashboards.caseload.shell import CaseloadDashboard
from footdrop_analytics.dashboards.patient.settings import ADDRESS, PatientSettings
from footdrop_analytics.dashboards.patient.shell import PatientDashboard
from footdrop_analytics.dashboards.shell import Page
from footdrop_analytics.dashboards.view import read, written
from tests.each import each

DAY = date(2025, 12, 1)


@each(
    "settings, names",
    [
        (PatientSettings(), ADDRESS),
        (PatientSettings(patient_id="A&B=ü 7", start=DAY, end=DAY, exercises=(), side="left"), ADDRESS),
        (PatientSettings(patient_id="x", exercises=("heel_raise",), language="fr", sheet_language="de"), ADDRESS),
        (CaseloadSettings(as_of=DAY, clinician="=M. F", search="a b", sort="last", reverse=True, page=2), OF_LIST),
    ],
)
def test_an_address_says_what_is_chosen(settings: Any, names: dict[str, str]) -> None:
    query = written(settings, names)
    assert replace(type(settings)(), **read(query, type(settings), names)) == settings
    assert read("?" + query, type(settings), names) == read(query, type(settings), names)


def test_what_is_no_value_is_passed_over() -> None:
    asked = "patient=P&from=tomorrow&as-of=2025-13-01&page=x&other=1&token=secret&study=/etc"
    assert read(asked, PatientSettings, ADDRESS) == {
        "patient_id": "P",
        "start": None,
        "end": None,
        "exercises": None,
        "side": "all",
        "contact": "",
        "language": "en",
        "sheet_language": "",
    }
    assert read(asked, CaseloadSettings, OF_LIST)["page"] == 1


def _went(page: Page, query: str, say: str = "look") -> None:
    page._heard(page, {"say": say, "address": query}, None)


def test_a_page_opens_where_its_address_leads_and_goes_back(demo: fd.Analysis) -> None:
    shell = PatientDashboard(demo, PatientSettings(patient_id="SIM-0005"))
    _went(shell.page, "patient=SIM-0003&from=2025-12-01&side=right")
    assert (shell.settings.patient_id, shell.settings.start, shell.settings.side) == ("SIM-0003", DAY, "right")
    shell.change(patient_id="SIM-0001", side="all")
    assert shell.page.address == "patient=SIM-0001&from=2025-12-01"
    _went(shell.page, "patient=SIM-0003", "went")
    assert (shell.settings.patient_id, shell.settings.start) == ("SIM-0003", None)
    _went(shell.page, "as-of=2025-12-01", "went")
    assert (shell.settings.patient_id, shell.settings.end) == ("SIM-0003", DAY)
    _went(shell.page, "patient=<b>&side=up", "went")
    assert "side: expected one of" in shell.alerts.trouble.value


def test_the_address_of_the_list_names_the_patient_below_it(demo: fd.Analysis) -> None:
    shell = CaseloadDashboard(demo, CaseloadSettings())
    _went(shell.page, "severity=red&as-of=2025-12-20&patient=SIM-0012&from=2025-12-01")
    assert shell.patient is not None
    assert (shell.settings.severity, shell.patient.settings.patient_id) == ("red", "SIM-0012")
    assert (shell.patient.settings.start, shell.patient.settings.end) == (DAY, date(2025, 12, 20))
    assert shell.page.address == "as-of=2025-12-20&severity=red&patient=SIM-0012&from=2025-12-01"
    shell.patient.change(patient_id="SIM-0005", start=None)
    assert shell.page.address == "as-of=2025-12-20&severity=red&patient=SIM-0005"
    _went(shell.page, "severity=red", "went")
    assert shell.page.address == "severity=red"
    assert not shell.root.children[-2].children, "nobody is open below the list"
    assert shell.table.opened == -1
    shell.change(as_of=date(2025, 12, 20))
    assert shell.table.opened == -1, "nobody is open on another day either"
    shell.change(as_of=None)
    shell.open_patient("SIM-0005")
    assert shell.table.opened >= 0
    assert shell.page.address == "severity=red&patient=SIM-0005"


def test_on_the_way_to_an_address_the_page_says_no_other(demo: fd.Analysis) -> None:
    shell = CaseloadDashboard(demo, CaseloadSettings())
    _went(shell.page, "patient=SIM-0012")
    said: list[str] = []
    shell.page.observe(lambda change: said.append(change["new"]), "address")
    arrived = shell.page.arrived
    _went(shell.page, "severity=red&as-of=2025-12-20&patient=SIM-0005&from=2025-12-01", "went")
    assert said == ["as-of=2025-12-20&severity=red&patient=SIM-0005&from=2025-12-01"]
    assert shell.page.arrived == arrived + 1
