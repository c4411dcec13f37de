"""An import saved: its tables in a study folder, the profile beside them, an earlier export of the source replaced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import make_folder, write_whole
from footdrop_analytics.importing.cells import ROW
from footdrop_analytics.importing.profile import Profile, load_profile
from footdrop_analytics.importing.profile_text import profile_text
from footdrop_analytics.importing.result import as_texts, renamed_ids
from footdrop_analytics.importing.shape import PATIENT
from footdrop_analytics.knowledge.yaml_files import read_yaml
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.sources.locate import EXERCISES_FILE, SYNTHETIC_FILE

if TYPE_CHECKING:
    from footdrop_analytics.importing.result import Imported

PROFILE_FILE = "profile.yaml"
_IDS = "{}-ids.csv"


@dataclass(frozen=True)
class Saved:
    """What was written: ``files``, rows that were ``new``, the same, ``replaced``, or ``kept`` from a fuller export."""

    files: tuple[Path, ...]
    new: int
    same: int
    replaced: int
    kept: int


def refuse_open(done: Imported) -> None:
    """Raise a ParameterError if something is still asked."""
    if not done.is_complete:
        first = done.questions[0]
        raise ParameterError(
            f"{len(done.questions)} answers are missing, such as {first.what} {first.text!r} ({first.rows} rows). "
            "Give them as answers=, or fill in the lines under ask in the profile."
        )


def profile_place(folder: Path, profile: Profile) -> Path:
    """Where a study keeps a profile: ``profile.yaml``, or a name of its own beside another one's."""
    first = folder / PROFILE_FILE
    if not first.is_file() or load_profile(first).name == profile.name:
        return first
    return folder / f"profile-{profile.name}.yaml"


def save(done: Imported, folder: Path) -> Saved:
    """Write an import into a study folder, new or not."""
    refuse_open(done)
    if not any(len(frame) for frame in done.tables.values()):
        raise ParameterError("Nothing of the source is left to save: every row was left out.")
    if (folder / SYNTHETIC_FILE).exists():
        raise ParameterError(
            f"{folder}: is marked as synthetic ({SYNTHETIC_FILE}). Name another folder for a real log."
        )
    make_folder(folder)
    ids = folder.parent / _IDS.format(folder.resolve().name)
    known = _known_ids(ids) if len(done.ids) else {}
    done = renamed_ids(done, known) if len(done.ids) else done
    counts = dict.fromkeys(("new", "same", "replaced", "kept"), 0)
    contents: dict[Path, Any] = {}
    for table, frame in done.tables.items():
        place = folder / f"{table}-{done.profile.name}.csv"
        merged, told = _merged(table, _earlier(place), frame)
        contents[place] = partial(_write_csv, merged)
        if table == _main(done):
            counts = told
    own = _own_exercises(done, folder)
    if own is not None:
        contents[folder / EXERCISES_FILE] = own
    if len(done.ids):
        lines = pd.DataFrame({"written": [*known, *(one for one in done.ids["written"] if one not in known)]})
        lines[PATIENT] = lines["written"].map(known | dict(zip(done.ids["written"], done.ids[PATIENT], strict=True)))
        contents[ids] = partial(_write_csv, lines)
    contents[profile_place(folder, done.profile)] = profile_text(done.profile, ())
    for place, content in contents.items():
        write_whole(place, content)
    return Saved(tuple(contents), **counts)


def save_questions(done: Imported, folder: Path) -> Path:
    """Write the profile with what is asked, to be filled in; nothing else."""
    place = profile_place(folder, done.profile)
    write_whole(place, profile_text(done.profile, done.questions))
    return place


def _main(done: Imported) -> str:
    return "sessions" if "sessions" in done.tables else next(iter(done.tables))


def _write_csv(frame: pd.DataFrame, file: Any) -> None:
    columns = {name: pa.array(frame[name], from_pandas=True) for name in frame.columns}
    content = pa.table(
        {n: one.dictionary_decode() if pa.types.is_dictionary(one.type) else one for n, one in columns.items()}
    )
    arrow_csv.write_csv(content, file, arrow_csv.WriteOptions(quoting_style="needed"))


def _earlier(place: Path) -> pd.DataFrame | None:
    """What an earlier import of the same profile wrote."""
    if not place.is_file():
        return None
    frame = pd.read_csv(place, dtype=str, keep_default_na=False, na_values=[""])
    return frame.assign(**{ROW: frame[ROW].astype("int64")}) if ROW in frame else frame


def _known_ids(place: Path) -> dict[str, str]:
    if not place.is_file():
        return {}
    frame = pd.read_csv(place, dtype=str, keep_default_na=False)
    return dict(zip(frame["written"], frame[PATIENT], strict=True))


def _merged(table: str, earlier: pd.DataFrame | None, now: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Both imports: of each patient's day (or plan) the one with more rows, of equal ones the later."""
    counts = dict.fromkeys(("new", "same", "replaced", "kept"), 0)
    if earlier is None or earlier.empty:
        return now, counts | {"new": len(now)}
    now = as_texts(now)
    units = {"earlier": _units(table, earlier), "now": _units(table, now)}
    sizes = {name: unit.value_counts() for name, unit in units.items()}
    both = sizes["earlier"].index.intersection(sizes["now"].index)
    fuller = both[sizes["earlier"][both].to_numpy() > sizes["now"][both].to_numpy()]
    keep_now = ~units["now"].isin(fuller)
    keep_earlier = ~units["earlier"].isin(both) | units["earlier"].isin(fuller)
    content = [name for name in COLUMNS[table] if name in now and name in earlier]
    old, new = (
        _content(frame[flag], content)
        for frame, flag in ((earlier, units["earlier"].isin(both)), (now, units["now"].isin(both)))
    )
    counts["new"] = int((~units["now"].isin(both)).sum())
    counts["kept"] = int(units["earlier"].isin(fuller).sum())
    counts["same"] = int(sum(min(count, int(old.get(row, 0))) for row, count in new.items()))
    counts["replaced"] = int((units["now"].isin(both) & keep_now).sum()) - counts["same"]
    counts["replaced"] = max(0, counts["replaced"])
    return pd.concat([earlier[keep_earlier], now[keep_now]], ignore_index=True), counts


def _units(table: str, frame: pd.DataFrame) -> pd.Series:
    """What is replaced as a whole: a patient's day in a log, all of a patient elsewhere."""
    day = next((name for name, spec in COLUMNS[table].items() if spec.log_day), None)
    ids = frame[PATIENT].astype(str)
    return ids if day is None or day not in frame else ids + "\x1f" + frame[day].astype(str).str[:10]


def _content(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """How often each row stands in a table, where it comes from set aside."""
    return frame[columns].fillna("").agg("\x1f".join, axis=1).value_counts() if len(frame) else pd.Series(dtype=int)


def _own_exercises(done: Imported, folder: Path) -> str | None:
    """The study's file of exercises with those that an answer called its own."""
    if not done.own_exercises:
        return None
    import yaml

    place = folder / EXERCISES_FILE
    content = read_yaml(place) if place.is_file() else {}
    entries = dict(content.get("exercises") or {})
    entries |= {key: one for key, one in done.own_exercises.items() if key not in entries}
    return yaml.safe_dump(content | {"exercises": entries}, sort_keys=False, allow_unicode=True, width=100)
