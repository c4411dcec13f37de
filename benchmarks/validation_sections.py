"""The sections of the validation page: each measures its claims and lays out its tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks import (
    adherence_properties,
    look_properties,
    other_methods,
    outside_model,
    persistence_properties,
    trend_properties,
)
from benchmarks.trend_properties import Measured
from benchmarks.worked_examples import examples


@dataclass(frozen=True)
class Size:
    """How much is simulated: ``logs`` a cell, ``people`` of a curve, ``patients`` of whole studies."""

    logs: int
    people: int
    patients: int


@dataclass(frozen=True)
class Claim:
    """A claim with its bar (None: stated as it is), measured in units of ``scale`` (100: per cent)."""

    text: str
    value: float
    error: float
    bar: float | None
    at_most: bool
    unit: str

    @staticmethod
    def of(one: Measured, unit: str = " %") -> Claim:
        """The claim that was measured as a share; the trends' own bar of at least 0 is none."""
        none = math.isnan(one.bar) or (one.bar == 0 and not one.at_most)
        bar = None if none else round(100 * one.bar, 6)
        return Claim(one.claim, float(100 * one.value), float(100 * one.error), bar, one.at_most, unit)

    @property
    def reached(self) -> bool:
        """Whether the bar is reached."""
        if self.bar is None:
            return True
        return self.value <= self.bar if self.at_most else self.value >= self.bar

    @property
    def verdict(self) -> str:
        """Reached or missed; missed by no more than two standard errors is said to be so."""
        if self.bar is None or self.reached:
            return "" if self.bar is None else "reached"
        return "**missed**, by less than 2 ±" if abs(self.value - self.bar) < 2 * self.error else "**missed**"

    @property
    def said(self) -> str:
        """The figure with its unit; with more decimals where one would hide on which side of the bar it is."""
        close = self.bar is not None and round(self.value, 1) == self.bar != self.value
        return f"{self.value:.{3 if close else 1}f}{self.unit}"

    @property
    def error_said(self) -> str:
        """The Monte-Carlo error; a dash where none was estimated."""
        return f"{self.error:.1f}" if self.error else "–"

    @property
    def bar_said(self) -> str:
        """The bar with its sign; a dash without one."""
        return "–" if self.bar is None else f"{'≤' if self.at_most else '≥'} {self.bar:g}{self.unit}"


@dataclass(frozen=True)
class Section:
    """Text, claims and tables (Markdown)."""

    title: str
    texts: list[str]
    claims: list[Claim] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)

    @staticmethod
    def of(kept: dict[str, Any]) -> Section:
        """A section kept as JSON."""
        return Section(**{**kept, "claims": [Claim(**claim) for claim in kept["claims"]]})


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"{title}\n", "| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _percents(values: Iterable[float]) -> list[str]:
    return [f"{100 * value:.1f}" for value in values]


def adherence(size: Size, seed: int) -> Section:
    """The interval of an adherence."""
    claims, rows = [], []
    for per_week in (7, 5, 3):
        how = (*adherence_properties.DEPENDENCES, adherence_properties.BEYOND)
        found = list(adherence_properties.cells(10 * size.logs, seed, per_week, how))
        claimed = [cell for cell in found if cell.dependence != adherence_properties.BEYOND.name]
        claims += [
            Claim.of(one._replace(claim=f"{per_week} a week, {one.claim}"))
            for one in adherence_properties.claims(claimed, 10 * size.logs)
            if per_week == 7 or "width" not in one.claim
        ]
        for one in how:
            for level in adherence_properties.LEVELS:
                here = [cell for cell in found if (cell.dependence, cell.level) == (one.name, level)]
                by_days = [[cell.coverage for cell in here if cell.days == days] for days in (28, 84)]
                width = np.mean([cell.width for cell in here if cell.days == 28])
                ends = [share for held in by_days for share in (np.mean(held), min(held))]
                rows.append([f"{per_week} a week, {level}, {one.name}", *_percents([*map(float, ends), float(width)])])
    text = (
        f"Long-run shares 0.5 to 0.95, twelve weeks of log, {10 * size.logs:,} people a cell. Day to day: "
        "correlation of "
        "neighbouring sessions; weekly ICC: that of sessions of one week. At patient level four exercises are "
        "done in one "
        "sitting, and a quarter of what is missed is missed alone. Correlation 0.6 lies outside the claim."
    )
    header = ("coverage, %", "28 d mean", "28 d worst", "84 d mean", "84 d worst", "width, 28 d")
    return Section("Interval of adherence", [text], claims, [_table("Over the long-run shares:", header, rows)])


def persistence(size: Size, seed: int) -> Section:
    """The curve of persistence."""
    text = (
        f"{size.people:,} people a trial, 7 days a week, 85 % of the days kept; half of those who fall silent "
        "come back after "
        "30 to 60 days. The truth is the same people followed to the end. Days on which at least 5 % are at risk."
    )
    measured = persistence_properties.measured(size.people, seed)
    return Section("Persistence", [text], [Claim.of(one) for one in measured])


def trends(size: Size, seed: int) -> Section:
    """Everything that is claimed of trends inside their model."""
    text = (
        f"{size.logs:,} logs a cell: whole repetitions, SD 1.2, 10 to 60 values, daily, with 30 % of the days missing "
        "and on Mondays, Wednesdays and Fridays, neighbouring sessions correlated 0 to 0.5. A worst cell is that "
        "of 60: the fewer logs a cell, the further it lies from the true worst by chance alone. The "
        f"{trend_properties.AGAIN} cells with the most false verdicts are measured again with "
        f"{trend_properties.AGAIN * size.logs:,} other logs each."
    )
    claims = [Claim.of(_with_error(one, size.logs)) for one in trend_properties.measured(size.logs, seed)]
    return Section("Trends", [text], claims)


def _with_error(one: Measured, logs: int) -> Measured:
    """A worst cell with the standard error of that one cell, as if it had not been picked as the worst."""
    if one.error or "worst cell" not in one.claim:
        return one
    share = min(max(one.value, 1 / logs), 1 - 1 / logs)
    return one._replace(error=math.sqrt(share * (1 - share) / logs))


def outside(size: Size, seed: int) -> Section:
    """Trends outside their model."""
    text = (
        f"As they are, without bars: {size.logs:,} logs a cell, a standard error of at most "
        f"{100 * 0.5 / math.sqrt(size.logs):.1f} points. In a random walk the level did move, so a verdict is not "
        "always "
        "wrong. Changing sets and targets are not simulated."
    )
    rows = [
        [one.course, str(one.n), *_percents(one[2:])]
        for one in sorted(outside_model.measured(size.logs, seed), key=lambda one: (one.course, one.n))
    ]
    ever = [[name, *_percents([share])] for name, share in outside_model.repeated(size.patients, seed)]
    header = ("course", "values", "p < 0.05", "rising", "declining", "steady")
    looks = ("flat, 12 weekly looks, 4 series", "ever a false verdict, %")
    tables = [_table("Share of logs, %:", header, rows), _table("Repeated looks:", looks, ever)]
    return Section("Trends outside the model", [text], [], tables)


def delay(size: Size, seed: int) -> Section:
    """How soon a decline is reported."""
    curves = look_properties.delay_curve(size.patients, seed)
    text = (
        "After 8 stable weeks capacity falls by 30 % over 4 weeks; 3 sessions a week unless said, correlation "
        "0.3 from day to "
        f"day, {size.patients} patients a row with one series; reported: verdict or flag of decline or slipping "
        "at a weekly look. In flat rows every report is false, and there are "
        f"{look_properties.FLAT_TIMES * size.patients:,} patients."
    )
    rows = [
        [name, *_percents(float(by[day].mean()) for day in look_properties.LOOK_DAYS)] for name, by in curves.items()
    ]
    header = ("reported by day, %", *map(str, look_properties.LOOK_DAYS))
    claims = [Claim.of(one) for one in look_properties.delay_claims(curves)]
    return Section("How soon a decline is reported", [text], claims, [_table("Delay curve:", header, rows)])


def readiness(size: Size, seed: int) -> Section:
    """Criteria met by chance."""
    patients = 2 * size.patients
    text = (
        f"5 sessions a week, adherence 0.9, SD 1.2, correlation 0.3, one set, no effort rated, "
        f"{patients} patients. "
        "Below the target, criteria met are a false alarm. The rules of thumb look at the same logs and at nothing "
        "else: who uses one looks at pain, events and help besides."
    )
    rules = look_properties.rules_of_thumb(patients, seed)
    header = ("met at a look / ever in 12 looks, %", *(f"{one:g} of 10" for one in look_properties.CAPACITIES))
    rows = [
        [one.name, *(f"{100 * one.at_a_look[at]:.0f} / {100 * one.ever[at]:.0f}" for at in look_properties.CAPACITIES)]
        for one in rules
    ]
    claims = [Claim.of(one) for one in look_properties.readiness(patients, seed)]
    return Section(
        "Readiness", [text], claims, [_table("Beside three rules of thumb, by true capacity:", header, rows)]
    )


def methods(size: Size, seed: int) -> Section:
    """The trend beside other methods."""
    text = (
        f"The same {size.logs:,} flat and {size.logs:,} sloped logs in each of 27 cells (daily, with gaps, Mondays, "
        "Wednesdays and Fridays; 14, 30 and 60 values; correlation 0, 0.3 and 0.5). False: p < 0.05 on flat logs, "
        "nominally 5 %. Power: p < 0.05 on sloped logs as a share of what generalised least squares finds with the "
        "true correlation given; above 100 % it is bought with false positives. A cell has a standard error of about "
        f"{100 * math.sqrt(0.05 * 0.95 / size.logs):.1f} points where the share is 5 %."
    )
    more = (
        "REML takes the most likely correlation for the true one. Satterthwaite's and Kenward–Roger's degrees of "
        "freedom, Yue–Wang's variance and pre-whitening were not run: no library here has them. Mann–Kendall and "
        "Hamed–Rao's variance are our own code, Theil–Sen is SciPy's, GLSAR statsmodels', with a "
        "correlation that knows no gaps."
    )
    header = ("p < 0.05, %", *(f"false, {rho:g}" for rho in other_methods.CORRELATIONS), "false, worst cell")
    rows = [
        [one.name, *_percents(one.false), *_percents([one.worst, one.power, one.least_power])]
        for one in other_methods.compared(size.logs, seed)
    ]
    table = _table("By correlation of neighbouring sessions:", (*header, "power, mean", "power, worst cell"), rows)
    return Section("Trends beside other methods", [text, more], [], [table])


def flags(size: Size, seed: int) -> Section:
    """False flags."""
    patients = size.patients // 2
    rates = look_properties.flag_rates(patients, seed)
    text = (
        f"{patients} patients a column ({look_properties.months(patients):.0f} patient-months) with four series "
        "to whom nothing "
        "happens; new flags per 100 patient-months, 12 weekly looks; 5 sessions a week, 90 % done, unless said. "
        "A count c has "
        "a standard error of about √c. Pain ratings are real ratings here, so flags of pain are no error of the rule."
    )
    claims = [Claim.of(one, unit="") for one in look_properties.flag_claims(rates, patients)]
    rows = [[str(rule), *(f"{rate:.1f}" for rate in rates.loc[rule])] for rule in rates.index]
    table = _table(
        "New flags per 100 patient-months; a rule without a row raised none:", ("rule", *rates.columns), rows
    )
    return Section("False flags", [text], claims, [table])


def worked(_size: Size, _seed: int) -> Section:
    """Worked examples."""
    rows = [
        [
            one.figure,
            f"{one.ours:.4f}",
            f"{one.expected:.{one.decimals}f}",
            one.source,
            "yes" if one.equal else "**no**",
        ]
        for one in examples()
    ]
    text = (
        "No chance is involved. Curves are compared with the trial of Freireich et al. (1963) and with the data set "
        "`aml` of R's package `survival` (Miller 1981); the log-rank test is SciPy's, because the package has none "
        "of its own. R was not run for this page: its figures are those it is known to print."
    )
    header = ("figure", "ours", "expected", "from", "equal")
    return Section(
        "Worked examples", [text], [], [_table("To four decimals, or as many as are printed:", header, rows)]
    )


def unvalidated(_size: Size, _seed: int) -> Section:
    """What nobody has validated."""
    text = [
        "No patient data were used anywhere. That a log shows what a person did is assumed: diaries over-count "
        "(Nicolson "
        "2018, 220 against 176).",
        "That readiness criteria, or any flag, lead to better decisions or fewer falls: nobody has looked. "
        "Thresholds marked "
        "`expert` or `placeholder` rest on no study.",
        "Size and correlation of real logs: two healthy lifters' logs only; their correlation between sessions "
        "(0.62 and 0.19) "
        "lies partly outside the calibrated 0 to 0.5. A day-to-day SD of 1.2 repetitions is an assumption.",
        "Logs not missing at random, discharge as a competing event, and seconds instead of "
        "repetitions are not "
        "simulated.",
        "The German, French and Spanish words of the patient's sheet: no native clinician has reviewed them.",
    ]
    return Section("What nobody has validated", text)


SECTIONS: dict[str, Callable[[Size, int], Section]] = {
    "adherence": adherence,
    "persistence": persistence,
    "trends": trends,
    "methods": methods,
    "delay": delay,
    "outside": outside,
    "readiness": readiness,
    "flags": flags,
    "worked": worked,
    "unvalidated": unvalidated,
}
