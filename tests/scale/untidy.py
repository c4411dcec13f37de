"""Random untidy studies: what several files and several patients of one folder can have to do with each other."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd

import footdrop_analytics as fd

CELLS = (
    *("", "", "2-3", "10 reps", "NA", "-1", "03/04/2026", "13/04/2026", "\u200b", "L", "✓", "7,5", "2040-01-01"),
    *("x" * 300, "left", "5?", " 8 ", "2026-02-30", "2026-02-01 09:00Z"),
)
EVENTS = """patient_id,occurred_on,kind,notes
{one},2026-01-20,fall,
SIM-OOO4,soon,fall,mistyped
,2026-01-21,fall,
{one},soon,near_fall,
"""


def untidy(folder: Path, seed: int) -> dict[str, str]:
    """Write a study into a folder; how it is to be read."""
    rng = random.Random(seed)
    fd.simulate(patients=rng.randint(3, 8), weeks=rng.randint(3, 6), seed=seed).write(folder)
    tables = {}
    for path in folder.glob("*.csv"):
        tables[path.stem] = pd.read_csv(path, dtype=str, keep_default_na=False)
        path.unlink()
    ids = sorted(set(tables["patients"]["patient_id"]))
    share = rng.choice([0, 0, 0.002, 0.01, 0.03])
    for name in sorted(tables):
        tables[name] = _with_odd_cells(rng, _with_ids_alike(rng, tables[name]), share)
    log = tables.pop("sessions")
    _write_log(rng, log, folder)
    for name, table in sorted(tables.items()):
        if name == "patients":
            table["clinician"] = [rng.choice(["Dr. Rose", "dr rose", "DR ROSE", "Kim", "kim", ""]) for _ in table.index]
        cut = rng.randint(1, len(table)) if rng.random() < 0.4 else len(table)
        _write(rng, table[:cut], folder, f"{name}_1")
        _write(rng, table[max(0, cut - rng.choice([0, 2, len(table)])) :], folder, f"{name}_2")
    if rng.random() < 0.5:
        (folder / "events-x.csv").write_text(EVENTS.format(one=rng.choice(ids)))
    how = {}
    if rng.random() < 0.3:
        how["timezone"] = "Europe/Berlin"
    if rng.random() < 0.2:
        how["date_format"] = rng.choice(["%d/%m/%Y", "%m/%d/%Y"])
    return how


def _with_ids_alike(rng: random.Random, table: pd.DataFrame) -> pd.DataFrame:
    """Some rows under an id that people read alike, and some under none."""
    few = rng.choice([0, 0.01, 0.1])
    kinds = (str.lower, lambda one: one.replace("0", "O"), lambda one: f" {one} ", lambda one: one.replace("-", " "))
    found = [rng.choice(kinds)(one) if rng.random() < few else one for one in table["patient_id"]]
    return table.assign(patient_id=["" if rng.random() < 0.003 else one for one in found])


def _with_odd_cells(rng: random.Random, table: pd.DataFrame, share: float) -> pd.DataFrame:
    odd = {
        name: [rng.choice(CELLS) if rng.random() < share else cell for cell in table[name]]
        for name in table
        if name != "patient_id"
    }
    return table.assign(**odd)


def _write_log(rng: random.Random, log: pd.DataFrame, folder: Path) -> None:
    """The log in several files, sorted or not, that overlap, lack columns, or say days in another way."""
    for name in ("side", "status", "sets", "session_id"):
        share = rng.choice([0, 0, 0.1, 1])
        if name in log:
            log[name] = ["" if rng.random() < share else cell for cell in log[name]]
    if rng.random() < 0.6:
        log = log.sort_values("performed_at", kind="stable")
    begin = 0
    for number, end in enumerate([*sorted(rng.sample(range(1, len(log)), rng.randint(0, 5))), len(log)]):
        file = log.iloc[max(0, begin - rng.choice([0, 0, 20, 80])) : end]
        begin = end
        if rng.random() < 0.3:
            file = file.assign(pain_0_10=[pain if rng.random() < 0.9 else "7" for pain in file["pain_0_10"]])
        if rng.random() < 0.3:
            file = file.drop(columns=rng.sample([name for name in file if name not in log.columns[:3]], 4))
        if rng.random() < 0.2:
            file = file.assign(weight=rng.choice(["5", "a", ""]))
        file = file.assign(performed_at=_written(rng, file["performed_at"]))
        _write(rng, file, folder, f"sessions_{rng.choice([number, 100 - number])}{rng.choice('ab')}{number}")
        if rng.random() < 0.15:
            _write(rng, file, folder, f"sessions copy {number}")
    if rng.random() < 0.4:
        own = log.head(3).assign(added_id=["a", "b", "c"], takes_back=["", "a", ""])
        own.to_csv(folder / "sessions-added.csv", index=False)


def _written(rng: random.Random, times: pd.Series) -> pd.Series:
    """The times as another program writes them."""
    year, month, day = times.str[:4], times.str[5:7], times.str[8:10]
    form = rng.choice(["", "", "", "Z", "+02:00", "day first", "month first", "day"])
    if form == "day first":
        return day + "/" + month + "/" + year
    if form == "month first":
        return month + "/" + day + "/" + year + times.str[10:].str.replace("T", " ")
    return times.str[:10] if form == "day" else times.where([rng.random() < 0.5 for _ in times], times + form)


def _write(rng: random.Random, table: pd.DataFrame, folder: Path, stem: str) -> None:
    if not len(table):
        return
    kind = rng.choice(["csv"] * 6 + ["tsv", "semicolons", "parquet", "xlsx"])
    if kind == "parquet":
        table.to_parquet(folder / f"{stem}.parquet")
    elif kind == "xlsx":
        table.to_excel(folder / f"{stem}.xlsx", index=False)
    elif kind == "tsv":
        table.to_csv(folder / f"{stem}.tsv", sep="\t", index=False)
    else:
        table.to_csv(folder / f"{stem}.csv", sep=";" if kind == "semicolons" else ",", index=False)
