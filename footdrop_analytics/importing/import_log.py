"""The door: any log in, a study out, and everything that was understood on the way to look at before it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from footdrop_analytics.errors import ParameterError, need, path_of
from footdrop_analytics.importing import addresses
from footdrop_analytics.importing.fits import Match, matches, proposed_profile, refuse_unknown, unknown_parts
from footdrop_analytics.importing.imported import AS_PLAN, Imported, as_texts, imported
from footdrop_analytics.importing.parts import Part, load_parts
from footdrop_analytics.importing.plans import assumed_plan, open_modes, stated_plan, with_sessions_of_ticks
from footdrop_analytics.importing.profile import Answers, Profile, built_in_profiles, load_profile, saved_profiles
from footdrop_analytics.importing.shape import PATIENT, once, shaped
from footdrop_analytics.importing.steps.base import AS_WRITTEN, How
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.knowledge.forms import checked
from footdrop_analytics.knowledge.names import exercise_names
from footdrop_analytics.reading.cells.date_texts import checked_date_format, checked_timezone
from footdrop_analytics.reading.read_study import exercises_of
from footdrop_analytics.wording.language import study_error, translated
from footdrop_analytics.wording.results import listed
from footdrop_analytics.wording.words import not_one_of, number

MOST_QUESTIONS = 2_000
"""More than anybody answers, and than a profile holds."""
ASSUMED_WEEKS = {"first week": 1, "first 2 weeks": 2, "first 4 weeks": 4}


@dataclass(frozen=True)
class Choices:
    """What a person said beside the source, checked."""

    answers: Answers
    catalog: ExerciseCatalog
    folder: Path | None = None
    dictionary: Path | Part | None = None
    plan: tuple[str, ...] = ()
    assumed_weeks: int | None = None
    date_format: str | None = None
    timezone: str | None = None


def import_log(
    source: str | Path | Part | Sequence[str | Path | Part],
    *,
    profile: str | Path | None = None,
    study: str | Path | None = None,
    dictionary: str | Path | Part | None = None,
    patient: str | None = None,
    answers: Mapping[str, Any] | None = None,
    plan: str | Sequence[str] = (),
    assume_plan: str | None = None,
    date_format: str | None = None,
    timezone: str | None = None,
    exercises: ExerciseCatalog | None = None,
) -> Imported:
    """Understand a log of any known kind, without writing anything.

    Parameters
    ----------
    source : path, address or list of them
        Files of one kind (CSV, Excel, JSON), the address of a database (``sqlite:///clinic.db``) or of REDCap's
        interface (``https://redcap.example.org/api/``), or parts of files that were loaded before.
    profile : path, optional
        A profile of your own. Default: the one that an earlier import saved in ``study``, else the built-in one that
        fits.
    study : path, optional
        The study folder into which the log is to go: its profiles, with what was answered, and its exercises are used.
    dictionary : path, optional
        The data dictionary of a REDCap project (CSV): labels and choices of its fields. Default: the one among the
        sources, if there is one.
    patient : str, optional
        Whose log it is, where the source does not say; ``"from file"`` takes the names of the files.
    answers : mapping, optional
        Answers to what would be asked, in the form of a profile's ``answers``.
    plan : str or list of str, optional
        Plans in a few words, such as ``"Heel raise 3x10, 5 d/wk"``, for every patient of the source.
    assume_plan : {"first week", "first 2 weeks", "first 4 weeks"}, optional
        Take what was logged then as the plan of patients who have none; labelled *assumed* in every output.
    date_format, timezone
        As for :func:`footdrop_analytics.read_study`.
    exercises : ExerciseCatalog, optional
        The exercises; default the package's ten.

    Returns
    -------
    Imported
        What was recognised and by which cell, what must be asked (``asks``), the tables, ten rows ``before`` and
        ``after``, and what was left out and why; ``write`` saves it.

    Raises
    ------
    StudyError
        If a source cannot be read, or is of no known kind.
    KnowledgeError
        If the profile breaks its form.
    ParameterError
        If a plan is not understood (the message points at the word), or an argument is none of its choices.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import pandas as pd
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "hevy.csv"
    >>> log = {"exercise_title": ["Heel raises", "Squat"], "start_time": "15 Sep 2025, 07:48", "set_index": 0}
    >>> pd.DataFrame(log | {"reps": 12}).to_csv(file, index=False)
    >>> import_log(file, patient="P1").asks[["what", "text", "rows"]].values.tolist()
    [['exercises', 'Squat', 1]]
    >>> log = import_log(file, patient="P1", answers={"exercises": {"Squat": "ignore"}})
    >>> log.tables["sessions"][["performed_at", "exercise", "reps"]].values.tolist()
    [['2025-09-15 07:48:00', 'heel_raise', '12']]
    """
    folder = None if study is None else path_of(study, "study")
    if dictionary is not None:
        need(dictionary, "dictionary", (str, Path, Part), "the path of a file")
    need(answers or {}, "answers", Mapping, "a mapping, as the answers of a profile")
    given = dict(answers or {})
    if patient is not None:
        need(patient, "patient", str, "the id of a patient")
        given["patient"] = patient
    said = checked(Answers, given, "answers")
    if assume_plan is not None and assume_plan not in list(ASSUMED_WEEKS):
        raise ParameterError(not_one_of("assume_plan", ASSUMED_WEEKS, assume_plan))
    catalog = exercises or exercises_of(folder)
    need(catalog, "exercises", ExerciseCatalog, "exercises as load_exercises gives them")
    need(plan, "plan", (str, list, tuple), "a text or a list of texts")
    plans = (plan,) if isinstance(plan, str) else tuple(plan)
    for one in plans:
        need(one, "plan", str, "a text or a list of texts")
    choices = Choices(
        said,
        catalog,
        folder=folder,
        dictionary=path_of(dictionary, "dictionary") if isinstance(dictionary, str | Path) else dictionary,
        plan=plans,
        assumed_weeks=ASSUMED_WEEKS.get(assume_plan or ""),
        date_format=checked_date_format(date_format),
        timezone=checked_timezone(timezone),
    )
    own = None if profile is None else load_profile(path_of(profile, "profile"))
    parts = load_sources(source, profile)
    dictionaries = [part for part in parts if addresses.is_dictionary(part)] if len(parts) > 1 else []
    if dictionaries and choices.dictionary is None:
        choices = replace(choices, dictionary=dictionaries[0])
    return understood([part for part in parts if part not in dictionaries], candidates(own, folder), choices)


def load_sources(source: object, profile: str | Path | None) -> list[Part]:
    """The parts of sources as they lie there, to be understood as often as answers come in."""
    own = None if profile is None else load_profile(path_of(profile, "profile"))
    found: list[Part] = []
    for one in source if isinstance(source, list | tuple) else [source]:
        if isinstance(one, Part):
            found.append(one)
        elif addresses.is_interface(str(one)):
            found += addresses.load_project(str(one))
        elif addresses.is_address(str(one)):
            found.append(addresses.load_database(str(one), own))
        else:
            found += load_parts(path_of(one, "source"))
    return found


def candidates(own: Profile | None, folder: Path | None) -> tuple[Profile, ...]:
    """The profiles that a source may fit: the one named, else those saved in the study before the built-in ones."""
    saved = saved_profiles(folder)
    if own is not None:
        earlier = next((one for one in saved if one.name == own.name), None)
        return (own if earlier is None else own.model_copy(update={"answers": own.answers.over(earlier.answers)}),)
    names = {one.name for one in saved}
    return (*saved, *(one for one in built_in_profiles() if one.name not in names))


def understood(parts: list[Part], profiles: tuple[Profile, ...], choices: Choices) -> Imported:
    """What the parts of a source come to, by the profile that fits best."""
    if not parts:
        raise study_error("No source was named. Name a file, or the address of a database.")
    found = matches(parts, profiles)
    if not found:
        names = exercise_names(choices.catalog)
        found = matches(parts, [one for one in (proposed_profile(part, names) for part in parts) if one is not None])
    if not found:
        refuse_unknown(parts, profiles)
    found = _of_one_kind(found)
    chosen = found[0].profile
    answers = choices.answers.over(chosen.answers)
    labels, codes = addresses.load_dictionary(choices.dictionary) if choices.dictionary else ({}, {})
    how = How(
        answers=answers,
        names=exercise_names(choices.catalog),
        date_format=choices.date_format or checked_date_format(answers.dates or None),
        timezone=choices.timezone
        or checked_timezone(answers.timezone if answers.timezone not in ("", AS_WRITTEN) else None),
        labels=labels,
        choices=codes,
    )
    plan, asked = stated_plan(choices.plan, how)
    how = replace(how, plan=tuple(dict.fromkeys(str(one["exercise"]) for one in plan)))
    result = shaped(found, how)
    asks = [*asked, *unknown_parts(parts, found, answers), *result.asks, *open_modes(result.tables, plan, how)]
    result = replace(result, asks=once(asks))
    if len(result.asks) > MOST_QUESTIONS:
        ask = result.asks[0]
        raise study_error(
            "{source}: {count} texts are not known, such as {text} ({what}). Perhaps another column is meant; a "
            "log has a few dozen names.",
            source=found[0].part.label,
            count=number(len(result.asks)),
            text=repr(ask.text[:40]),
            what=ask.what,
        )
    done = imported(found, parts, result, how, choices.catalog)
    if PATIENT not in done.tables.get("sessions", ()):  # whose rows these are is still asked: plans are of patients
        return done
    return with_sessions_of_ticks(_with_plan(done, plan, choices.assumed_weeks), choices.folder)


def _of_one_kind(found: list[Match]) -> list[Match]:
    """The parts of the profile that fits most of them; files of different kinds are imported one after the other."""
    by_file: dict[str, set[str]] = {}
    for one in found:
        by_file.setdefault(one.profile.name, set()).add(one.part.file)
    best = max(by_file, key=lambda name: max(one.explained for one in found if one.profile.name == name))
    others = sorted({file for name, files in by_file.items() for file in files} - by_file[best])
    if others:
        raise study_error(
            "{file}: is of another kind than {other}. Import one kind of source after the other, into the same study.",
            file=others[0],
            other=sorted(by_file[best])[0],
        )
    return [one for one in found if one.profile.name == best]


def _with_plan(done: Imported, plan: list[dict[str, object]], weeks: int | None) -> Imported:
    """The plan that was stated, for all patients; for those who have none what was logged first, if that was asked."""
    if done.tables["sessions"].empty or (not plan and weeks is None):
        return done
    tables = {name: as_texts(frame) for name, frame in done.tables.items()}
    rows = [one for one in (tables.get("prescriptions"),) if one is not None]
    sessions = tables["sessions"]
    if plan:
        days = sessions["performed_at"].str.extract(r"^(\d{4}-\d{2}-\d{2})", expand=False)
        first = days.groupby(sessions["patient_id"], sort=True).min().dropna()
        stated = [{"patient_id": id_, "start_date": day, **one} for id_, day in first.items() for one in plan]
        rows.append(
            pd.DataFrame(stated, columns=None if stated else ["patient_id"])
            .astype(object)
            .map(lambda cell: None if pd.isna(cell) else f"{cell:g}" if isinstance(cell, float) else str(cell))
        )
    known = set() if not rows else set(pd.concat(rows)["patient_id"])
    if weeks is not None:
        assumed, short = assumed_plan(sessions[~sessions["patient_id"].isin(known)], weeks, as_texts(done.targets))
        rows.append(assumed)
        done = replace(done, left_out=done.left_out[done.left_out["first"] != AS_PLAN])
        if short:
            told = translated("No plan was assumed for {patients}: the log is shorter.", patients=listed(short))
            done = replace(done, notes=(*done.notes, told))
    whole = [one for one in rows if len(one)]
    if whole:
        tables["prescriptions"] = pd.concat(whole, ignore_index=True)
    return replace(done, tables=tables)
