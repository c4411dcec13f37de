"""An import saved beside what the study holds already: nothing twice, the fuller export of a day, the later plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import locked, make_folder, write_whole
from footdrop_analytics.importing.cells import FILE, ROW
from footdrop_analytics.importing.imported import Imported, as_texts, renamed_ids
from footdrop_analytics.importing.profile import Profile, load_profile, profile_text
from footdrop_analytics.importing.shape import EACH_TIME, PATIENT
from footdrop_analytics.knowledge.yaml_files import read_yaml
from footdrop_analytics.model.inputs import ASSUMED, COLUMNS, LOG_DAYS
from footdrop_analytics.reading.sources import locate
from footdrop_analytics.reading.sources.csv_files import load_csv
from footdrop_analytics.reading.write import write_csv
from footdrop_analytics.wording.language import marked, parameter_error
from footdrop_analytics.wording.words import quantity

MERGED = ("new", "same", "replaced", "kept")
"""What became of the rows of two imports."""
_PLAN = (PATIENT, "exercise", "side", "start_date")
_WHAT = ["exercise_written", "exercise", "kind", "measure"]
"""What rows of one day are about; the name that the source uses counts before the exercise it was read as."""
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
    if table == "patients":  # the later, but the last day of a log never moves back
        groups = pd.concat([earlier, now], ignore_index=True).groupby(PATIENT, sort=False)
        known = groups.last()
        if "data_through" in known:
            known["data_through"] = groups["data_through"].max()
        return known.reset_index(), counts
    old, new = earlier, now
    if table == "prescriptions":
        old, new, _ = _settled(old, new, list(_PLAN), later_counts=True)
    else:
        for what in ([FILE], _WHAT[:1] if _WHAT[0] in old and _WHAT[0] in new else _WHAT[1:]):
            old, new, kept = _settled(old, new, [PATIENT, LOG_DAYS.get(table, ""), *what])
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
            found = found + _BETWEEN + (texts.str[:10] if name in LOG_DAYS.values() else texts)
    return found


def _content(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """How often each row stands in a table, where it comes from set aside."""
    return frame[columns].fillna("").agg(_BETWEEN.join, axis=1).value_counts() if len(frame) else pd.Series(dtype=int)


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
        if locate.table_of(file.stem) == "prescriptions":
            columns = load_csv(file, "prescriptions").columns
            if PATIENT in columns:
                texts = {name: cells.to_pylist() for name, cells in columns.items()}
                found[file] = pd.DataFrame(texts, dtype="str").replace("", None)
    return found


PROFILE_FILE = "profile.yaml"
_IDS = "{}-ids.csv"
_RENAME = marked(
    "{file}: was changed by another program. Rename it to {name} (it is read all the same) and import again. Nothing "
    "was saved."
)
_LOST = marked(
    "{file}: is missing, which says whose ids the earlier import gave (it has the name of the study's folder). Put it "
    "back, or import into a new folder."
)
"""Without the map of an earlier import the same people would get other ids."""
_PUT_BACK = marked("{file}: was changed by another program. Put back the file as it was written. Nothing was saved.")


@dataclass(frozen=True)
class Saved:
    """What was written: ``files``, rows that were ``new``, the same, ``replaced``, or ``kept`` from a fuller export.

    ``ids`` is the file beside the study that says who is who, if the source names people.
    """

    files: tuple[Path, ...]
    new: int
    same: int
    replaced: int
    kept: int
    ids: Path | None = None


def profile_place(folder: Path, profile: Profile) -> Path:
    """Where a study keeps a profile: ``profile.yaml``, or a name of its own beside another one's."""
    first = folder / PROFILE_FILE
    if not first.is_file() or load_profile(first).name == profile.name:
        return first
    return folder / f"profile-{profile.name}.yaml"


def save(done: Imported, folder: Path) -> Saved:
    """Write an import into a study folder, new or not."""
    if not done.is_complete:
        first = done.questions[0]
        why = quantity(
            "{count} answer is missing: {what} {text}. Give it as answers=, or fill in the line under ask in the "
            "profile.",
            "{count} answers are missing, such as {what} {text}. Give them as answers=, or fill in the lines under ask "
            "in the profile.",
            len(done.questions),
            what=first.what,
            text=repr(first.text),
        )
        raise ParameterError(why)
    if not any(len(frame) for frame in done.tables.values()):
        raise parameter_error("Nothing of the source is left to save: every row was left out.")
    if (folder / locate.SYNTHETIC_FILE).exists():
        why = marked("{folder}: is marked as synthetic ({file}). Name another folder for a real log.")
        raise parameter_error(why, folder=folder, file=locate.SYNTHETIC_FILE)
    make_folder(folder)
    with locked(folder):  # of two imports at once, each keeps what the other one saved
        return _saved(done, folder)


def _saved(done: Imported, folder: Path) -> Saved:
    ids = _map_of(folder)
    known: dict[str, str] = {}
    if len(done.ids):
        theirs = _ids_in(folder)
        if not ids.is_file() and any(theirs.get(folder / f"{table}-{done.profile.name}.csv") for table in done.tables):
            raise parameter_error(_LOST, file=ids)
        known = _known_ids(ids)
        done = renamed_ids(done, known, set().union(*theirs.values()))
    counts = dict.fromkeys(MERGED, 0)
    contents: dict[Path, Any] = {}
    for table, frame in done.tables.items():
        place = folder / f"{table}-{done.profile.name}.csv"
        merged, told = merged_tables(table, _earlier(place, table), frame)
        if table == "prescriptions":
            plans = one_kind_of_plan({**plans_in(folder), place: as_texts(merged)}, place)
            contents |= {file: partial(_write, plan) for file, plan in plans.items()}
        else:
            contents[place] = partial(_write, merged)
        if table == ("sessions" if "sessions" in done.tables else next(iter(done.tables))):
            counts = told
    own = _own_exercises(done, folder)
    if own is not None:
        contents[folder / locate.EXERCISES_FILE] = own
    if len(done.ids):
        lines = pd.DataFrame({"written": [*known, *(one for one in done.ids["written"] if one not in known)]})
        lines[PATIENT] = lines["written"].map(known | dict(zip(done.ids["written"], done.ids[PATIENT], strict=True)))
        contents[ids] = partial(_write, lines)
    contents[profile_place(folder, done.profile)] = profile_text(_without_whose(done.profile, folder), ())
    for place, content in contents.items():
        write_whole(place, content)
    return Saved(tuple(contents), **counts, ids=ids if len(done.ids) else None)


def _map_of(folder: Path) -> Path:
    """Where the ids of people are kept, beside a study and never in it."""
    return folder.resolve().parent / _IDS.format(folder.resolve().name)


def _without_whose(profile: Profile, folder: Path) -> Profile:
    """The profile; once two people's logs were imported by it, it no longer says whose the next one is."""
    place = profile_place(folder, profile)
    before = load_profile(place).answers.patient if place.is_file() else ""
    if before in ("", profile.answers.patient):
        return profile
    return profile.model_copy(update={"answers": profile.answers.model_copy(update={"patient": EACH_TIME})})


def save_questions(done: Imported, folder: Path) -> Path:
    """Write the profile with what is asked, to be filled in; nothing else."""
    place = profile_place(folder, done.profile)
    write_whole(place, profile_text(_without_whose(done.profile, folder), done.questions))
    return place


def _write(frame: pd.DataFrame, file: Any) -> None:
    write_csv(pa.Table.from_pandas(frame, preserve_index=False), file)


def _earlier(place: Path, table: str) -> pd.DataFrame | None:
    if not place.is_file():
        return None
    needed = {PATIENT, LOG_DAYS.get(table, PATIENT)}
    frame = _as_written(place, needed, _RENAME, name=f"{table}-earlier.csv")
    frame = frame.where(frame != "")
    return frame.assign(**{ROW: frame[ROW].astype("Int64")}) if ROW in frame else frame


def _as_written(place: Path, needed: set[str], changed: str, **named: str) -> pd.DataFrame:
    """The texts of a file of ours; one that others have changed is never written over."""
    try:
        frame = pd.read_csv(place, dtype=str, keep_default_na=False, index_col=False)
        numbers = frame[ROW] if ROW in frame else pd.Series(dtype=str)
        is_ours = needed <= set(frame.columns) and numbers.str.fullmatch(r"\d{0,15}").all()
    except ValueError:  # no table, or no UTF-8
        is_ours = False
    if not is_ours:
        raise parameter_error(changed, file=place, **named)
    return frame


def _ids_in(folder: Path) -> dict[Path, set[str]]:
    """The ids in each file of a study: a number that is given anew must be none of them."""
    found: dict[Path, set[str]] = {}
    for file, table in locate.files_with_tables(folder, locate.Found()):
        loaded = locate.Found()
        locate.load_file(file, table, loaded)
        cells = (raw.columns[PATIENT] for raw in loaded.raws[table] if PATIENT in raw.columns)
        found[file] = {str(one) for column in cells for one in column.unique().to_pylist() if one is not None}
    return found


def _known_ids(place: Path) -> dict[str, str]:
    if not place.is_file():
        return {}
    frame = _as_written(place, {"written", PATIENT}, _PUT_BACK)
    return dict(zip(frame["written"], frame[PATIENT], strict=True))


def ids_given_in(folder: Path, done: Imported) -> dict[str, str]:
    """The ids that a study gave to people of an import, to those that the import gives them before it is saved."""
    if done.ids.empty:
        return {}
    known = _known_ids(_map_of(folder))
    pairs = zip(done.ids["written"], done.ids[PATIENT], strict=True)
    return {known[written]: fresh for written, fresh in pairs if written in known}


def _own_exercises(done: Imported, folder: Path) -> str | None:
    """The study's file of exercises with those that an answer called its own."""
    if not done.own_exercises:
        return None
    import yaml

    place = folder / locate.EXERCISES_FILE
    content = read_yaml(place) if place.is_file() else {}
    entries = dict(content.get("exercises") or {})
    entries |= {key: one._asdict() for key, one in done.own_exercises.items() if key not in entries}
    return yaml.safe_dump(content | {"exercises": entries}, sort_keys=False, allow_unicode=True, width=100)
