"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from footdrop_analytics.wording.language import LANGUAGES, SOURCE, in_language

if TYPE_CHECKING:
    import pandas as pd


class _Day(click.DateTime):
    """A day as the analysis takes it; perhaps the word ``today``: what a person uses may look at the clock."""

    def __init__(self, today: bool = False) -> None:
        super().__init__(formats=["%Y-%m-%d"])
        self._today = today

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        import pandas as pd

        if self._today and isinstance(value, str) and value.strip().casefold() == "today":
            return pd.Timestamp.now().normalize()
        return pd.Timestamp(super().convert(value, param, ctx))


class _Named(click.Path):
    """A path that is not blank: a blank one, such as a variable that was never set, would mean the current folder.

    With an ending, only a file of that kind: a result does not take the place of rules that somebody wrote.
    """

    def __init__(self, suffix: str = "", **options: Any) -> None:
        super().__init__(path_type=Path, **options)
        self._suffix = suffix

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            self.fail("expected a name, found nothing (perhaps a variable that is not set).", param, ctx)
        if not str(value).lower().endswith(self._suffix):
            self.fail(f"expected a name that ends in {self._suffix}, found {str(value)!r}.", param, ctx)
        return super().convert(value, param, ctx)


class _PlaceOrAddress(_Named):
    """A path, or the address of a database as it is written."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if "://" in str(value) else super().convert(value, param, ctx)


FILE = _Named(dir_okay=False)
CSV_FILE = _Named(".csv", dir_okay=False)
JSON_FILE = _Named(".json", dir_okay=False)
PLACE = _Named()
PLACE_OR_ADDRESS = _PlaceOrAddress()
FOLDER = _Named(file_okay=False)

study_argument = click.argument("study", type=_Named(), metavar="STUDY")
shown_study_argument = click.argument("study", type=_Named(), metavar="[STUDY]", required=False)


Command = Callable[..., Any]


def _bundled(name: str, kind: type, options: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    """Give a command all of these options, which it takes as one value of a kind."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def taking(*args: Any, **given: Any) -> Any:
            own = {one: given.pop(one) for one in kind.__annotations__ if one in given}
            return command(*args, **given, **{name: kind(**own)})

        found: Command = taking
        for option in reversed(options):
            found = option(found)
        return found

    return decorate


class Written(NamedTuple):
    """How dates and times are written in the files; never guessed."""

    date_format: str | None = None
    timezone: str | None = None


_date_format_option = click.option(
    "--date-format",
    metavar="FORMAT",
    help="How dates that are not YYYY-MM-DD are written in the files, such as %d/%m/%Y. Never guessed.",
)
_timezone_option = click.option(
    "--timezone",
    metavar="ZONE",
    help="Where the patients live, such as Europe/Berlin: times written with an offset are turned into the clock "
    "there. Default: the time as written.",
)
written_options = _bundled("written", Written, (_date_format_option, _timezone_option))


def language_option(command: Command) -> Command:
    """``--language`` of a command whose every word is then said in it, also in the files it writes."""

    @click.option(
        "--language",
        type=click.Choice(list(LANGUAGES)),
        default=SOURCE,
        show_default=True,
        help=f"The language of what is printed and written: {', '.join(one.name for one in LANGUAGES.values())}.",
    )
    @wraps(command)
    def saying(*args: Any, language: str, **others: Any) -> Any:
        with in_language(language):
            return command(*args, **others)

    return saying


as_of_option = click.option(
    "--as-of",
    type=_Day(today=True),
    metavar="YYYY-MM-DD|today",
    help="The last day that counts. Default: the latest day in the study. A day after the last row, such as today, "
    "says that the log is known up to it.",
)

log_through_option = click.option(
    "--log-through",
    type=_Day(today=True),
    metavar="YYYY-MM-DD|today",
    help="The last day for which logs are known, of patients who state none. Default: the last day anybody logged.",
)

rules_option = click.option(
    "--rules", type=FILE, metavar="FILE", help="A readiness rules file of your own (YAML), laid over the package's."
)

flags_option = click.option(
    "--flags",
    type=FILE,
    metavar="FILE",
    help="A review flags file of your own (YAML), laid over the package's, words to read included.",
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How a command reads and analyses its study, as it was asked to."""

    written: Written
    as_of: pd.Timestamp | None
    log_through: pd.Timestamp | None
    start: pd.Timestamp | None = None
    end: pd.Timestamp | None = None
    rules: Path | None
    flags: Path | None


def analysis_options(period: str = "") -> Callable[[Command], Command]:
    """All options of a command that analyses a study, which takes them as ``asked``.

    With ``period`` also ``--from`` and ``--to``; it says of what they are the first and the last day.
    """
    limits = (("--from", "start", "First"), ("--to", "end", "Last")) if period else ()
    days = [
        click.option(flag, name, type=_Day(), metavar="YYYY-MM-DD", help=f"{which} day {period}.")
        for flag, name, which in limits
    ]
    others = (as_of_option, log_through_option, rules_option, flags_option, written_options)
    return _bundled("asked", Asked, (*days, *others))


def choice_option(*names: str, among: Sequence[str], help: str, case_sensitive: bool = True) -> Command:
    """An option that takes one of some words; the first is the default."""
    choice = click.Choice(among, case_sensitive=case_sensitive)
    return click.option(*names, type=choice, default=among[0], show_default=True, help=help)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program instead of text.")

form_option = choice_option(
    *("--format", "form"),
    among=("csv", "parquet", "xlsx", "dta"),
    help="Of the files; Parquet keeps the types, dta is for Stata 14 and later.",
)


def csv_option(what: str) -> Command:
    """``--out`` of a command that prints, and also writes ``what`` as CSV."""
    return click.option("--out", type=CSV_FILE, metavar="FILE.csv", help=f"Also write {what} as CSV.")


def folder_option(what: str) -> Command:
    """``--out`` of a command that writes ``what`` into a folder."""
    return click.option("--out", type=FOLDER, required=True, metavar="DIR", help=f"The folder for {what}.")


pages_language_option = click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    help=f"The language of the pages at first: {', '.join(one.name for one in LANGUAGES.values())}. Default: English.",
)


@dataclass(frozen=True, kw_only=True)
class Showing:
    """How a command serves pages, as it was asked to."""

    port: int | None = None
    opens: bool = True
    read_only: bool = False
    language: str | None = None
    written: Written


def serving_options(first_port: int) -> Callable[[Command], Command]:
    """What every command that serves pages takes: a study or none and, as ``asked``, where and how it is shown."""
    port = f"The port to use. Default: {first_port} or the next free one."
    no_browser = "Print the address and open no browser."
    options = (
        shown_study_argument,
        click.option("--port", type=click.IntRange(0, 65535), metavar="N", help=port),
        click.option("--no-browser", "opens", is_flag=True, flag_value=False, default=True, help=no_browser),
        click.option("--read-only", is_flag=True, help="Let nobody record anything from the pages."),
        pages_language_option,
        written_options,
    )
    return _bundled("asked", Showing, options)
