"""The command ``footdrop``: its subcommands and how each of them ends."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

import footdrop_analytics as fd
from footdrop_analytics.cli.caseload import caseload
from footdrop_analytics.cli.check import check
from footdrop_analytics.cli.demo import demo
from footdrop_analytics.cli.lab import lab
from footdrop_analytics.cli.report import report
from footdrop_analytics.cli.schema import schema
from footdrop_analytics.cli.serve import serve
from footdrop_analytics.cli.simulate import simulate
from footdrop_analytics.cli.template import template
from footdrop_analytics.cli.text import visible

FINE, DATA_PROBLEMS, CANNOT = 0, 1, 2
INTERRUPTED = 130


class FootdropCommand(click.Group):
    """A group that ends with 0 (fine), 1 (work done, rows rejected) or 2 (cannot do it), never with a traceback."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command; what it returns is the exit code."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        code = self._run(*args, **extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, *args: Any, **extra: Any) -> int:
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
            sys.stdout.flush()
            return code if isinstance(code, int) else FINE
        except click.UsageError as error:
            error.show()
        except click.ClickException as error:
            _say(error.format_message())
        except (KeyboardInterrupt, click.Abort):
            click.echo("Stopped. No file is left half-written.", err=True)
            return INTERRUPTED
        except BrokenPipeError:
            _leave_the_pipe()
            return FINE
        except fd.FootdropError as error:
            _say(str(error))
        except OSError as error:
            _say(_sentence(error))
        return CANNOT


def _say(message: str) -> None:
    click.echo("\n".join(visible(line) for line in f"Error: {message}".splitlines()), err=True)


def _leave_the_pipe() -> None:
    """The reader (head, a pager) has seen enough: what is still in the buffer must not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sentence(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename is not None else ""
    return f"{where}{error.strerror or error}."


@click.group(cls=FootdropCommand, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(fd.__version__, prog_name="footdrop", message="%(prog)s %(version)s")
def main() -> None:
    """Adherence, trends and progression criteria from exercise logs of people with foot drop.

    It describes what was logged, for a clinician to review. STUDY is a folder with the files sessions*.csv and
    prescriptions*.csv (also .tsv, .xlsx, .parquet) and further tables, or one Excel workbook with a sheet per table.

    Exit codes: 0 fine; 1 the work is done but rows were rejected; 2 it cannot be done.
    """


for command in (demo, check, caseload, report, lab, serve, simulate, schema, template):
    main.add_command(command)
