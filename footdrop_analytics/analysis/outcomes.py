"""Outcome measures: first and last value, and whether the change is beyond error and beyond what matters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.analysis.log.entries import BOTH
from footdrop_analytics.knowledge.outcome_measures import (
    Band,
    Figure,
    OutcomeMeasures,
    load_outcome_measures,
    unit_as_people_read,
)
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import BETTER, ORTHOSES, OUTCOME_VERDICTS, SIDES
from footdrop_analytics.wording.language import marked, translated

_DAYS_PER_MONTH = 365.25 / 12
_MDC_ABOVE_MCID = marked("the MDC exceeds the MCID: a change that matters may lie within the error of one person")


def outcomes(study: Study, as_of: object = None, measures: str | Path | OutcomeMeasures | None = None) -> pd.DataFrame:
    """First and last value of each outcome measure, with the error and relevance published for such patients.

    Parameters
    ----------
    study : Study
        A validated study.
    as_of : date, Timestamp or ISO text, optional
        The last day that counts. Default: every measurement of the study counts.
    measures : path or OutcomeMeasures, optional
        A file of the form of the package's ``outcome_measures.yaml`` that is laid over it.

    Returns
    -------
    DataFrame
        One row per ``patient_id``, ``measure``, ``side``, ``orthosis`` and ``aid`` (never mixed): ``n`` (values),
        ``first_day``, ``first_value``, ``last_day``, ``last_value`` (the mean of a day with several), ``change``,
        ``better`` (``higher`` or ``lower``), ``sem``, ``mdc``, ``mcid`` in the measure's unit, ``population`` and
        ``source`` they are from, ``verdict``: ``within_error`` (the change is smaller than the MDC),
        ``beyond_error``, ``beyond_mcid``, or ``cannot_tell`` (one day only, units that differ, or no figure for this
        patient and first value).

    Raises
    ------
    ParameterError
        If ``as_of`` is no date.
    KnowledgeError
        If ``measures`` breaks the form of the registry.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=3, weeks=12, seed=1)
    >>> set(fd.outcomes(study)["verdict"]) <= {"beyond_error", "beyond_mcid", "cannot_tell", "within_error"}
    True
    """
    chosen = measures if isinstance(measures, OutcomeMeasures) else load_outcome_measures(measures)
    until = None if as_of is None else cols.as_day(as_of, "as_of")
    return outcomes_of(open_log(study, as_of), until, chosen)


def outcomes_of(log: CodedLog, until: int | None, registry: OutcomeMeasures) -> pd.DataFrame:
    """:func:`outcomes` of an opened log, up to the day ``until`` (None: all of them)."""
    rows = _measured(log, registry)
    if until is not None:
        rows = cols.picked(rows, rows["day"] <= until)
    groups = _grouped(rows)
    change = groups["last_value"] - groups["first_value"]
    change[~groups["one_unit"]] = np.nan
    figures = _figures(log, groups, registry)
    known = (groups["first_day"] < groups["last_day"]) & ~np.isnan(change) & ~np.isnan(figures["mdc"])
    verdicts = {
        "cannot_tell": ~known,
        "within_error": np.abs(change) < figures["mdc"] - TOLERANCE,
        "beyond_mcid": np.abs(change) >= figures["mcid"] - TOLERANCE,
        "beyond_error": known,
    }
    verdict = np.select(list(verdicts.values()), [OUTCOME_VERDICTS.index(name) for name in verdicts])
    return cols.table_of(
        {
            "patient_id": log.patient_labels(groups["patient"]),
            "measure": cols.texts(groups["measure"]),
            "side": cols.categories(groups["side"], SIDES),
            "orthosis": cols.categories(groups["orthosis"], ORTHOSES),
            "aid": cols.texts(groups["aid"]),
            "n": cols.whole(groups["n"]),
            "first_day": cols.dates_from(groups["first_day"]),
            "first_value": groups["first_value"],
            "last_day": cols.dates_from(groups["last_day"]),
            "last_value": groups["last_value"],
            "change": change,
            "better": cols.categories(figures["better"], BETTER),
            **{name: figures[name] for name in ("sem", "mdc", "mcid")},
            "population": cols.texts(figures["population"]),
            "source": cols.texts(figures["source"]),
            "verdict": cols.categories(verdict, OUTCOME_VERDICTS),
        }
    )


def _measured(log: CodedLog, registry: OutcomeMeasures) -> Rows:
    """Every measurement: ``measure`` and ``aid`` as written, with the numbers of what they mean."""
    table = log.study.outcomes
    keys = {as_people_read(name): key for key, one in registry.measures.items() for name in one.names}
    measure, measure_code = _meant(cols.objects_of(table["measure"]), keys)
    aid, aid_code = _meant(cols.objects_of(table["aid"]), {})
    return {
        "patient": log.patient_numbers(table),
        "day": cols.day_numbers(table["measured_on"]),
        "measure": measure,
        "measure_code": measure_code,
        "side": cols.codes_of(table["side"]).astype(np.int64),
        "orthosis": cols.codes_of(table["orthosis"]).astype(np.int64),
        "aid": aid,
        "aid_code": aid_code,
        "unit": _foreign_units(measure, cols.objects_of(table["unit"]), registry),
        "value": cols.numbers_of(table["value"]),
    }


def _meant(written: npt.NDArray[np.object_], keys: dict[str, str]) -> tuple[npt.NDArray[np.object_], Ints]:
    """Texts with known names replaced by their keys, and a number that texts which read alike share (−1: missing)."""
    codes, distinct = pd.factorize(written)
    read = [as_people_read(text) for text in distinct]
    named = np.array([*(keys.get(one, text) for one, text in zip(read, distinct, strict=True)), None], dtype=object)
    alike = np.unique([*(as_people_read(keys.get(one, one)) for one in read), ""], return_inverse=True)[1]
    number = np.append(alike[:-1], -1)
    return named[codes], number[codes]


def _foreign_units(measure: npt.NDArray[np.object_], unit: npt.NDArray[np.object_], registry: OutcomeMeasures) -> Ints:
    """A number for each unit that is not the measure's own; −1 for its own, and for one that is not stated."""
    place, distinct = pd.factorize(unit)
    written = [unit_as_people_read(one) for one in distinct]
    number = np.append(np.unique([*written, ""], return_inverse=True)[1][:-1], -1)[place]
    for key, one in registry.measures.items():
        own = [unit_as_people_read(name) for name in one.units]
        number[np.append(np.isin(written, own), False)[place] & (measure == key)] = -1
    return number


def _grouped(rows: Rows) -> Rows:
    """One row per group: first and last day with the mean of their values, how many values, and whether units agree."""
    keys = [rows[name] for name in ("patient", "measure_code", "side", "orthosis", "aid_code")]
    # Of one thing written in several ways the first in the order of texts names the group, whatever the order of rows.
    by_name = np.array([f"{measure}\n{aid}" for measure, aid in zip(rows["measure"], rows["aid"], strict=True)])
    order = np.lexsort((by_name, *keys[::-1]))
    rows, keys = cols.picked(rows, order), [key[order] for key in keys]
    begins = cols.run_starts(*keys)
    size, group = len(begins), cols.run_numbers(begins, len(order))
    first, last = cols.reduced(np.minimum, rows["day"], begins), cols.reduced(np.maximum, rows["day"], begins)

    def mean_of(day: Ints) -> Floats:
        own = rows["day"] == day[group]
        total = cols.totals_of(group[own], rows["value"][own], size)
        return total / np.maximum(np.bincount(group[own], minlength=size), 1)

    found = cols.picked(rows, begins)
    same_unit = rows["unit"] == rows["unit"][begins][group]
    return found | {
        "n": cols.run_lengths(begins, len(order)),
        "first_day": first,
        "last_day": last,
        "first_value": mean_of(first),
        "last_value": mean_of(last),
        "one_unit": np.bincount(group[~same_unit], minlength=size) == 0,
    }


def _figures(log: CodedLog, groups: Rows, registry: OutcomeMeasures) -> Rows:
    """The published figures of each group: the first that fits patient, limb and first value."""
    size = len(groups["n"])
    found: Rows = {name: np.full(size, np.nan) for name in ("sem", "mdc", "mcid")}
    found |= {name: np.full(size, None, dtype=object) for name in ("population", "source")}
    found["better"] = np.full(size, -1)
    for key in dict.fromkeys(groups["measure"].tolist()):
        measure = registry.measures.get(key)
        if measure is None:
            continue
        mine = groups["measure"] == key
        found["better"][mine] = BETTER.index(measure.better)
        open_ones = mine & groups["one_unit"] & (groups["unit"] < 0)
        for figure in measure.figures:
            fits = open_ones & _fits(log, groups, figure)
            open_ones &= ~fits
            scale = np.abs(groups["first_value"][fits]) if figure.share else 1.0
            for name in ("sem", "mdc", "mcid"):
                value = getattr(figure, name)
                found[name][fits] = np.nan if value is None else value * scale
            found["population"][fits] = translated(figure.population)
            found["source"][fits] = figure.source
    too_coarse = np.flatnonzero(found["mdc"] > found["mcid"] + TOLERANCE)
    found["source"][too_coarse] = found["source"][too_coarse] + f"; {translated(_MDC_ABOVE_MCID)}"
    return found


def _fits(log: CodedLog, groups: Rows, figure: Figure) -> Bools:
    """Whether a figure is about such a patient; a condition that is not known to hold does not."""
    patient = groups["patient"]
    fits = log.has_aetiology(*figure.aetiologies)[patient]
    fits &= _inside(groups["first_value"], figure.baseline)
    if figure.months is not None:
        onset = np.append(cols.day_numbers(log.study.patients["onset_date"]), -1)[log.row_of_patient][patient]
        months = np.where(onset >= 0, (groups["first_day"] - onset) / _DAYS_PER_MONTH, np.nan)
        fits &= _inside(months, figure.months)
    if figure.limb is not None:
        affected = np.append(cols.codes_of(log.study.patients["affected_side"]), -1)[log.row_of_patient][patient]
        one_sided = (affected >= 0) & (affected != BOTH) & (groups["side"] >= 0) & (groups["side"] != BOTH)
        fits &= one_sided & ((groups["side"] == affected) == (figure.limb == "affected"))
    return fits


def _inside(values: Floats, band: Band | None) -> Bools:
    if band is None:
        return np.ones(len(values), dtype=bool)
    inside = ~np.isnan(values)
    for end, holds in (
        (band.at_least, values >= (band.at_least or 0) - TOLERANCE),
        (band.above, values > (band.above or 0) + TOLERANCE),
        (band.at_most, values <= (band.at_most or 0) + TOLERANCE),
        (band.below, values < (band.below or 0) - TOLERANCE),
    ):
        if end is not None:
            inside &= holds
    return inside
