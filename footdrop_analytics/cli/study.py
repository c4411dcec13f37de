"""What every command does with a study: read it, and say at the head of its output what was read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.cli.options import Asked, Written
from footdrop_analytics.cli.output import REVIEWED, progress, say, warn
from footdrop_analytics.model.vocabulary import REPORTS
from footdrop_analytics.reading.sources.locate import SYNTHETIC_FILE
from footdrop_analytics.scale.manifest import is_partitioned
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.results import files_end, head_line
from footdrop_analytics.wording.words import quantity

if TYPE_CHECKING:
    from footdrop_analytics.analysis.analyse import Analysis
    from footdrop_analytics.model.study import AnyStudy, Study

NOT_READ = {
    "row": ("{count} row was rejected and in no result", "{count} rows were rejected and in no result"),
    "file": ("{count} file was not read", "{count} files were not read"),
    "sheet": ("{count} sheet was not read", "{count} sheets were not read"),
    "column": ("{count} column was not read", "{count} columns were not read"),
    "cell": ("{count} cell was not read", "{count} cells were not read"),
}


def open_study(path: Path, written: Written) -> Study:
    """Read a study while a bar on standard error shows that something happens; a partitioned one is refused."""
    if is_partitioned(path):
        raise fd.ParameterError(
            f"{path}: is a partitioned study. footdrop caseload, cohort, report, tables and serve take it; this "
            "command needs the study folder that it was made from."
        )
    with progress(translated("Reading {path}", path=path)):
        return fd.read_study(path, **written._asdict())


def open_any(path: Path, written: Written) -> Study | fd.PartitionedStudy:
    """Read a study, or open a partitioned one, of which only the manifest is read."""
    if not is_partitioned(path):
        return open_study(path, written)
    for name, value in written._asdict().items():
        if value is not None:
            raise fd.ParameterError(f"--{name.replace('_', '-')}: is for footdrop partition; {path} was read already.")
    return fd.open_study(path)


def analyse_study(study: Study, **choices: Any) -> Analysis:
    """Analyse a study while the part that is being worked on is shown on standard error."""
    with progress(translated("Analysing")) as step:
        return fd.analyse(study, **choices, progress=step)


def analyse_any(
    path: Path, asked: Asked, headed: bool = True
) -> tuple[Study | fd.PartitionedStudy, Analysis | fd.PartitionedAnalysis]:
    """A study, in memory or in parts, and its analysis as asked; parts that fail are named. Prints the head."""
    study = open_any(path, asked.written)
    choices: dict[str, Any] = {name: value for name, value in vars(asked).items() if name != "written"}
    try:
        with progress(translated("Analysing")) as step:
            found: Analysis | fd.PartitionedAnalysis = fd.analyse(study, **choices, progress=step)
    except fd.PartsError as error:
        if not error.analysis.done:
            raise
        warn(f"LOOK AT THIS: {error} Patients of these parts are in no table.")
        found = error.analysis
    if headed:
        print_head(study, found.as_of)
    return study, found


def in_memory(table: pd.DataFrame | fd.ResultTable) -> pd.DataFrame:
    """A result table as a data frame."""
    return table.to_pandas() if isinstance(table, fd.ResultTable) else table


def head(study: AnyStudy, as_of: pd.Timestamp) -> list[str]:
    """The lines that stand at the head of every output."""
    patients = quantity("{count} patient", "{count} patients", len(study.patient_ids))
    said = translated("As of {day}. {patients}.", day=f"{as_of:%Y-%m-%d}", patients=patients)
    lines = [f"{said} {handed_in(study)}"]
    lines += freshness(study, as_of)
    if study.synthetic:
        lines.append(translated("Synthetic data: no row belongs to a real person."))
    return [*lines, translated(REVIEWED), *filter(None, [head_line(study, as_of)]), *nobodys_events(study)]


def freshness(study: AnyStudy, as_of: pd.Timestamp) -> list[str]:
    """How old the files are, with an offer to look as of today; nothing if they are of today."""
    today = pd.Timestamp.now().normalize()
    old = files_end(study.rows_through, today)
    offer = translated("To see them as of today, run footdrop caseload, report or tables with --as-of today.")
    return [old if as_of >= today else f"{old} {offer}"] if old else []


def facts_of_head(study: AnyStudy, as_of: pd.Timestamp) -> dict[str, Any]:
    """What :func:`head` says, for a program."""
    return {
        "as_of": f"{as_of:%Y-%m-%d}",
        "synthetic": study.synthetic,
        "note": translated(REVIEWED),
        "freshness": freshness(study, as_of),
        "heads_up": head_line(study, as_of),
        "rejected_rows": len(study.rejected_rows),
        "events_without_patient": nobodys_events(study),
    }


def print_head(study: AnyStudy, as_of: pd.Timestamp) -> None:
    """Print :func:`head`."""
    for line in head(study, as_of):
        say(line)


def handed_in(study: AnyStudy) -> str:
    """Through which day logs were handed in, as the patients table states it."""
    stated = study.patients["data_through"].dropna()
    if stated.empty:
        return translated("No day stated through which logs were handed in.")
    first, last = (f"{day:%Y-%m-%d}" for day in (stated.min(), stated.max()))
    through = first if first == last else translated("{first} to {last}", first=first, last=last)
    if len(stated) >= len(study.patient_ids):
        return translated("Logs handed in through {days}.", days=through)
    return quantity(
        "Logs of {count} patient handed in through {days}; of the others no day is stated.",
        "Logs of {count} patients handed in through {days}; of the others no day is stated.",
        len(stated),
        days=through,
    )


def nobodys_events(study: AnyStudy) -> list[str]:
    """Rejected events and check-ins of nobody in the study: they may be anybody's fall."""
    lost = study.rejected_of_nobody
    lost = lost[lost["table"].isin(REPORTS)]
    said = marked(
        "LOOK AT THIS: {file}, row {row} was rejected and names no patient of this study ({reason}): {original}"
    )
    return [translated(said, **{str(name): value for name, value in row.items()}) for row in lost.to_dict("records")]


def data_problems(study: AnyStudy, path: Path, analysis: Analysis | fd.PartitionedAnalysis | None = None) -> int:
    """The exit code for work that is done: 1 if something was rejected or not read, which is said, or a part failed."""
    told = problems_line(study, path)
    if told is not None:
        warn(told)
    return int(told is not None or bool(getattr(analysis, "failed", None)))


def problems_line(study: AnyStudy, path: Path) -> str | None:
    """What was rejected or not read, counted, and how to see why; none if everything was read."""
    problems = left_out(study)
    if not problems:
        return None
    if is_partitioned(path):
        return translated(
            "{problems}. To see why: footdrop check with the folder that it was made from", problems="; ".join(problems)
        )
    return translated("{problems}. To see why: footdrop check {path}", problems="; ".join(problems), path=path)


def refuse_own_files(out: Path | None, study: Path, *read: Path | None, option: str = "--out") -> None:
    """Let no result take the place of a file that is read, under any of its names, or be one more file of the study."""
    if out is None:
        return
    refuse_inside(out, study, option)
    own = (file for file in study.rglob("*") if file.is_file()) if study.is_dir() else [study]
    if out.exists() and any(one.exists() and one.samefile(out) for one in (*own, *filter(None, read))):
        raise fd.ParameterError(f"{option}: {out} is a file that this command reads. Name another file.")


def refuse_inside(place: Path, study: Path, option: str) -> None:
    """Let no tables be written into a study: reading would tell of each as a file that was not read, or take it."""
    folder = study.resolve()
    if any(one.is_relative_to(folder) for one in (place.resolve(), place.parent.resolve() / place.name)):
        raise fd.ParameterError(f"{option}: {place} is in the study {study}. Name a place outside it.")


def left_out(study: AnyStudy) -> list[str]:
    """What of the study is in no result, counted."""
    counts = {**study.unread["what"].value_counts(), "row": len(study.rejected_rows)}
    return [quantity(*forms, n) for kind, forms in NOT_READ.items() if (n := int(counts.get(kind, 0)))]


def refuse_real_logs(folder: Path) -> None:
    """Let nothing synthetic be written over, or beside, somebody's logs."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / SYNTHETIC_FILE).exists():
        raise fd.ParameterError(
            f"--out: {folder} holds files that are not marked as synthetic and would be replaced or mixed up. "
            "Name a new folder."
        )
