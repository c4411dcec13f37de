"""What a caller meets: types that are refused, tables that cannot be changed from outside, short forms, pickles."""

from __future__ import annotations

import gc
import inspect
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.reading import study_from_tables
from tests.project._tree import ROOT

GIVEN: dict[str, Any] = {"patients": 2, "weeks": 2, "seed": 1, "patient_id": "SIM-0001", "code": "de"}
TAKES_ANY = {"progress"}
OPEN = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
NEVER_RIGHT = (object(), {"a": 1}, 3.5, b"bytes")


@pytest.fixture(scope="module")
def study() -> fd.Study:
    return fd.read_study(ROOT / "data" / "demo")


@pytest.fixture(scope="module")
def analysis(study: fd.Study) -> fd.Analysis:
    return fd.analyse(study.filter(["SIM-0001", "SIM-0002"]))


def _refused(call: Any, name: str, *args: Any, **given: Any) -> str | None:
    try:
        call(*args, **given)
    except fd.FootdropError:
        return None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not ours
        return f"{call.__name__}, {name}: {type(error).__name__}: {error}"
    return f"{call.__name__}, {name}: taken"


def test_every_public_function_refuses_wrong_types(study: fd.Study, analysis: fd.Analysis, tmp_path: Path) -> None:
    known = GIVEN | {"study": study, "analysis": analysis, "path": tmp_path / "x.html", "folder": tmp_path / "out"}
    known |= {"source": ROOT / "data" / "demo" / "sessions-2025-11.csv", "out": tmp_path / "parts"}
    known |= {"key_file": tmp_path / "key.csv", "cohort": fd.cohort(analysis)}
    functions = [one for one in (getattr(fd, name) for name in fd.__all__) if inspect.isfunction(one)]
    wrong = []
    for function in functions:
        parameters = inspect.signature(function).parameters.values()
        needed = {one.name: known[one.name] for one in parameters if one.default is one.empty and one.kind not in OPEN}
        if function is fd.read_study:
            needed["path"] = ROOT / "data" / "demo"
        for one in parameters:
            if one.name in TAKES_ANY or one.kind in OPEN:
                continue
            wrong += [_refused(function, one.name, **{**needed, one.name: value}) for value in NEVER_RIGHT]
    wrong += [_refused(fd.study_from_tables, "sessions", sessions=value) for value in ("folder", 3, [1], None)]
    wrong += [_refused(study.filter, "patients", value) for value in (None, 3, "SIM-0001", [True, False], object())]
    wrong += [_refused(analysis.for_patient, "patient_id", value) for value in (None, 3, object())]
    wrong = [one for one in wrong if one]
    assert not wrong, "\n".join(wrong)
    assert len(functions) > 15


@pytest.mark.filterwarnings("ignore::pandas.errors.ChainedAssignmentError")
def test_a_table_changed_in_place_changes_no_result(study: fd.Study, analysis: fd.Analysis) -> None:
    before = fd.adherence(study)
    study.sessions["reps"] = 0
    taken = study.sessions
    taken["status"] = "skipped"
    taken.loc[:, "sets"] = 9
    del taken["exercise"]
    study.prescriptions.loc[:, "days_per_week"] = 1.0
    pd.testing.assert_frame_equal(fd.adherence(study), before)
    assert list(study.sessions)[:3] == ["patient_id", "performed_at", "exercise"]
    analysis.caseload["n_red"] = 99
    assert analysis.caseload["n_red"].max() < 99


def test_nobody_writes_into_the_arrays_of_a_table(study: fd.Study, analysis: fd.Analysis) -> None:
    assert len(analysis.calendar) > 0  # computed when it is asked for
    for one in (study, analysis, pickle.loads(pickle.dumps(study))):
        tables = [name for name, value in vars(one).items() if isinstance(value, pd.DataFrame) and len(value)]
        assert len(tables) > 5
        for name in tables:
            for column, values in getattr(one, name).items():
                before = values.copy(deep=True)
                for inside in (values.to_numpy(), values.values, values.array):
                    with suppress(ValueError, TypeError):
                        inside[:] = inside[-1:]
                        inside[:1] = None
                pd.testing.assert_series_equal(getattr(one, name)[column], before)


@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])  # the highest keeps arrays read-only
def test_a_table_whose_study_is_gone_can_be_changed(study: fd.Study, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(study, protocol))
    sessions, sets = again.sessions, again.sessions["sets"]
    del again
    gc.collect()
    sets.iloc[:2] = 9
    sessions.loc[:1, ["sets", "hold_s", "patient_id"]] = (8, 7.5, "SIM-0002")
    sessions.loc[:1, "notes"] = "x"
    assert sets.tolist()[:2] == [9, 9]
    assert sessions.loc[1, ["sets", "hold_s", "patient_id", "notes"]].tolist() == [8, 7.5, "SIM-0002", "x"]


def test_an_analysis_pickles_after_use(analysis: fd.Analysis, tmp_path: Path) -> None:
    alone = analysis.for_patient("SIM-0001")
    fd.write_report(analysis, "SIM-0001", tmp_path / "report.html")
    for one in (analysis, alone):
        again = pickle.loads(pickle.dumps(one))
        pd.testing.assert_frame_equal(again.caseload, one.caseload)
        pd.testing.assert_frame_equal(again.for_patient("SIM-0001").trends, alone.trends)


def test_short_forms_are_short_and_name_nobody(study: fd.Study, analysis: fd.Analysis) -> None:
    for one in (study, analysis):
        text, html = repr(one), one._repr_html_()
        assert len(text.splitlines()) == 3
        assert len(html) < 1000
        assert "2025-12-21" in text
        assert "SIM-" not in text + html
    assert repr(study).startswith("<Study: 13 patients")
    assert "sessions 2,052" in repr(study)
    # A row that fails several checks is one row.
    bad = pd.DataFrame(
        {
            "patient_id": ["P1", "P1"],
            "performed_at": ["2025-11-03", "2025-99-99"],
            "exercise": ["heel_raise", "x"],
            "side": "left",
        }
    )
    assert repr(fd.study_from_tables(sessions=bad)).splitlines()[-1].split(", ")[0].endswith(" rejected 1")


def test_columns_in_a_named_index_are_taken(study: fd.Study) -> None:
    flat = {name: getattr(study, name) for name in ("sessions", "prescriptions")}
    indexed = {
        "sessions": flat["sessions"].set_index(["patient_id", "performed_at"]),
        "prescriptions": [flat["prescriptions"].set_index("patient_id")],
    }
    first, second = study_from_tables(**flat), study_from_tables(**indexed)
    pd.testing.assert_frame_equal(fd.adherence(first), fd.adherence(second))
