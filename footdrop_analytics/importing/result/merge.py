"""An import beside what the study holds already: nothing twice, the fuller export of a day, the later plan."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from footdrop_analytics.importing.cells import FILE
from footdrop_analytics.importing.result.imported import as_texts
from footdrop_analytics.importing.shape.tables import PATIENT
from footdrop_analytics.model.inputs import ASSUMED, COLUMNS
from footdrop_analytics.reading.sources.csv_files import load_csv
from footdrop_analytics.reading.sources.locate import table_of

MERGED = ("new", "same", "replaced", "kept")
"""What became of the rows of two imports."""
_PLAN = (PATIENT, "exercise", "side", "start_date")
_WHAT = ["exercise_written", "exercise", "kind", "measure"]
"""What rows of one day are about; the name that the source uses counts before the exercise it was read as."""
_DAYS = {name for specs in COLUMNS.values() for name, spec in specs.items() if spec.log_day}
_BETWEEN = "\x1f"


def merged_tables(table: str, earlier: pd.DataFrame | None, now: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Both imports of one profile as one table, and how many rows were new, the same, replaced or kept.

    A patient's day in a log is taken from the export with more rows, of equal ones from the later; of files with other
    names only as far as both tell of the same exercise or kind: they may be two logs of one day. Of a plan, and of what
    is known of a patient, the later counts.
    """
    counts = dict.fromkeys(MERGED, 0)
    if earlier is None or earlier.empty:
        return now, counts | {"new": len(now)}
    now = as_texts(now)
    if table == "patients":
        return _patients(earlier, now), counts
    old, new = earlier, now
    if table == "prescriptions":
        old, new, _ = _settled(old, new, list(_PLAN), later_counts=True)
    else:
        for what in ([FILE], _WHAT[:1] if _WHAT[0] in old and _WHAT[0] in new else _WHAT[1:]):
            old, new, kept = _settled(old, new, [PATIENT, _day_of(table), *what])
            counts["kept"] += kept
    gone = earlier.loc[earlier.index.difference(old.index)]
    content = [name for name in COLUMNS[table] if name in now and name in earlier]
    before, after = _content(gone, content), _content(new, content)
    counts["same"] = int(before.clip(upper=after.reindex(before.index).fillna(0)).sum())
    counts["replaced"] = len(gone) - counts["same"]
    counts["new"] = len(new) - len(gone)
    return pd.concat([old, new], ignore_index=True), counts


def _settled(
    old: pd.DataFrame, new: pd.DataFrame, by: list[str], later_counts: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Of what both hold, the rows of one: of that with more, or of the later; and how many earlier rows were kept."""
    old_units, new_units = _units(old, by), _units(new, by)
    old_sizes, new_sizes = old_units.value_counts(), new_units.value_counts()
    both = old_sizes.index.intersection(new_sizes.index)
    larger = old_sizes[both].to_numpy() > new_sizes[both].to_numpy()
    fuller = both[larger] if not later_counts else both[:0]
    kept = old_units.isin(fuller)
    return old[~old_units.isin(both) | kept], new[~new_units.isin(fuller)], int(kept.sum())


def _units(frame: pd.DataFrame, by: list[str]) -> pd.Series:
    """What is replaced as a whole: one text a row, of days without their times."""
    found = pd.Series("", index=frame.index, dtype="str")
    for name in by:
        if name in frame:
            texts = frame[name].astype("str").fillna("")
            found = found + _BETWEEN + (texts.str[:10] if name in _DAYS else texts)
    return found


def _day_of(table: str) -> str:
    return next((name for name, spec in COLUMNS[table].items() if spec.log_day), "")


def _content(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """How often each row stands in a table, where it comes from set aside."""
    return frame[columns].fillna("").agg(_BETWEEN.join, axis=1).value_counts() if len(frame) else pd.Series(dtype=int)


def _patients(earlier: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """What is known of each patient: the later, but the last day of a log never moves back."""
    both = pd.concat([earlier, now], ignore_index=True)
    groups = both.groupby(PATIENT, sort=False)
    merged = groups.last()
    if "data_through" in both:
        merged["data_through"] = groups["data_through"].max()
    return merged.reset_index()


def one_kind_of_plan(plans: dict[Path, pd.DataFrame], place: Path) -> dict[Path, pd.DataFrame]:
    """The files of plans that change so that nobody has a prescribed and an assumed plan; ``place`` is always there.

    ``plans`` are all files of plans in the study, the one that an import is about to write among them.
    """
    prescribed: set[str] = set()
    for plan in plans.values():
        own = plan["prescriber"] != ASSUMED if "prescriber" in plan else pd.Series(True, index=plan.index)
        prescribed |= set(plan.loc[own, PATIENT].astype(str))
    changed = {}
    for file, plan in plans.items():
        out = (plan["prescriber"] == ASSUMED) & plan[PATIENT].isin(prescribed) if "prescriber" in plan else None
        if out is not None and out.any():
            changed[file] = plan[~out].reset_index(drop=True)
        elif file == place:
            changed[file] = plan
    return changed


def plans_in(folder: Path) -> dict[Path, pd.DataFrame]:
    """The files of plans in a study, as texts; those that hold no column of patients are no concern here."""
    found = {}
    for file in sorted(folder.glob("*.csv")):
        if table_of(file.stem) == "prescriptions":
            columns = load_csv(file, "prescriptions").columns
            if PATIENT in columns:
                texts = {name: cells.to_pylist() for name, cells in columns.items()}
                found[file] = pd.DataFrame(texts, dtype="str").replace("", None)
    return found
