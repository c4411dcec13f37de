"""What a report keeps of itself for the next one: a versioned form as JSON inside the page, and how it is read back."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from footdrop_analytics.errors import ParameterError, shortened
from footdrop_analytics.figures import Row
from footdrop_analytics.knowledge import definitions_of_one
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.exercises.series import ExercisePart
from footdrop_analytics.patient.measured import Measured
from footdrop_analytics.report.files import report_name
from footdrop_analytics.report.visit_sheet import ExerciseLine
from footdrop_analytics.wording.language import LANGUAGES, current

BEGIN, END = '<script type="application/json" id="report-data">', "</script>"
"""The element that holds it; in the data every "<" is escaped, so nothing else ends it."""
_LANGUAGE = re.compile('<html lang="([^"]*)"')
_LARGEST = 30_000_000
_DIGITS = 8
_OTHER = "is no clinician's report of this package, or one from before reports kept their data. Name another file."
_LONGEST = 2000
_Text = Annotated[str, Field(max_length=_LONGEST)]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class KeptFlag(_Kept):
    """An open flag."""

    rule_id: _Text
    day: date | None
    exercise: _Text | None
    severity: _Text
    message: _Text


class KeptSeries(_Kept):
    """One exercise and side: its target in words, the state of its criteria, its level, its verdict."""

    exercise: _Text
    side: _Text
    name: _Text
    target: _Text | None
    state: _Text | None
    level: _Text | None
    verdict: _Text | None


class KeptMeasure(_Kept):
    """The last value of an outcome measure under its conditions, in words."""

    name: _Text
    last: _Text
    last_day: date


class Kept(_Kept):
    """The data of a report. ``form`` is the version of this form; a page of another one is refused."""

    form: Literal[1] = 1
    patient_id: _Text
    as_of: date
    adherence_28d: Annotated[float, Field(ge=0, le=1)] | None
    flags: tuple[KeptFlag, ...]
    series: tuple[KeptSeries, ...]
    measured: tuple[KeptMeasure, ...]
    versions: dict[_Text, _Text]
    definitions: dict[_Text, _Text]


def kept_of(
    context: Context, exercises: list[ExercisePart], lines: list[ExerciseLine], outcomes: list[Measured]
) -> Kept:
    """What the report of this patient keeps."""
    states = {(row["exercise"], row["side"]): row["state"] for row in context.rows("readiness")}
    said = {line.key: line for line in lines}
    parameters = context.analysis.parameters
    return Kept(
        patient_id=context.patient_id,
        as_of=context.as_of,
        adherence_28d=context.caseload["adherence_28d"],
        flags=tuple(_flag(row) for row in context.rows("flags") if row["open"]),
        series=tuple(
            _series(part, said.get(part.key), states.get((part.exercise.key, part.side))) for part in exercises
        ),
        measured=tuple(
            KeptMeasure(name=_kept_text(one.what), last=_kept_text(one.last), last_day=one.last_day) for one in outcomes
        ),
        versions={name: parameters[name] for name in ("footdrop_analytics", "readiness_rules", "review_flags")},
        definitions={key: _short_hash(one.plain + one.formula) for key, one in definitions_of_one().items()},
    )


def _flag(row: Row) -> KeptFlag:
    said = {name: row[name] for name in ("rule_id", "day", "exercise", "severity", "message")}
    return KeptFlag(**said | {"message": _kept_text(said["message"])})


def _series(part: ExercisePart, line: ExerciseLine | None, state: str | None) -> KeptSeries:
    target = ", ".join(one for one in (part.amount, part.often, part.manner) if one) if part.active else None
    return KeptSeries(
        exercise=part.exercise.key,
        side=part.side,
        name=_kept_text(part.name),
        target=target and _kept_text(target),
        state=state,
        level=_kept_text(line.now) if line is not None and line.as_of else None,
        verdict=part.trend["verdict"],
    )


def _kept_text(text: str) -> str:
    """As long as the form allows: a band or a measure may be called anything."""
    return shortened(text, _LONGEST)


def _short_hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGITS]


def read_kept(path: Path) -> Kept:
    """What an earlier report kept.

    Raises ParameterError if the file cannot be read or is no such report.
    """
    return _kept(_page(path), path)


def _page(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST or not file.is_file():
            raise ParameterError(f"{file}: {_OTHER}")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"{file}: the earlier report cannot be read. Name the file of a report.") from error


def _kept(page: str, file: Path, patient_id: str | None = None) -> Kept:
    data = page.partition(BEGIN)[2].partition(END)[0]
    try:
        found = Kept.model_validate_json(data)
    except ValidationError as error:
        raise ParameterError(f"{file}: {_OTHER}") from error
    if patient_id is not None and found.patient_id != patient_id:
        raise ParameterError(f"{file}: is the report of {found.patient_id!r}, not of {patient_id!r}.")
    return found


def kept_before(path: Path, patient_id: str, as_of: date) -> Kept | None:
    """:func:`read_kept` of a report of ``as_of`` or before; of a folder, of the patient's report, if it has one."""
    file = _of_patient(path, patient_id) if path.is_dir() else path
    if file is None:
        return None
    page = _page(file)
    found = _kept(page, file, patient_id)
    if found.as_of > as_of:
        raise ParameterError(f"{path}: is as of {found.as_of}, after the as-of day {as_of}. Name an earlier report.")
    written = _LANGUAGE.search(page)
    if written is None or written[1] != current().tag:
        raise ParameterError(
            f"{file}: is not in {current().name}, the language of this report. Name an earlier report in the same "
            "language, or write this one in that of the earlier report."
        )
    return found


def _of_patient(folder: Path, patient_id: str) -> Path | None:
    """The patient's report in a folder, in the language of now if there are several."""
    codes = [current().code, *LANGUAGES]
    files = (folder / report_name(patient_id, language=code) for code in codes)
    return next((file for file in files if file.exists()), None)
