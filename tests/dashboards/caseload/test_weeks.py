"""The small trend: a bar is a share, a foot is none of what was due, a blank is a week without anything due."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
from markupsafe import escape

import footdrop_analytics as fd
from footdrop_analytics.dashboards import CaseloadSettings, caseload_view
from footdrop_analytics.dashboards.caseload.roster import Roster
from footdrop_analytics.dashboards.caseload.table import N_WEEKS, Weeks, latest_weeks, pictures
from footdrop_analytics.wording.words import percent
from tests.dashboards.caseload.people import MARKUP, analysis
from tests.each import each
from tests.studies import AS_OF, Log, study_of

DUE = np.zeros((1, N_WEEKS), dtype=np.int64)
MONDAYS = [pd.Timestamp("2026-01-12") + pd.Timedelta(days=7 * week) for week in range(N_WEEKS)]
BAR = re.compile(r"M(\d+) 21v-(\d+)")


def _bars(picture: str) -> dict[int, int]:
    return {int(x) // 8: int(height) for x, height in BAR.findall(picture)}


def test_weeks_of_a_patient() -> None:
    weeks = latest_weeks(Roster(analysis()))
    assert weeks.mondays == MONDAYS
    of = dict(zip(analysis().caseload["patient_id"], weeks.shares, strict=True))
    # 31 days up to 31 March: from 1 March, a Sunday, on. The lapsed one did the Monday of the week of the 23rd.
    nothing = [np.nan] * 6
    np.testing.assert_allclose(of[MARKUP], [*nothing, 1, 1, 1, 1, 1 / 7, 0])
    np.testing.assert_allclose(of["[red]"], [*nothing, 1, 1, 1, 1, 1, np.nan])
    assert np.isnan(of["a 2"]).all()


def test_shares_equal_the_weekly_table() -> None:
    weeks = latest_weeks(Roster(analysis()))
    shares, mondays = weeks.shares, list(weeks.mondays)
    table = analysis().adherence_patient
    rows = list(analysis().caseload["patient_id"])
    known = {
        (rows.index(row.patient_id), mondays.index(monday)): row.adherence
        for row in table.itertuples()
        if (monday := row.window_start - pd.Timedelta(days=row.window_start.weekday())) in mondays
    }
    assert len(known) > 30
    for (patient, week), share in known.items():
        assert shares[patient, week] == share or (np.isnan(share) and np.isnan(shares[patient, week]))
    rest = [(p, w) for p in range(len(rows)) for w in range(N_WEEKS) if (p, w) not in known]
    assert all(np.isnan(shares[one]) for one in rest)


def test_missing_is_never_zero() -> None:
    (picture,) = pictures(Weeks(np.array([[np.nan, 0.0, 1.0, 0.5] + [np.nan] * 8]), DUE, MONDAYS))
    bars = _bars(picture)
    assert set(bars) == {1, 2, 3}
    assert 0 < bars[1] < bars[3] < bars[2] <= 21
    assert "12 Jan to 30 Mar: nothing due, 0, 100, 50, nothing due" in picture


@each("share", [0.0, 0.0001, 0.004, 0.005, 0.145, 0.5, 0.994, 0.996, 0.9999, 1.0])
def test_a_share_reads_as_everywhere_and_its_bar_is_neither_none_nor_all(share: float) -> None:
    (picture,) = pictures(Weeks(np.array([[share] * N_WEEKS]), DUE, MONDAYS))
    words = str(escape(percent(share).rstrip("% \u00a0")))
    assert f": {words}, {words}, " in picture
    assert (words in ("0", "100")) == (share in (0, 1))


def test_nothing_due_in_all_weeks_is_said() -> None:
    nothing = Weeks(np.full((1, N_WEEKS), np.nan), DUE, MONDAYS)
    assert pictures(nothing).tolist() == ["<small>nothing due in 12 weeks</small>"]


def test_a_pause_and_a_log_that_is_away_are_told_from_nothing_due() -> None:
    logs = {
        "paused": Log(100).add("pauses", start_date="2026-03-09", end_date="2026-03-31"),
        "away": Log(100).without(*range(23)).patient(data_through="2026-03-08"),
        "over": Log(100).planned(end_date="2026-03-08"),
        "long paused": Log(100).add("pauses", start_date="2025-12-01"),
    }
    found = fd.analyse(study_of(**logs), as_of=AS_OF)
    weeks = latest_weeks(Roster(found))
    said = dict(zip(found.caseload["patient_id"].astype(str), pictures(weeks), strict=True))
    for patient, words, sign in (("paused", "paused", "m3 0v-7"), ("away", "log not handed in", "l6 6m0-6l-6 6")):
        assert f": {', '.join(['100'] * 8 + [words] * 4)}</title>" in said[patient]
        assert said[patient].count(sign) == 4
    assert f": {', '.join(['100'] * 8 + ['nothing due'] * 4)}</title>" in said["over"]
    assert "<path class=fda-signs d=''/>" in said["over"]
    assert f": {', '.join(['paused'] * 12)}</title>" in said["long paused"]


def test_the_period_of_an_analysis_only_shortens_the_trend() -> None:
    later = fd.analyse(analysis().study, as_of=AS_OF, start="2026-03-18")
    shares = latest_weeks(Roster(later)).shares
    assert np.isnan(shares[:, :9]).all()
    # The week of the 16th is clipped to begin on the 18th, and still stands in its own place.
    assert shares[0, 9] == 1
    first, second = (caseload_view(one, CaseloadSettings()).tables["caseload"] for one in (analysis(), later))
    pd.testing.assert_frame_equal(first, second)


def test_weeks_outside_the_last_twelve_are_left_out() -> None:
    early = analysis().adherence_patient.assign(window_start=pd.Timestamp("2020-01-06").as_unit("us"))
    shares = latest_weeks(Roster(replace(analysis(), adherence_patient=early))).shares
    assert np.isnan(shares).all()
