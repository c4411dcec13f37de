"""``footdrop shortcut``: a file to double-click that opens the dashboards, for people who type no commands."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path, PurePath

import click

from footdrop_analytics.cli.options import FOLDER, Written, pages_language_option, shown_study_argument, written_options
from footdrop_analytics.cli.output import say
from footdrop_analytics.errors import ParameterError

OURS = "Made by footdrop shortcut"
"""In each such file, so that it may be replaced and nothing else is."""
_FIRST_CONTROL_FREE = 32
_IN_EXEC = {"\\": "\\\\", '"': '\\"', "`": "\\`", "$": "\\$"}


SUFFIXES = {"windows": ".bat", "macos": ".command", "linux": ".desktop"}


@click.command()
@shown_study_argument
@click.option("--out", type=FOLDER, metavar="DIR", help="The folder to put it in. Default: your desktop.")
@click.option("--system", type=click.Choice(list(SUFFIXES)), help="The system that it is for. Default: this one.")
@pages_language_option
@written_options
def shortcut(study: Path | None, out: Path | None, system: str | None, language: str | None, written: Written) -> int:
    """Put a file on the desktop that opens the dashboards when it is double-clicked.

    It runs footdrop serve for STUDY (without one the first page asks) with the Python that runs now. A window shows
    what footdrop says; closing that window ends it.
    """
    from footdrop_analytics.files import write_whole

    if study is not None and not study.exists():
        raise ParameterError(f"STUDY: {study} is not there. Name a folder or a workbook.")
    system = system or {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    folder = out or Path.home() / "Desktop"
    if out is None and not folder.is_dir():
        raise ParameterError(f"{folder}: there is no such folder. Name the folder to put it in: --out.")
    where = None if study is None else study.resolve()
    path = folder / f"Exercise logs{'' if where is None else f' {where.stem}'}{SUFFIXES[system]}"
    if path.exists() and OURS not in path.read_text(encoding="utf-8", errors="replace"):
        raise ParameterError(f"{path}: is there already and not made by this command. Name another folder: --out.")
    text = content(system, sys.executable, where, written, language)
    write_whole(path, text.replace("\n", "\r\n" if system == "windows" else "\n").encode("utf-8"))
    if system != "windows":
        path.chmod(0o700)
    say(f"Double-click {path} to open the dashboards.")
    if system == "linux":
        say("If it is shown as text: right-click it, and allow launching.")
    return 0


def content(
    system: str, python: str, study: Path | PurePath | None, written: Written, language: str | None = None
) -> str:
    """The text of the file."""
    command = [python, "-P", "-m", "footdrop_analytics", "serve"]
    command += [str(study)] if study is not None else []
    options = (("--language", language), ("--date-format", written.date_format), ("--timezone", written.timezone))
    for option, value in options:
        command += [option, value] if value is not None else []
    odd = [one for one in command if any(ord(char) < _FIRST_CONTROL_FREE for char in one)]
    if odd or (system == "windows" and any('"' in one for one in command)):
        raise ParameterError(f"{(odd or command)[-1]!r}: such a file cannot hold this name. Rename it first.")
    if system == "macos":  # a script that Terminal opens
        return f"#!/bin/sh\n# {OURS}\ncd\nexec {shlex.join(command)}\n"
    return _batch(command) if system == "windows" else _desktop_entry(command)


def _batch(command: list[str]) -> str:
    """Windows: names in quotation marks, percent signs doubled; the window stays so that an error can be read."""
    line = " ".join('"{}"'.format(one.replace("%", "%%")) for one in command)
    return f'@echo off\nrem {OURS}\nchcp 65001 >nul\ncd /d "%USERPROFILE%"\n{line}\nif errorlevel 2 pause\n'


def _desktop_entry(command: list[str]) -> str:
    """Linux: a desktop entry. Its line is quoted for the launcher first, then for the file."""
    quoted = ['"{}"'.format("".join(_IN_EXEC.get(char, char) for char in one)) for one in command]
    line = " ".join(quoted).replace("%", "%%").replace("\\", "\\\\")
    return (
        f"[Desktop Entry]\n# {OURS}\nType=Application\nName=Exercise logs\nComment=Dashboards of footdrop\n"
        f"Terminal=true\nExec={line}\n"
    )
