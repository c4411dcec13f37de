"""Steps on days and plans: dates of every form, from proof and never guessed; plans in a few words, or as FHIR does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Annotated

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.importing.cells import changed, combined, filled, in_study, left_out, recoded, where
from footdrop_analytics.importing.steps import base
from footdrop_analytics.importing.steps.plan_text import COLUMNS, PlanText, plan_of
from footdrop_analytics.knowledge.forms import NEEDED, Text, Texts, one_of
from footdrop_analytics.model.vocabulary import WEEKDAYS
from footdrop_analytics.reading.cells.date_texts import MONTHS
from footdrop_analytics.reading.cells.dates import parse_dates
from footdrop_analytics.reading.cells.values import ParseOptions, Proof, Words
from footdrop_analytics.wording.language import kept_by_language, marked, translated

_MONTH_YEAR = re.compile(r"([A-Za-z]{3,9})[ \-./']*(\d{4}|\d{2})|(\d{4})[-./](\d{1,2})")
_MOST_NUMBER = 10**14
_START = "the first day of week 1, written as 2026-01-05"
FORMS = ("written", "epoch_s", "epoch_ms", "week_day", "week_weekday", "month_day")


@base.step("date")
class Date(base.Step):
    """The day, and the time if there is one, of some columns.

    ``written``: one column, or a date and a clock time. ``epoch_s``, ``epoch_ms``: seconds or thousandths since 1970.
    ``week_day``: the start of a plan, the number of the week and of the day. ``week_weekday``: the start, the week,
    the name of the day. ``month_day``: a month with its year, and the day. Columns of ``proof`` are dates of the same
    file that may prove the order of day and month.
    """

    columns: Texts = NEEDED
    into: Text = "performed_at"
    form: Annotated[str, one_of(FORMS)] = "written"
    proof: Texts = ()

    def headers(self) -> Iterable[str]:
        return [*self.columns, *self.proof]

    def reads(self) -> Iterable[str]:
        return self.columns

    def _columns(self, table: pd.DataFrame, how: base.How) -> list[pd.Series]:
        found = [table[name] for name in base.columns_of(table, self.columns)]
        if self.form in ("week_day", "week_weekday") and len(found) == len(self.columns) - 1 and how.answers.start:
            return [changed(found[0], lambda _: how.answers.start), *found]
        return found

    def _written(self, table: pd.DataFrame, how: base.How) -> pd.Series | None:
        """The texts that are understood as dates."""
        columns = self._columns(table, how)
        if not columns or (self.form not in ("written", "epoch_s", "epoch_ms") and len(columns) < len(self.columns)):
            return None
        if self.form in ("epoch_s", "epoch_ms"):
            return changed(columns[0], lambda text: _since_1970(text, 1 if self.form == "epoch_s" else 1000))
        if self.form == "month_day":
            return combined(columns, _day_of_month)
        if self.form in ("week_day", "week_weekday"):
            return columns[0]
        return columns[0] if len(columns) == 1 else combined(columns, base.side_by_side)

    def take(self, table: pd.DataFrame, how: base.How) -> tuple[pd.DataFrame, list[base.Ask]]:
        """The days, what is none as written; asked are their order, the zone of times in UTC, the start of the plan."""
        texts = self._written(table, how)
        rows = in_study(table)
        if texts is None:
            missing = self.form in ("week_day", "week_weekday") and rows.any()
            return table, [base.Ask("start", "", int(rows.sum()), "", _START)] if missing else []
        found = understood(texts, how, _proofs(table, self.proof, how))
        used = np.bincount(texts.cat.codes.to_numpy()[rows] + 1, minlength=len(texts.cat.categories) + 1)[1:]
        days = iso(texts, found)
        if self.form in ("week_day", "week_weekday"):
            shifted = _of_week_day if self.form == "week_day" else _of_weekday
            days = combined([days, *self._columns(table, how)[1:]], shifted)
            asks = []  # the start was asked about before
        else:
            asks = _order_ask(texts, found, used)
        if how.timezone is None and how.answers.timezone != base.AS_WRITTEN and found.utc is not None:
            count = int(used[found.utc].sum())
            expected = f"where the patients live, such as Europe/Berlin, or “{base.AS_WRITTEN}”"
            asks += [base.Ask("timezone", "", count, "", expected)] if count else []
        keeps = self.into in table and self.into not in map(partial(base.column_of, table), self.columns)
        return table.assign(**{self.into: filled(table[self.into], days) if keeps else days}), asks


def understood(texts: pd.Series, how: base.How, order: Proof | None = None) -> Words:
    """Every distinct text of a column as a date, by the rules of reading."""
    options = ParseOptions(exercises=(), date_format=how.date_format, timezone=how.timezone, order=order)
    return parse_dates(
        pa.array(texts.cat.categories, pa.string()), options, texts.cat.codes.to_numpy().astype(np.int64)
    )


def iso(texts: pd.Series, words: Words) -> pd.Series:
    """The dates as ISO texts; what is none stays as written."""
    assert words.has_time is not None
    seconds = np.datetime_as_string(words.values.astype("datetime64[s]"))
    is_none = np.isnat(words.values)
    each = zip(texts.cat.categories, is_none.tolist(), seconds.tolist(), words.has_time.tolist(), strict=True)
    written = [
        text if none else f"{moment[:10]} {moment[11:]}" if has_time else moment[:10]
        for text, none, moment, has_time in each
    ]
    return pd.Series(recoded(texts.cat.codes.to_numpy(), written), index=texts.index)


def _proofs(table: pd.DataFrame, columns: Iterable[str], how: base.How) -> Proof | None:
    """The order of day and month that another column of the file proves."""
    for name in base.columns_of(table, columns):
        proof = understood(table[name], how).proof
        if proof is not None:
            return proof._replace(words=f"{proof.words} ({name})")
    return None


def proof_of(texts: pd.Series, how: base.How) -> str:
    """The cell that proves in which order day and month stand in a column, in words; blank if none has to."""
    proof = understood(texts, how).proof
    return proof.words if proof is not None else ""


def _order_ask(texts: pd.Series, found: Words, used: np.ndarray) -> list[base.Ask]:
    """The question in which order day and month stand, if that is open, in forms as people write them: ``DD.MM.YY``."""
    unsure = [at for at, formats in found.formats.items() if formats and used[at]]
    if not unsure:
        return []
    choices: dict[str, None] = {}
    for form in (form for at in unsure for form in found.formats[at]):
        words = form.replace("%d", "DD").replace("%m", "MM").replace("%Y", "YYYY").replace("%y", "YY")
        choices[form if "%" in words else words] = None  # one with a time of day stays as it is
    text, rows = texts.cat.categories[unsure[0]], int(used[unsure].sum())
    return [base.Ask("dates", text, rows, "", " or ".join(choices), tuple(choices))]


def _since_1970(text: str, per_second: int) -> str | None:
    if not re.fullmatch(r"\d{1,15}(\.0*)?", text) or float(text) > _MOST_NUMBER:
        return text
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=float(text) / per_second)
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def _day_of_month(month: str | None, day: str | None) -> str | None:
    found = _MONTH_YEAR.fullmatch((month or "").strip())
    if found is None or day is None or not day.strip().isdigit():
        return f"{day} {month}" if day and month else None
    if found[3]:
        return f"{found[3]}-{int(found[4]):02d}-{int(day):02d}"
    number = next((at for at, name in enumerate(MONTHS, 1) if found[1].casefold().startswith(name)), None)
    year = int(found[2]) + (2000 if len(found[2]) == 2 else 0)
    return f"{day} {month}" if number is None else f"{year}-{number:02d}-{int(day):02d}"


def _shifted(start: str | None, days: Callable[[dt.date], int | None]) -> str | None:
    try:
        first = dt.date.fromisoformat((start or "")[:10])
        shift = days(first)
        return None if shift is None else str(first + dt.timedelta(days=shift))
    except (ValueError, OverflowError):
        return start


def _number(text: str | None) -> int | None:
    found = re.search(r"\d{1,3}", text or "")
    return int(found[0]) if found else None


def _of_week_day(start: str | None, week: str | None, day: str | None) -> str | None:
    weeks, days = _number(week), _number(day)
    return _shifted(start, lambda _: None if weeks is None or days is None else 7 * (weeks - 1) + days - 1)


def _of_weekday(start: str | None, week: str | None, day: str | None) -> str | None:
    weeks = _number(week)
    name = (day or "").strip().casefold()[:3]
    if weeks is None or name not in WEEKDAYS:
        return None
    return _shifted(start, lambda first: 7 * (weeks - 1) + WEEKDAYS.index(name) - first.weekday())


@base.step("plan_text")
class PlanTextStep(base.ColumnStep):
    """Read a column of short texts; columns that are filled already keep what they have."""

    made = COLUMNS

    def asks_of(self, name: str, table: pd.DataFrame, how: base.How) -> list[base.Ask]:
        answered = base.by_reading(how.answers.values.get(self.column, {}))
        unknown = {
            (text, why): rows
            for text, rows in base.unknown_texts(table, name, answered).items()
            if isinstance(why := _plan(text), str)
        }
        said = marked("{why} Or write {ignore}.")
        return [
            base.Ask(f"values.{self.column}", text, rows, "", translated(said, why=why, ignore=base.IGNORE))
            for (text, why), rows in unknown.items()
        ]

    def applied(self, name: str, table: pd.DataFrame, how: base.How) -> pd.DataFrame:
        answered = base.by_reading(how.answers.values.get(self.column, {}))
        texts = changed(table[name], lambda text: answered.get(base.read_as(text), text))
        table = left_out(table, (texts == base.IGNORE).to_numpy(), translated(base.LEFT_BY_ANSWER))
        for column in COLUMNS:
            new = changed(texts, partial(_part, column))
            if new.notna().any():
                table = base.with_more(table, **{column: new})
        return table


@kept_by_language()
def _plan(text: str) -> PlanText | str:
    try:
        return plan_of(text, named=False)
    except ParameterError as error:
        return str(error).splitlines()[0]


def _part(column: str, text: str) -> str | None:
    found = _plan(text)
    if isinstance(found, str):
        return None
    if column == "reason":
        return "; ".join(found.remarks) or None
    value = found.columns.get(column)
    return None if value is None else f"{value:g}" if isinstance(value, float) else str(value)


@base.step("plan_weekdays")
class PlanWeekdays(base.Step):
    """The days of a plan that numbers them from its start, as days of the week; its end from its weeks."""

    made = ("start_date", "weekdays", "end_date")
    start: Text = NEEDED
    days: Text = NEEDED
    weeks: Text | None = None

    def headers(self) -> Iterable[str]:
        return [self.weeks] if self.weeks else []

    def apply(self, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        if self.start not in table or self.days not in table:
            return table
        weekdays = combined([table[self.start], table[self.days]], _weekdays_from)
        table = table.assign(start_date=table[self.start], weekdays=weekdays)
        weeks = base.column_of(table, self.weeks) if self.weeks else None
        return table if weeks is None else table.assign(end_date=combined([table[self.start], table[weeks]], _last_day))


def _weekdays_from(start: str | None, days: str | None) -> str | None:
    try:
        first = dt.date.fromisoformat((start or "")[:10])
    except ValueError:
        return None
    numbers = [int(one) for one in re.findall(r"\d{1,3}", days or "")]
    return ",".join(dict.fromkeys(WEEKDAYS[(first.weekday() + number - 1) % 7] for number in sorted(numbers))) or None


def _last_day(start: str | None, weeks: str | None) -> str | None:
    try:
        return str(dt.date.fromisoformat((start or "")[:10]) + dt.timedelta(days=7 * int(weeks or "") - 1))
    except (ValueError, OverflowError):
        return None


@base.step("timing")
class Timing(base.Step):
    """How often, as FHIR says it: so many times in so many days or weeks, or on days of the week."""

    prefix: Text = NEEDED

    def apply(self, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        named = [f"{self.prefix}.dayOfWeek.{at}" for at in range(7)]
        days = [table[name] for name in named if name in table]
        parts = [f"{self.prefix}.{part}" for part in ("frequency", "period", "periodUnit")]
        if days:
            table = table.assign(weekdays=combined(days, partial(base.side_by_side, between=",")))
        if all(part in table for part in parts):
            columns = [table[part] for part in parts]
            table = table.assign(
                days_per_week=combined(columns, lambda *texts: _timing(*texts)[0]),
                sessions_per_day=combined(columns, lambda *texts: _timing(*texts)[1]),
            )
            if days:
                named_days = table["weekdays"].notna().to_numpy()
                table = table.assign(days_per_week=where(~named_days, table["days_per_week"]))
        return table


def _timing(frequency: str | None, period: str | None, unit: str | None) -> tuple[str | None, str | None]:
    """Days a week and sessions a day; none where they are not halves of a day or whole sessions."""
    try:
        times, length = float(frequency or "nan"), float(period or "nan")
        if unit == "wk" and times <= 7 * length:
            days, sessions = times / length, 1.0
        elif unit == "d":
            sessions = max(1.0, times / length)
            days = 7.0 if times >= length else 7 * times / length
        else:
            return None, None
    except (ValueError, ZeroDivisionError):
        return None, None
    return (f"{days:g}" if days * 2 % 1 == 0 else None), (f"{sessions:g}" if sessions % 1 == 0 else None)
