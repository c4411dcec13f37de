"""Steps on plans: one in a few words, the days of the week from a first day, how often as FHIR says it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import partial

import pandas as pd

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.importing.cells import changed, combined, left_out, where
from footdrop_analytics.importing.steps import base
from footdrop_analytics.importing.steps.plan_text import COLUMNS, PlanText, plan_of
from footdrop_analytics.knowledge.forms import NEEDED, Text
from footdrop_analytics.model.vocabulary import WEEKDAYS
from footdrop_analytics.wording.language import kept_by_language, translated


@base.step("plan_text")
class PlanTextStep(base.ColumnStep):
    """Read a column of short texts; columns that are filled already keep what they have."""

    def gives(self) -> Iterable[str]:
        return COLUMNS

    def asks_of(self, name: str, table: pd.DataFrame, how: base.How) -> list[base.Ask]:
        answered = base.by_reading(how.answers.values.get(self.column, {}))
        unknown = {
            (text, why): rows
            for text, rows in base.unknown_texts(table, name, answered).items()
            if isinstance(why := _plan(text), str)
        }
        return [
            base.Ask(
                f"values.{self.column}",
                text,
                rows,
                "",
                translated("{why} Or write {ignore}.", why=why, ignore=base.IGNORE),
            )
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
    """The plan, or in the language in force what is not understood."""
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

    start: Text = NEEDED
    days: Text = NEEDED
    weeks: Text | None = None

    def headers(self) -> Iterable[str]:
        return [self.weeks] if self.weeks else []

    def gives(self) -> Iterable[str]:
        return ("start_date", "weekdays", "end_date")

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
