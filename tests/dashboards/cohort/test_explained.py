"""The definitions say what the code does."""

from __future__ import annotations

import footdrop_analytics as fd
from footdrop_analytics.analysis.cohort.choice import LEAST_PATIENTS
from footdrop_analytics.knowledge import definitions_of_one


def test_the_least_group_is_the_one_that_the_code_uses() -> None:
    explained = fd.load_definitions()["small_groups"]
    assert f"fewer than {LEAST_PATIENTS} patients" in explained.plain
    assert explained.formula == f"n < {LEAST_PATIENTS}."


def test_what_is_about_many_is_not_among_the_definitions_of_one() -> None:
    assert "small_groups" not in definitions_of_one()
    assert "adherence" in definitions_of_one()
