"""The rows of some patients: every one of theirs, in the order of the table, and what may belong to anybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.model.study import TABLES, RowsByPatient
from tests.each import each

LISTS = [["SIM-0001"], ["SIM-0013"], ["SIM-0007", "SIM-0002", "SIM-0007"], []]


def _mixed(study: fd.Study) -> fd.Study:
    """The study with the rows of all patients in one another's midst, and rejected rows of somebody and nobody."""
    order = np.random.default_rng(7).permutation
    tables = {name: getattr(study, name) for name in TABLES}
    mixed = {name: table.take(order(len(table))).reset_index(drop=True) for name, table in tables.items()}
    whose = pd.Series(["SIM-0007", None, "sim-0007", "SIM-0001", "SIM-0013"], dtype="str")
    rejected = study.rejected.reindex(range(len(whose))).astype({"row": "Int64"})
    return replace(study, rejected=rejected.assign(patient_id=whose, row=range(len(whose))), **mixed)


@pytest.fixture(scope="module", params=["as read", "mixed"])
def study(request: pytest.FixtureRequest) -> fd.Study:
    read = fd.read_study("data/demo")
    return read if request.param == "as read" else _mixed(read)


@each("patients", LISTS)
def test_the_rows_are_those_that_a_search_finds(study: fd.Study, patients: list[str]) -> None:
    found = study.filter(patients)
    for name in TABLES:
        table = getattr(study, name)
        expected = table[table["patient_id"].isin(patients)].reset_index(drop=True)
        ids = pd.Index(sorted(set(patients)), dtype="str")
        expected["patient_id"] = expected["patient_id"].cat.set_categories(ids)
        pd.testing.assert_frame_equal(getattr(found, name), expected, check_categorical=True)
    for name in ("rejected", "notes"):
        table = getattr(study, name)
        kept = table["patient_id"].isin(patients) | ~table["patient_id"].isin(study.patient_ids)
        pd.testing.assert_frame_equal(getattr(found, name), table[kept].reset_index(drop=True))


def test_part_of_a_part(study: fd.Study) -> None:
    twice = study.filter(["SIM-0002", "SIM-0007", "SIM-0013"]).filter(["SIM-0013"])
    for name in (*TABLES, "rejected"):
        pd.testing.assert_frame_equal(getattr(twice, name), getattr(study.filter(["SIM-0013"]), name))
    with pytest.raises(fd.ParameterError, match="no rows of 'SIM-0001'"):
        twice.filter(["SIM-0001"])


def test_what_is_taken_is_no_window_on_the_study(study: fd.Study) -> None:
    own = study.filter(["SIM-0007"])
    taken = own.sessions
    taken["reps"] = 77
    assert not (own.sessions["reps"] == 77).any()
    assert not (study.sessions["reps"] == 77).any()
    assert not (study.filter(["SIM-0007"]).sessions["reps"] == 77).any()


def test_a_row_of_nobody_is_never_given_to_somebody() -> None:
    whose = pd.Categorical.from_codes([0, -1, 1, 2, -1], categories=["a", "b", "c"])
    rows = RowsByPatient(pd.DataFrame({"patient_id": whose, "n": range(5)}), frozenset("abc"))
    for wanted in (["c"], ["a", "c"], ["a", "b", "c"]):
        found = rows.rows_of(pd.CategoricalDtype(pd.Index(wanted, dtype="str")))
        assert found["n"].isin([1, 4]).sum() == 2
        assert found.loc[found["n"].isin([1, 4]), "patient_id"].isna().all(), wanted
        assert found["patient_id"].dropna().tolist() == wanted
