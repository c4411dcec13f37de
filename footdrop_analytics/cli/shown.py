"""The study that the dashboards show: found, and read once before any server starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from footdrop_analytics.cli.options import Written
from footdrop_analytics.cli.output import say
from footdrop_analytics.cli.study import data_problems, open_study, print_head, refuse_real_logs

REPOSITORY_DEMO = Path("data") / "demo"
OWN_DEMO = Path("footdrop_demo") / "study"


@dataclass(frozen=True)
class Shown:
    """Where the study is, of how many patients it tells, and the exit code that it deserves: not the study itself."""

    path: Path
    patients: int
    code: int


def shown_study(path: Path | None, written: Written) -> Shown:
    """Read the study that is to be shown, so that one that cannot be read is refused before anything starts.

    Raises
    ------
    FootdropError
        If it cannot be read.
    """
    found = path if path is not None else _demo()
    study = open_study(found, written)
    print_head(study, study.as_of)
    return Shown(found, len(study.known_ids), data_problems(study, found))


def _demo() -> Path:
    """The demo study of the clone, or one that was written earlier (it may have been changed since), or a new one."""
    from footdrop_analytics.reading.sources.locate import SYNTHETIC_FILE
    from footdrop_analytics.simulation.demo import write_demo

    for there in (REPOSITORY_DEMO, OWN_DEMO):
        if (there / SYNTHETIC_FILE).is_file():
            return there
    refuse_real_logs(OWN_DEMO)
    write_demo(OWN_DEMO)
    say(f"No study was named: a demo with invented patients is in {OWN_DEMO}.")
    return OWN_DEMO
