"""``footdrop demo``: the whole way, from logs to reports, on a synthetic study."""

from __future__ import annotations

from pathlib import Path

import click

from footdrop_analytics.cli.common.options import FOLDER, Written
from footdrop_analytics.cli.common.output import say
from footdrop_analytics.cli.results.caseload import print_caseload
from footdrop_analytics.cli.results.report import write_all


@click.command()
@click.option(
    "--out",
    type=FOLDER,
    default=Path("footdrop_demo"),
    show_default=True,
    metavar="DIR",
    help="The folder for the demo study and its reports.",
)
def demo(out: Path) -> None:
    """Show the whole way on a synthetic study.

    It reads the demo study, prints its caseload, writes its reports and says where they are. A few
    of its rows are wrong on purpose, to show what becomes of them.
    """
    from footdrop_analytics.cli.common.study import analyse_study, data_problems, open_study, refuse_real_logs
    from footdrop_analytics.simulation.demo import write_demo

    logs = out / "study"
    refuse_real_logs(logs)
    write_demo(logs)
    study = open_study(logs, Written())
    analysis = analyse_study(study)
    print_caseload(analysis)
    say(f"The logs are in {logs}: plain CSV files, to open and change.")
    write_all(analysis, out / "reports")
    data_problems(study, logs)
