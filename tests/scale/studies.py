"""Studies for partitioning: with everything in them that concerns several files or several patients."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.model.study import TABLES
from footdrop_analytics.scale.parts import TOLD
from footdrop_analytics.scale.results import TABLES as RESULTS

TODAY = "2031-01-01"


def messy(folder: Path) -> Path:
    """Overlapping exports, other clocks, alike ids, spellings, versions, blank sides, cells and rows that fail."""
    made = fd.simulate(patients=7, weeks=5, seed=5)
    made.write(folder)
    log = pd.read_csv(folder / "sessions.csv", dtype=str, keep_default_na=False)
    (folder / "sessions.csv").unlink()
    log.loc[log.index[::9], "side"] = ""
    log.loc[log.index[::31], "reps"] = "7-8"
    log.loc[log.index[5::41], "exercise"] = "toe thing"
    log.loc[log.index[3], "patient_id"] = ""
    log.loc[log.index[7], "performed_at"] = "2040-01-01"
    day = log["performed_at"].str[:10]
    middle = sorted(set(day))[len(set(day)) // 2]
    log[day <= middle].to_csv(folder / "sessions_2.csv", index=False)
    again = log[(day <= middle) & (day > sorted(set(day))[5])]
    corrected = again.assign(pain_0_10=again["pain_0_10"].where(again.index % 7 != 0, "8"))
    pd.concat([corrected, log[day > middle]]).to_csv(folder / "sessions_10.csv", index=False)
    lost = again[again["patient_id"].isin(["SIM-0002", "SIM-0003"])]
    lost.assign(performed_at=lost["performed_at"].str[:10]).to_csv(folder / "sessions_11.csv", index=False)
    own = log[log["patient_id"] == "SIM-0001"]
    pd.concat([own.head(3).assign(patient_id="sim 1"), own.head(2).assign(patient_id="???", exercise="none")]).to_csv(
        folder / "sessions_12.csv", index=False
    )
    added = own.tail(3).assign(performed_at="2026-01-05 10:10", added_id=["a", "b", "c"], takes_back=["", "a", ""])
    added.to_csv(folder / "sessions-added.csv", index=False)
    patients = pd.read_csv(folder / "patients.csv", dtype=str, keep_default_na=False)
    patients["clinician"] = ["Dr. Rose", "dr rose", "DR ROSE", "Dr. Rose", "Kim", "kim", ""]
    patients["wave"] = "1"
    patients.to_csv(folder / "patients.csv", index=False)
    plans = pd.read_csv(folder / "prescriptions.csv", dtype=str, keep_default_na=False)
    plans.head(4).assign(reps="11").to_csv(folder / "prescriptions_2.csv", index=False)
    (folder / "events.csv").write_text(
        "patient_id,occurred_on,kind,notes\nSIM-0004,2026-01-20,fall,\nSIM-OOO4,soon,fall,mistyped\n,2026-01-21,fall,\n"
    )
    (folder / "profile.yaml").write_text("name: own\n")
    (folder / "notes about it.csv").write_text("patient,said\n1,2\n")
    return folder


def in_one_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows as text, in an order of their own."""
    texts = frame.astype("str").astype(object)
    return texts.sort_values(list(texts.columns)).reset_index(drop=True)


def expect_same(found: fd.Study, expected: fd.Study) -> None:
    """Two studies are the same but for the order of rows of different patients and of lines."""
    for name in TABLES:
        theirs, ours = getattr(expected, name), getattr(found, name)
        # Columns beyond the contract may be missing where no row fills them.
        theirs = theirs.drop(columns=[one for one in theirs if one not in ours and theirs[one].isna().all()])
        ids = pd.Categorical(theirs["patient_id"].astype("str"))
        theirs = theirs.assign(patient_id=ids).sort_values("patient_id", kind="stable").reset_index(drop=True)
        pd.testing.assert_frame_equal(ours, theirs, obj=name)
    for name in TOLD:
        pd.testing.assert_frame_equal(
            in_one_order(getattr(found, name)), in_one_order(getattr(expected, name)), obj=name
        )
    for name in ("as_of", "log_through", "rows_through", "synthetic"):
        assert getattr(found, name) == getattr(expected, name), name
    pd.testing.assert_frame_equal(found.sources, expected.sources)


def expect_same_results(found: fd.Analysis | fd.PartitionedAnalysis, expected: fd.Analysis) -> None:
    """Two analyses have the same rows in the same order in every table."""
    for name in RESULTS:
        table, theirs = getattr(found, name), getattr(expected, name)
        assert len(table) == len(theirs)
        rows = table if isinstance(table, pd.DataFrame) else table.to_pandas()
        pd.testing.assert_frame_equal(rows, theirs, obj=name)
    assert found.parameters == expected.parameters
