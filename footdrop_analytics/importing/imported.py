"""What an import came to, to look at before anything is saved."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from footdrop_analytics.importing.cells import FILE, KEPT_ASIDE, LEFT_OUT, ROW, changed, combined, counted, in_study
from footdrop_analytics.importing.columns import columns_read
from footdrop_analytics.importing.fits import Match
from footdrop_analytics.importing.layouts import table_at
from footdrop_analytics.importing.parts import DATABASE, JSON, Part
from footdrop_analytics.importing.profile import Answers, Profile
from footdrop_analytics.importing.shape import PATIENT, Shaped
from footdrop_analytics.importing.steps.base import Ask, How, read_as
from footdrop_analytics.importing.steps.exercises import OwnExercise, answered_names, own_exercises, read_exercise
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.knowledge.names import Named
from footdrop_analytics.model.inputs import COLUMNS, LOG_DAYS
from footdrop_analytics.wording.language import translated

if TYPE_CHECKING:
    from footdrop_analytics.importing.save import Saved
    from footdrop_analytics.model.study import Study

SHOWN_ROWS = 10
AS_PLAN = "plan"
"""Stands for the place of what is no row of the source but of its plan."""
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?: |$)")


@dataclass(frozen=True, eq=False)
class Imported:
    """A log understood, and not yet saved.

    Attributes
    ----------
    profile : Profile
        How the source was read, with all that is answered.
    recognised : tuple of str
        What each part was taken for, and which cells say so.
    not_recognised : tuple of str
        Sheets of the source that no profile fits.
    questions : tuple of Ask
        What only a person can say.
    understood : DataFrame
        Names of exercises and what they were read as, a key or a key and a mode, with rows.
    tables : dict of str to DataFrame
        The tables of the study as texts, each row with ``source_file`` and ``source_row``.
    left_out : DataFrame
        Rows of the source that are in no table: ``reason``, ``rows``, ``first`` (the place of the first one).
    before, after : DataFrame
        Ten rows of the source, and ten of the log that comes of it.
    ids : DataFrame
        For sources with addresses or telephone numbers: what was ``written`` and the id that stands for it.
    own_exercises : dict
        Exercises of your own, by key: name and unit.
    rows : int
        Rows of the source (of a grid: its filled cells).
    notes : tuple of str
        What was decided beside this.
    unused : tuple of str
        Columns of the source that hold something and that the profile has no use for.
    targets : DataFrame
        Lines of a plan that do not say on how many days a week: they are the dose of a plan that is assumed.
    """

    profile: Profile
    recognised: tuple[str, ...]
    not_recognised: tuple[str, ...]
    questions: tuple[Ask, ...]
    understood: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    left_out: pd.DataFrame
    before: pd.DataFrame
    after: pd.DataFrame
    ids: pd.DataFrame
    own_exercises: dict[str, OwnExercise]
    rows: int
    notes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    targets: pd.DataFrame = field(default_factory=pd.DataFrame)
    _read: Callable[[], pd.DataFrame] = field(default=pd.DataFrame, repr=False)

    @cached_property
    def columns(self) -> pd.DataFrame:
        """What was made of each column of the source: ``column``, ``means``, ``because``, ``examples``, ``rows``."""
        return self._read()

    @property
    def kept(self) -> int:
        """Rows of the source that are in the study."""
        return self.rows - int(self.left_out.loc[self.left_out["first"] != AS_PLAN, "rows"].sum())

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.questions

    @property
    def asks(self) -> pd.DataFrame:
        """The questions as a table: ``what``, ``text``, ``rows``, ``perhaps``, ``expected``, ``choices``."""
        return pd.DataFrame(list(self.questions), columns=list(Ask._fields))

    def write(self, folder: str | Path) -> Saved:
        """Save the tables into a study folder, new or not, and the profile beside them.

        Days that an earlier import of the same profile holds are replaced by the larger of the two; rows of other
        origin stay as they are.

        Raises
        ------
        ParameterError
            If something is still asked, or the folder holds what this import may not change.
        """
        from footdrop_analytics.importing.save import save

        return save(self, Path(folder))

    def study(self) -> Study:
        """The study that these tables come to.

        Raises
        ------
        ParameterError
            If something is still asked.
        """
        from footdrop_analytics.reading import read_study

        with tempfile.TemporaryDirectory() as folder:
            self.write(Path(folder, "study"))
            return read_study(Path(folder, "study"))


def imported(
    found: Sequence[Match], parts: Sequence[Part], result: Shaped, how: How, catalog: ExerciseCatalog
) -> Imported:
    """What shaped tables come to."""
    profile = found[0].profile
    used = {id(one.part) for one in found}
    tables = {name: _as_saved(name, frame) for name, frame in result.tables.items()}
    tables = {name: frame for name, frame in tables.items() if len(frame)}
    tables, targets = _without_unscheduled(tables)
    tables = _with_last_days(tables, result.tables)
    ids = pd.DataFrame({"written": pd.Series(dtype=str), PATIENT: pd.Series(dtype=str)})
    if result.private:  # ids of the study for what identifies a person, in the order of first appearance
        written = dict.fromkeys(str(id_) for frame in tables.values() for id_ in frame[PATIENT].dropna().unique())
        new = {text: f"P{number:03d}" for number, text in enumerate(written, start=1)}
        tables = {name: frame.assign(**{PATIENT: frame[PATIENT].map(new)}) for name, frame in tables.items()}
        ids = pd.DataFrame({"written": list(new), PATIENT: list(new.values())}, dtype=str)
    asked = {ask.text for ask in result.asks if ask.what == "exercises"}
    understood = _understood(result.tables, asked)
    own = {key: one for key, one in own_exercises(how).items() if key not in catalog}
    answers = _kept_answers(how, understood)
    return Imported(
        profile=profile.model_copy(update={"answers": answers}),
        recognised=tuple(one.proof for one in found),
        not_recognised=tuple(part.label for part in parts if id(part) not in used),
        questions=tuple(sorted(result.asks, key=lambda ask: (ask.what, -ask.rows))),
        understood=understood,
        tables=tables,
        left_out=_left_out(result.rows, len(targets)),
        before=_before(found[0]),
        after=next((frame.head(SHOWN_ROWS) for frame in tables.values()), pd.DataFrame()),
        ids=ids,
        own_exercises=own,
        rows=len(result.rows),
        unused=result.unused,
        targets=targets,
        _read=partial(columns_read, found, how, result.asks, tables),
    )


def _as_saved(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that count, in the contract's columns and those that say where a row comes from."""
    kept = in_study(frame)
    named = frame.columns.isin([*COLUMNS[name], FILE, ROW, "exercise_written"])
    frame = frame.loc[kept, named] if not kept.all() else frame.loc[:, named]
    columns = [one for one in (*COLUMNS[name], "exercise_written", FILE, ROW) if one in frame.columns]
    stays = {PATIENT, "exercise", ROW, LOG_DAYS.get(name)}
    return frame[[one for one in columns if one in stays or frame[one].notna().any()]].reset_index(drop=True)


def _with_last_days(tables: dict[str, pd.DataFrame], whole: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The last day of each file, from all of its rows, as the day through which its patients' logs are known."""
    parts = []
    for name in ("sessions", "checkins", "events"):
        frame, column = whole.get(name), LOG_DAYS[name]
        if frame is None or column not in frame or PATIENT not in frame:
            continue
        day = changed(frame[column], lambda text: text[:10] if _ISO_DAY.match(text) else None)
        columns = [frame[PATIENT], frame[FILE], day]
        lines = combined(columns, lambda *texts: "\x1f".join(texts) if all(texts) else None).cat.categories
        parts.append(pd.DataFrame([line.split("\x1f") for line in lines], columns=[PATIENT, FILE, "day"]))
    if not parts or not sum(map(len, parts)):
        return tables
    days = pd.concat(parts, ignore_index=True)
    last = days.groupby(FILE)["day"].max().to_dict()
    whose = days[[PATIENT, FILE]].drop_duplicates()
    whose["data_through"] = whose[FILE].map(last)
    through = whose.groupby(PATIENT)["data_through"].max().reset_index()
    known = {str(id_) for frame in tables.values() for id_ in frame[PATIENT].dropna().unique()}
    through = through[through[PATIENT].isin(known)]
    patients = [as_texts(frame) for frame in (tables.get("patients"), through) if frame is not None and len(frame)]
    if not patients:
        return tables
    groups = pd.concat(patients, ignore_index=True).groupby(PATIENT, sort=False)
    together = groups.last()
    # What is known of a patient may come from several rows: the first is where to look.
    together = together.assign(**{name: groups[name].first() for name in (FILE, ROW) if name in together}).reset_index()
    return {**tables, "patients": together.astype({ROW: "Int64"}) if ROW in together else together}


def _understood(tables: dict[str, pd.DataFrame], asked: set[str]) -> pd.DataFrame:
    """Names of exercises as written, what they were read as, and in how many rows of the log."""
    found: dict[tuple[str, str], int] = {}
    for name, frame in tables.items():
        if "exercise_written" not in frame or name == "prescriptions":
            continue
        said = ["exercise_written", "exercise", *(["mode"] if "mode" in frame else [])]
        counts = frame[in_study(frame)].groupby(said, observed=True, dropna=False).size().reset_index(name="rows")
        for text, *read, rows in counts.astype(object).where(counts.notna(), None).to_numpy().tolist():
            if text is not None and text not in asked:
                line = (text, Named(*read).text)
                found[line] = found.get(line, 0) + int(rows)
    lines = sorted(((text, key, rows) for (text, key), rows in found.items()), key=lambda line: -line[2])
    return pd.DataFrame(lines, columns=["written", "exercise", "rows"])


def _kept_answers(how: How, understood: pd.DataFrame) -> Answers:
    """The answers, and what each name of an exercise was read as: next month it is read in the same way."""
    answered = answered_names(how)
    read = {text: read_exercise(text, how.names, answered) for text in map(str, understood["written"])}
    fresh = {text: one.text for text, one in read.items() if one is not None and read_as(text) not in answered}
    return how.answers.model_copy(update={"exercises": fresh | dict(how.answers.exercises)})


def as_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with plain texts; the categories of a column are what it may hold, not what it holds."""
    return frame.astype({name: "str" for name, kind in frame.dtypes.items() if isinstance(kind, pd.CategoricalDtype)})


def _without_unscheduled(tables: dict[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Plans that do not say how often are no plans, only targets: the tables without them, and they."""
    plan = tables.get("prescriptions")
    if plan is None:
        return tables, pd.DataFrame()
    days = [name for name in ("days_per_week", "weekdays") if name in plan]
    said = plan[days].notna().any(axis=1) if days else pd.Series(False, index=plan.index)
    rest = {name: frame for name, frame in tables.items() if name != "prescriptions"}
    kept = {"prescriptions": plan[said].reset_index(drop=True)} if said.any() else {}
    return rest | kept, plan[~said].reset_index(drop=True)


def _left_out(rows: pd.DataFrame, without_days: int) -> pd.DataFrame:
    out = rows[~in_study(rows)]
    lines = []
    for reason, number in counted(rows[LEFT_OUT]).items():
        first = out[out[LEFT_OUT] == reason].iloc[0]
        lines.append((reason, number, translated("{file}, row {row}", file=first[FILE], row=first[ROW])))
    if without_days:
        lines.append((translated("a plan that does not say on how many days a week"), without_days, AS_PLAN))
    return pd.DataFrame(lines, columns=["reason", "rows", "first"])


def _before(match: Match) -> pd.DataFrame:
    part = match.part
    if part.kind == DATABASE:
        frame = next(iter(part.frames.values()))
    elif part.kind == JSON:
        frame = table_at(part.content, match.profile.paths["rows"], part.label)
    elif match.profile.recognise.across is None and part.below is not None:
        frame = part.below(match.header, match.header + SHOWN_ROWS + 1)
    else:
        lines = part.lines[match.header : match.header + SHOWN_ROWS + 1]
        width = max(map(len, lines))
        return pd.DataFrame([line + [""] * (width - len(line)) for line in lines])
    return frame.head(SHOWN_ROWS).drop(columns=[one for one in KEPT_ASIDE if one != ROW]).astype(str)


def renamed_ids(done: Imported, known: dict[str, str], theirs: set[str]) -> Imported:
    """The same import with the ids that an earlier one gave to the same people; new ones are numbered on.

    ``theirs`` are the ids in the study, of whatever origin: nobody new gets one of them.
    """
    taken = set(known.values()) | theirs
    numbers = (f"P{number:03d}" for number in range(1, 1_000_000))
    final: dict[str, str] = {}
    for written, fresh in zip(done.ids["written"], done.ids[PATIENT], strict=True):
        final[fresh] = known[written] if written in known else next(one for one in numbers if one not in taken)
        taken.add(final[fresh])
    tables = {name: frame.assign(**{PATIENT: frame[PATIENT].map(final)}) for name, frame in done.tables.items()}
    return replace(done, tables=tables, ids=done.ids.assign(**{PATIENT: done.ids[PATIENT].map(final)}))
