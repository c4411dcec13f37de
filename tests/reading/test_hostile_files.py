"""Damaged, encrypted and hostile files: our own error within a moment, or a result; never another exception."""

from __future__ import annotations

import random
import zipfile
from dataclasses import fields, is_dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

import footdrop_analytics as fd
from footdrop_analytics.cli.study import nobodys_events
from footdrop_analytics.dashboards.study_head import Head
from footdrop_analytics.reading import load_table, parsed_file
from footdrop_analytics.reading import rows as rows_of_tables
from footdrop_analytics.reading.cells import values
from footdrop_analytics.reading.sources import raw
from tests.each import each

LOG = {"patient_id": ["P1"] * 3, "performed_at": ["2026-01-05"] * 3, "exercise": ["heel_raise"] * 3, "reps": [5, 6, 7]}
PLAN = {"patient_id": ["P1"], "exercise": ["heel_raise"], "start_date": ["2026-01-01"], "days_per_week": [5]}


def _workbook(path: Path) -> bytes:
    book = Workbook()
    for number, (table, columns) in enumerate({"sessions": LOG, "prescriptions": PLAN}.items()):
        sheet = book.create_sheet(table, number)
        sheet.append(list(columns))
        for row in zip(*columns.values(), strict=True):
            sheet.append(row)
    book.save(path)
    return path.read_bytes()


def test_a_workbook_with_a_flipped_bit_is_refused_in_our_words_or_read(tmp_path: Path) -> None:
    path, chance = tmp_path / "study.xlsx", random.Random(7)
    whole = _workbook(path)
    said = set()
    for _ in range(40):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            fd.read_study(path)
        except fd.StudyError as error:
            said.add(str(error).split(":")[0])
    assert said == {"study.xlsx"}


def test_an_encrypted_part_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "study.xlsx"
    whole = bytearray(_workbook(path))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := whole.find(signature, at + 1)) >= 0:
            whole[at + flags] |= 1
    path.write_bytes(whole)
    with pytest.raises(fd.StudyError, match=r"^study\.xlsx: cannot be read as an Excel workbook .*password"):
        fd.read_study(path)


def _parquet_study(folder: Path, log: dict[str, object]) -> fd.Study:
    pq.write_table(pa.table(log), folder / "sessions.parquet")
    pd.DataFrame(PLAN).to_csv(folder / "prescriptions.csv", index=False)
    return fd.read_study(folder)


@each("kind", [pa.binary(), pa.large_binary(), pa.binary(2)])
def test_ids_as_bytes_are_the_ids_that_they_spell(tmp_path: Path, kind: pa.DataType) -> None:
    for cells in (pa.array([b"P1"] * 3, kind), pa.array([b"P1"] * 3, kind).dictionary_encode()):
        study = _parquet_study(tmp_path, LOG | {"patient_id": cells})
        assert (study.patient_ids, len(study.sessions)) == (["P1"], 3)
    frame = pd.DataFrame(LOG | {"patient_id": [b"P1"] * 3})
    assert fd.study_from_tables(sessions=frame, prescriptions=pd.DataFrame(PLAN)).patient_ids == ["P1"]


def test_bytes_that_spell_nothing_are_refused(tmp_path: Path) -> None:
    bad = pa.array([b"\xff", b"a", b"b"])
    text = pa.Array.from_buffers(pa.string(), 3, bad.buffers())
    for name, cells in {"patient_id": bad, "notes": text}.items():
        with pytest.raises(fd.StudyError, match=r"^sessions\.parquet: cannot be read as Parquet .*UTF-8"):
            _parquet_study(tmp_path, LOG | {name: cells})
    with pytest.raises(fd.StudyError, match="not UTF-8"):
        fd.study_from_tables(sessions=pd.DataFrame(LOG | {"notes": [b"\xff"] * 3}), prescriptions=pd.DataFrame(PLAN))


def test_an_id_with_a_zero_at_its_end_is_another_id() -> None:
    ids = ["P1", "P1\0", "P1\0\0", "P2"]
    log = pd.DataFrame(
        {"patient_id": ids, "performed_at": "2026-01-05", "exercise": "heel_raise", "reps": [1, 2, 3, 4]}
    )
    plan = pd.DataFrame({"patient_id": ids, "exercise": "heel_raise", "start_date": "2026-01-01", "days_per_week": 5})
    study = fd.study_from_tables(sessions=log, prescriptions=plan)
    assert sorted(study.patient_ids) == ids
    assert study.sessions["reps"].tolist() == [1, 2, 3, 4]
    assert fd.analyse(study).caseload["patient_id"].nunique() == 4


def test_ids_that_fixed_width_text_would_take_for_one_stay_apart_in_every_table() -> None:
    ids = ["P1", "P1\0"]

    def study(chosen: list[str]) -> fd.Study:
        mark = {one: at for at, one in enumerate(ids)}
        one = {"exercise": "heel_raise", "side": "left"}
        rows: dict[str, list[dict[str, object]]] = {
            "sessions": [
                {**one, "performed_at": f"2026-01-{day:02d}", "reps": 5 + 3 * mark[who], "pain_0_10": 8 + mark[who]}
                for who in chosen
                for day in range(5, 25, 1 + mark[who])
            ],
            "prescriptions": [{**one, "start_date": "2026-01-01", "days_per_week": 7, "reps": 9} for _ in chosen],
            "events": [{"occurred_on": f"2026-01-1{mark[who]}", "kind": "fall"} for who in chosen],
            "pauses": [{"start_date": "2026-01-08", "end_date": f"2026-01-1{mark[who]}"} for who in chosen],
            "visits": [{"visited_on": f"2026-01-2{mark[who]}", "decision": "keep"} for who in chosen],
            "outcomes": [{"measured_on": "2026-01-20", "measure": "10mwt", "value": 1.0 + mark[who]} for who in chosen],
        }
        repeats = {name: len(lines) // len(chosen) for name, lines in rows.items()}
        whose = {name: [who for who in chosen for _ in range(count)] for name, count in repeats.items()}
        whose["sessions"] = [who for who in chosen for _ in range(5, 25, 1 + mark[who])]
        frames = {name: pd.DataFrame(lines).assign(patient_id=whose[name]) for name, lines in rows.items()}
        return fd.study_from_tables(today="2026-06-30", **frames)

    both = fd.analyse(study(ids), as_of="2026-01-25")
    for who in ids:
        alone = fd.analyse(study([who]), as_of="2026-01-25")
        for table in (
            "adherence_period",
            "persistence",
            "trends",
            "readiness",
            "criteria",
            "flags",
            "outcomes",
            "caseload",
        ):
            own = getattr(both, table)
            own = own[own["patient_id"] == who].reset_index(drop=True)
            expected = getattr(alone, table)
            assert len(own) == len(expected) > 0, table
            assert own.astype(object).fillna("").to_dict("records") == expected.astype(object).fillna("").to_dict(
                "records"
            )


def test_one_long_note_costs_its_own_memory_only() -> None:
    import tracemalloc

    ids = [f"P{number:04d}" for number in range(400)]
    log = pd.DataFrame({"patient_id": ids, "performed_at": "2026-01-05", "exercise": "heel_raise", "pain_0_10": 9})
    log["notes"] = ["calf pain " * 9_999] + ["calf pain"] * 399
    plan = pd.DataFrame({"patient_id": ids, "exercise": "heel_raise", "start_date": "2026-01-01", "days_per_week": 5})
    study = fd.study_from_tables(sessions=log, prescriptions=plan, today="2026-06-30")
    tracemalloc.start()
    flags = fd.review_flags(study)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(flags) >= 800
    assert peak < 60_000_000


def test_two_reasons_in_one_deciding_column_are_both_told(tmp_path: Path) -> None:
    pd.DataFrame(LOG).to_csv(tmp_path / "sessions.csv", index=False)
    pd.DataFrame(PLAN).to_csv(tmp_path / "prescriptions.csv", index=False)
    for table, head, day in (
        ("events", "patient_id,occurred_on,kind", "fall"),
        ("checkins", "patient_id,day,fell", "no"),
    ):
        rows = [f"P1,{when},{day}" for when in ("14/12/2025", "15/12/2025", "", "1980-01-01", "2026-01-04")]
        (tmp_path / f"{table}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    study = fd.read_study(tmp_path)
    told = study.rejected.groupby("table")["row"].apply(lambda rows: sorted(set(rows)))
    assert told.to_dict() == {"events": [2, 3, 4, 5], "checkins": [2, 3, 4, 5]}


def test_data_that_hold_arrays_compare_by_identity() -> None:
    modules = (raw, values, parsed_file, rows_of_tables, load_table)
    kinds = [one for module in modules for one in vars(module).values() if isinstance(one, type) and is_dataclass(one)]
    holding = [
        one for one in kinds if any(word in str(part.type) for part in fields(one) for word in ("Frame", "array"))
    ]
    assert len(holding) >= 5
    assert [one.__name__ for one in holding if one.__eq__ is not object.__eq__] == []


def test_a_row_that_fails_several_checks_is_counted_and_shown_once(tmp_path: Path) -> None:
    pd.DataFrame(LOG).to_csv(tmp_path / "sessions.csv", index=False)
    pd.DataFrame(PLAN).to_csv(tmp_path / "prescriptions.csv", index=False)
    events = "patient_id,occurred_on,kind,injury\n,14/12/2025,fal,maybe\nP9,2026-01-02,fal,no\n"
    (tmp_path / "events.csv").write_text(events, encoding="utf-8")
    study = fd.read_study(tmp_path)
    assert len(study.rejected) >= 4
    for rows in (study.rejected_rows, study.rejected_of_nobody):
        assert rows["row"].tolist() == [2, 3]
        assert rows["reason"].iloc[0].split("; ")[0] == "patient_id is missing"
        assert all(word in rows["reason"].iloc[0] for word in ("YYYY-MM-DD", "not one of fall"))
    analysis = fd.analyse(study)
    assert len(Head(analysis).nobodys) == 2
    assert len(nobodys_events(study)) == 2
    page = fd.write_report(analysis, "P1", tmp_path / "report.html").read_text(encoding="utf-8")
    assert "2 events or check-ins without a known patient" in page


def test_a_workbook_with_entities_reads_nothing_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET", encoding="utf-8")
    path = tmp_path / "log.xlsx"
    _workbook(path)
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            if name.endswith(("sharedStrings.xml", "sheet1.xml")):
                part = part.replace(b"?>", b"?>" + entity.encode(), 1).replace(b"P1", b"&e;")
            new.writestr(name, part)
    try:
        found = repr([fd.read_study(path).rejected.to_dict("records"), fd.read_study(path).patient_ids])
    except fd.FootdropError as error:
        found = str(error)
    assert "TOP-SECRET" not in found
