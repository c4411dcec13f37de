"""Everything at once: one pass over a study, every result table, and the parameters behind them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from footdrop_analytics.analysis.adherence.adherence import WindowedAdherence
from footdrop_analytics.analysis.adherence.calendar import PatientDays, calendar_of
from footdrop_analytics.analysis.adherence.period import patient_windows, period, window_rule
from footdrop_analytics.analysis.caseload import caseload_rows, sorted_caseload
from footdrop_analytics.analysis.choices import Choices, parameters_of
from footdrop_analytics.analysis.flags.flags import review_flags_of
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.analysis.outcomes import outcomes_of
from footdrop_analytics.analysis.partitions import Progress, parts_of, side_by_side, together
from footdrop_analytics.analysis.readiness.readiness import Review
from footdrop_analytics.analysis.trends.history import steps_of
from footdrop_analytics.analysis.trends.prepared import RECENT_DAYS, Prepared
from footdrop_analytics.analysis.trends.trends import daily_of
from footdrop_analytics.knowledge import FlagRules, ReadinessRules, load_outcome_measures
from footdrop_analytics.model.days import day_of
from footdrop_analytics.model.study import RowsByPatient, Study, Tables, rows_of
from footdrop_analytics.wording.language import in_language, language_of

CUTS: dict[str, tuple[str | None, str | None]] = {"": ("week", None), "_28d": ("7D", "28D"), "_period": (None, None)}
"""The three adherence tables: calendar weeks, 28 days every 7 days, and the whole period."""
KEPT_ROWS = 100_000
"""Studies with at most so many rows keep what their tables were made from at hand, for charts and reports."""
KEPT_PATIENTS = 8
"""So many patients' analyses are kept: hiding an exercise, or going back to the patient before, asks for one again."""
WORKERS = min(4, os.cpu_count() or 1)
"""Parts side by side: NumPy lets other threads work during long sums, and each part needs memory of its own."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Analysis(Tables):
    """Every result table of one study up to ``as_of``, and what it takes to reproduce them.

    Frozen as a :class:`Study` is: changing a table that was taken from it has no effect on it. It can be pickled at any
    time.

    Attributes
    ----------
    study : Study
        The study that was analysed.
    as_of, start, end : Timestamp
        The last day that counts, and the period of the adherence tables (``start`` ``None`` = each patient's first
        prescription or session day). Flags, readiness, verdicts and persistence never depend on the period.
    log_through : Timestamp
        The last observed day of patients who state none; missing where nobody logged anything.
    adherence, adherence_28d, adherence_period : DataFrame
        Adherence of every series by calendar week, in rolling windows of 28 days every 7 days, and in the whole period.
    adherence_patient, adherence_patient_28d, adherence_patient_period : DataFrame
        The same for each patient's series together.
    persistence, trends, steps, readiness, criteria, flags, outcomes, caseload : DataFrame
        As from the functions of these names (``criteria`` from ``readiness_criteria``, ``flags`` from
        ``review_flags``); ``caseload`` has one row per patient, most in need of a look first.
    trend_reasons : DataFrame
        What weakens each verdict of ``trends``, one row per reason: ``patient_id``, ``exercise``, ``side``, ``reason``,
        ``number`` and ``day`` (where they belong to it).
    rules, flag_rules : ReadinessRules and FlagRules
        The readiness rules and review flags that were held against the log.
    parameters : dict
        Package and library versions, dates and rule versions; ``sources`` has the input files with their hashes.
    language : str
        The code of the language that the texts of the tables are written in.
    prepared : Prepared
        What the tables were made from, as far as it is at hand: all of it for a small study, such as one patient's.
    """

    study: Study
    as_of: pd.Timestamp
    start: pd.Timestamp | None
    end: pd.Timestamp
    log_through: pd.Timestamp
    adherence: pd.DataFrame
    adherence_28d: pd.DataFrame
    adherence_period: pd.DataFrame
    adherence_patient: pd.DataFrame
    adherence_patient_28d: pd.DataFrame
    adherence_patient_period: pd.DataFrame
    persistence: pd.DataFrame
    trends: pd.DataFrame
    trend_reasons: pd.DataFrame
    steps: pd.DataFrame
    readiness: pd.DataFrame
    criteria: pd.DataFrame
    flags: pd.DataFrame
    outcomes: pd.DataFrame
    caseload: pd.DataFrame
    rules: ReadinessRules
    flag_rules: FlagRules
    parameters: dict[str, str]
    language: str
    prepared: Prepared = field(repr=False)

    def _lines(self) -> list[str]:
        names = (
            "adherence",
            "persistence",
            "trends",
            "steps",
            "readiness",
            "criteria",
            "flags",
            "outcomes",
            "caseload",
        )
        begin = "" if self.start is None else f"from {self.start:%Y-%m-%d} "
        return [
            f"{len(self.study.patient_ids):,} patients, {begin}to {self.end:%Y-%m-%d}, as of {self.as_of:%Y-%m-%d}",
            f"rows: {rows_of({name: getattr(self, name) for name in names})}",
            f"readiness rules {self.rules.version}, review flags {self.flag_rules.version}",
        ]

    def for_patient(self, patient_id: str, start: object = None, end: object = None) -> Analysis:
        """The analysis of one patient by the same rules, up to a day; the last few are kept.

        Parameters
        ----------
        patient_id : str
            The patient.
        start : date, Timestamp or ISO text, optional
            First day of the adherence tables. Default: the patient's first prescription or session day.
        end : date, Timestamp or ISO text, optional
            The last day that counts (``as_of``), for everything. Default: that of this analysis.

        Returns
        -------
        Analysis
            What :func:`analyse` finds in the patient's rows alone.

        Raises
        ------
        ParameterError
            If there is no row of the patient, a date is none, or ``end`` is before ``start``.
        """
        days = (None if day is None else day_of(day, name) for name, day in (("start", start), ("end", end)))
        return self._of_patient(str(patient_id), *days)

    @cached_property
    def _of_patient(self) -> Callable[[str, pd.Timestamp | None, pd.Timestamp | None], Analysis]:
        @lru_cache(maxsize=KEPT_PATIENTS)
        def analysed(patient_id: str, start: pd.Timestamp | None, end: pd.Timestamp | None) -> Analysis:
            if start is not None:
                return analysed(patient_id, None, end)._starting(start, end)
            alone = self.study.filter([patient_id])
            if end in (None, self.as_of):
                return self._alone(alone)
            # Looking beyond this analysis vouches for the log anew; up to it, what was said of the log holds.
            through = None if end is None or end > self.as_of or pd.isna(self.log_through) else self.log_through
            rules, flags = self.rules, self.flag_rules
            return analyse_in_memory(alone, Choices(end, None, None, through, rules, flags, self.language))

        return analysed

    def logs(self) -> Iterator[CodedLog]:
        """The log of all patients, in pieces of whole patients that fit into memory: here in one."""
        yield self.prepared.log

    def said_in(self, language: str) -> Analysis:
        """The same analysis with its texts in another language; the last one is kept.

        Parameters
        ----------
        language : str
            ``en``, ``de``, ``fr`` or ``es``.

        Returns
        -------
        Analysis
            The same numbers, states and keys. What was said when the files were read stays as it was said.

        Raises
        ------
        ParameterError
            If there is no such language.

        Examples
        --------
        >>> import footdrop_analytics as fd
        >>> analysis = fd.analyse(fd.simulate(patients=1, weeks=1, seed=1))
        >>> analysis.said_in("de").caseload["why"].item()
        'Kein offener Hinweis; 13 von 21 Übungseinheiten in 28 Tagen.'
        """
        code = language_of(language).code
        return self if code == self.language else self._said_in(code)

    @cached_property
    def _said_in(self) -> Callable[[str], Analysis]:
        @lru_cache(maxsize=1)
        def said(code: str) -> Analysis:
            log = self.prepared.log
            prepared, days = Prepared(log), period(self.start, self.end, log.as_of_day)
            until = None if (self.outcomes["last_day"] > self.as_of).any() else log.as_of_day
            with in_language(code):
                results: dict[str, Any] = dict(_result_tables(prepared, days, until, self.rules, self.flag_rules))
            results["caseload"] = sorted_caseload(results["caseload"], results["persistence"])
            return replace(self, prepared=prepared, language=code, **results)

        return said

    def _alone(self, study: Study) -> Analysis:
        """The rows of a study's one patient: a patient's results never depend on other patients."""
        prepared = Prepared(replace(self.prepared.log, study=study))
        patient = pd.CategoricalDtype(prepared.log.patients)
        tables: dict[str, Any] = {name: table.rows_of(patient) for name, table in self._tables.items()}
        found = replace(self, study=study, prepared=prepared, **tables)
        whole = self.start is None and self.end == self.as_of
        return found if whole else found._starting(None, None)

    @cached_property
    def _tables(self) -> dict[str, RowsByPatient]:
        """Where each patient's rows stand in each table."""
        names = [one.name for one in fields(self) if isinstance(getattr(self, one.name), pd.DataFrame)]
        return {name: RowsByPatient(getattr(self, name), self.study.known_ids) for name in names}

    def _starting(self, start: pd.Timestamp | None, end: pd.Timestamp | None) -> Analysis:
        """The same with the adherence tables from another day on: nothing else depends on it."""
        first, last = period(start, end, self.prepared.log.as_of_day)
        tables: dict[str, Any] = {**_adherence_tables(self.prepared.calendar, first, last)}
        parameters = parameters_of(self.prepared.log, first, last, self.rules, self.flag_rules)
        begin = None if first is None else cols.timestamp_of(first)
        return replace(self, start=begin, end=cols.timestamp_of(last), parameters=parameters, **tables)

    @property
    def sources(self) -> pd.DataFrame:
        """Input files: ``table``, ``file``, ``sha256``, ``rows``."""
        return self.study.sources

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Daily values of the primary measure, for charts: see :func:`daily`."""
        return daily_of(self.prepared.performance, "primary", self.prepared.values)

    @cached_property
    def calendar(self) -> pd.DataFrame:
        """What each day of each patient was, for the calendar strip: see ``calendar_of``."""
        return calendar_of(self.prepared.calendar)


def analyse_in_memory(study: Study, choices: Choices, progress: Callable[[Progress], None] | None = None) -> Analysis:
    """The analysis of a study in memory; :func:`footdrop_analytics.analyse` says what can be chosen."""
    rules, flag_rules = choices.rules, choices.flags
    prepared, (first, last), results = results_of(study, choices, progress)
    log = prepared.log
    results["caseload"] = sorted_caseload(results["caseload"], results["persistence"])
    return Analysis(
        study=study,
        as_of=log.as_of,
        start=None if first is None else cols.timestamp_of(first),
        end=cols.timestamp_of(last),
        log_through=log.log_through,
        rules=rules,
        flag_rules=flag_rules,
        parameters=parameters_of(log, first, last, rules, flag_rules),
        language=choices.language,
        prepared=prepared,
        **results,
    )


def results_of(
    study: Study, choices: Choices, progress: Callable[[Progress], None] | None = None, workers: int = WORKERS
) -> tuple[Prepared, tuple[int | None, int], dict[str, pd.DataFrame]]:
    """What the results start from, the first and the last day of the adherence tables, and every result table."""
    log = open_log(study, choices.as_of, choices.log_through)
    days, prepared = period(choices.start, choices.end, log.as_of_day), Prepared(log)
    until = None if choices.as_of is None else log.as_of_day
    with in_language(choices.language):
        return prepared, days, _result_tables(prepared, days, until, choices.rules, choices.flags, progress, workers)


def _result_tables(
    prepared: Prepared,
    days: tuple[int | None, int],
    until: int | None,
    rules: ReadinessRules,
    flag_rules: FlagRules,
    progress: Callable[[Progress], None] | None = None,
    workers: int = WORKERS,
) -> dict[str, pd.DataFrame]:
    """Every result table of the patients of a log, in the order of ids, the caseload too.

    ``days`` are the first and the last day of the adherence tables, ``until`` the last one of outcome measures.
    """
    log, kept = prepared.log, len(prepared.log.study.sessions) <= KEPT_ROWS

    def work(part: Study) -> dict[str, pd.DataFrame]:
        # What a large part was made from is let go with the part.
        own = prepared if kept and part is log.study else Prepared(replace(log, study=part))
        return _analyse_part(own, *days, rules, flag_rules)

    done = side_by_side(work, parts_of(log.study, multiple_of=workers), workers, progress)
    # Each table of the parts is let go as soon as it is put together: memory never holds all of them twice.
    results = {name: together([tables.pop(name) for tables in done], log.patients) for name in list(done[0])}
    results["outcomes"] = outcomes_of(log, until, load_outcome_measures())
    return results


def _analyse_part(
    prepared: Prepared, first: int | None, last: int, rules: ReadinessRules, flag_rules: FlagRules
) -> dict[str, pd.DataFrame]:
    runs, review = prepared.performance.runs, Review(prepared, rules, flag_rules)
    readiness, flags = review.readiness_table(), review_flags_of(review)
    return {
        **_adherence_tables(prepared.calendar, first, last),
        "persistence": prepared.persistence,
        "trends": prepared.trends,
        "steps": steps_of(prepared),
        "trend_reasons": prepared.judged.reasons.table(prepared.log, runs.series, runs.current),
        "criteria": review.criteria_table(),
        "readiness": readiness,
        "flags": flags,
        "caseload": caseload_rows(prepared, readiness, flags, review.happenings.falls_asked(RECENT_DAYS)),
    }


def _adherence_tables(calendar: PatientDays, start: int | None, end: int) -> dict[str, pd.DataFrame]:
    rules = [window_rule(every, length, "end") for every, length in CUTS.values()]
    cut = WindowedAdherence(calendar, *(patient_windows(rule, calendar.log.first_day, start, end) for rule in rules))
    of_series = zip(CUTS, cut.series_tables(), strict=True)
    of_patients = zip(CUTS, cut.patient_tables(), strict=True)
    tables = {f"adherence{suffix}": table for suffix, table in of_series}
    return tables | {f"adherence_patient{suffix}": table for suffix, table in of_patients}
