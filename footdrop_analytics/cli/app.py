"""The command ``footdrop``: its subcommands and how each of them ends."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

import footdrop_analytics as fd
from footdrop_analytics.cli.caseload import caseload, reviews
from footdrop_analytics.cli.check import check
from footdrop_analytics.cli.compare import backtest, compare
from footdrop_analytics.cli.import_ import import_
from footdrop_analytics.cli.output import leave_the_pipe, visible
from footdrop_analytics.cli.report import report
from footdrop_analytics.cli.sbom import sbom
from footdrop_analytics.cli.serving.lab import lab
from footdrop_analytics.cli.serving.serve import serve
from footdrop_analytics.cli.shortcut import shortcut
from footdrop_analytics.cli.studies import demo, partition, schema, simulate, template
from footdrop_analytics.cli.tables import cohort, export, tables
from footdrop_analytics.errors import shortened

FINE, CANNOT = 0, 2
INTERRUPTED = 130
DEBUG = "--debug"
LONGEST = 200
"""Characters of a call or of a foreign message in an error."""


class FootdropCommand(click.Group):
    """A group that ends with 0 (done), 1 (done, rows rejected) or 2 (not done), never with a traceback."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command; what it returns is the exit code."""
        _complete_the_streams()
        given = [str(one) for one in (sys.argv[1:] if args is None else args)]
        debug = DEBUG in given
        code = self._run([one for one in given if one != DEBUG], *rest, debug=debug, **extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, args: list[str], *rest: Any, debug: bool, **extra: Any) -> int:
        try:
            code = super().main(args, *rest, **{**extra, "standalone_mode": False})
            try:
                sys.stdout.flush()
            except BrokenPipeError:
                leave_the_pipe()
            return code if isinstance(code, int) else FINE
        except click.UsageError as error:
            error.show()
        except click.ClickException as error:
            _say(error.format_message())
        except (KeyboardInterrupt, click.Abort):
            click.echo("Stopped. No file is left half-written.", err=True)
            return INTERRUPTED
        except fd.FootdropError as error:
            _say(str(error), debug)
        except OSError as error:
            where = f"{error.filename}: " if error.filename is not None else ""
            _say(f"{where}{error.strerror or error}.", debug)
        except Exception as error:  # noqa: BLE001 - nobody who does not write programs is to see a traceback
            _say(_fault(error, args), debug)
        return CANNOT


def _complete_the_streams() -> None:
    """A closed stream receives nothing; a character that it cannot show is spelt out."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the whole run
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _say(message: str, debug: bool = False) -> None:
    if debug:
        click.echo(traceback.format_exc(), err=True)
    click.echo("\n".join(visible(line) for line in f"Error: {message}".splitlines()), err=True)


def _fault(error: Exception, args: list[str]) -> str:
    called = shortened(" ".join(["footdrop", *args]), LONGEST)
    if isinstance(error, MemoryError):
        return f"{called}: this needs more memory than is free. Close other programs, or split the study."
    said = shortened(f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": "), LONGEST)
    return (
        f"{called}: stopped over something that footdrop does not expect ({said}). No file is left half-written. "
        f"Run it again with {DEBUG} for the details, and report them without anything of a patient."
    )


@click.group(cls=FootdropCommand, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(DEBUG, is_flag=True, expose_value=False, help="With an error, show the details for programmers.")
@click.version_option(fd.__version__, prog_name="footdrop", message="%(prog)s %(version)s")
def main() -> None:
    """Adherence, trends and progression criteria from exercise logs of people with foot drop.

    It describes what was logged, for a clinician to review. STUDY is a folder with the file sessions.csv
    and, where they are known, prescriptions.csv and further tables (also .tsv, .xlsx, .xls, .ods, .parquet, and several
    files of a table side by side), or one workbook with a sheet per table.

    Exit codes: 0 done; 1 done, but something was rejected or could not be read; 2 not done; 130 interrupted.
    """


COMMANDS = (demo, import_, check, partition, caseload, reviews, report, tables, cohort, export, backtest, compare)
TO_LOOK_AT = (lab, serve, shortcut)
FOR_FILES = (simulate, schema, template, sbom)
for command in (*COMMANDS, *TO_LOOK_AT, *FOR_FILES):
    main.add_command(command)
