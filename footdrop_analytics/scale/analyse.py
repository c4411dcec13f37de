"""``fd.analyse``: a study in memory at once, a partitioned one part by part, here or on the workers of a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from footdrop_analytics.analysis.adherence.period import period
from footdrop_analytics.analysis.analyse import WORKERS, Analysis, analyse_in_memory
from footdrop_analytics.analysis.choices import Choices, parameters_of
from footdrop_analytics.analysis.log.arrays import timestamp_of
from footdrop_analytics.analysis.log.entries import cut_off
from footdrop_analytics.analysis.partitions import Progress, side_by_side
from footdrop_analytics.errors import FootdropError, ParameterError, need, shortened
from footdrop_analytics.knowledge import FlagRules, ReadinessRules, chosen_flags, chosen_rules
from footdrop_analytics.model.days import day_of
from footdrop_analytics.model.study import AnyStudy, Study
from footdrop_analytics.scale.manifest import RESULTS
from footdrop_analytics.scale.results import PartitionedAnalysis, PartsError
from footdrop_analytics.scale.study import PartitionedStudy
from footdrop_analytics.scale.tasks import Done, Task, analyse_part, finished, key_of, own_version
from footdrop_analytics.wording.language import current

if TYPE_CHECKING:
    from distributed import Client


@overload
def analyse(
    study: Study,
    as_of: object = None,
    start: object = None,
    end: object = None,
    rules: str | Path | ReadinessRules | None = None,
    flags: str | Path | FlagRules | None = None,
    log_through: object = None,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> Analysis: ...


@overload
def analyse(
    study: PartitionedStudy,
    as_of: object = None,
    start: object = None,
    end: object = None,
    rules: str | Path | ReadinessRules | None = None,
    flags: str | Path | FlagRules | None = None,
    log_through: object = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    engine: Literal["local", "dask"] = "local",
    workers: int | None = None,
    client: Client | str | None = None,
    out: str | Path | None = None,
) -> PartitionedAnalysis: ...


def analyse(
    study: Study | PartitionedStudy,
    as_of: object = None,
    start: object = None,
    end: object = None,
    rules: str | Path | ReadinessRules | None = None,
    flags: str | Path | FlagRules | None = None,
    log_through: object = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    engine: Literal["local", "dask"] = "local",
    workers: int | None = None,
    client: Client | str | None = None,
    out: str | Path | None = None,
) -> Analysis | PartitionedAnalysis:
    """Analyse a study.

    Parameters
    ----------
    study : Study or PartitionedStudy
        A validated study, in memory (:func:`read_study`) or in parts (:func:`open_study`).
    as_of : date, Timestamp or ISO text, optional
        The last day that counts. Default: the study's last day, never the clock.
    start, end : date, Timestamp or ISO text, optional
        The period of the adherence tables; ``end`` is cut to ``as_of``.
    rules : path or ReadinessRules, optional
        Readiness rules in place of the package's own; a file is laid over them.
    flags : path or FlagRules, optional
        Review flags in place of the package's own, words to read included; a file is laid over them.
    log_through : date, Timestamp or ISO text, optional
        The last observed day of patients who state none. Default: the study's ``log_through``; an ``as_of`` later than
        every row of sessions, check-ins and events vouches for the log up to it.
    progress : callable, optional
        Called after each part of a large study with a few words, whose ``done`` and ``parts`` are the numbers in them.
    engine : "local" or "dask"
        Where the parts of a partitioned study are analysed: on this machine, or on the workers of a Dask cluster.
    workers : int, optional
        How many parts are in memory at once with ``engine="local"``. Default: the number of processors, at most 4.
    client : distributed.Client or str, optional
        The client, or the address of a scheduler, for ``engine="dask"``. Default: the client that is current.
    out : str or Path, optional
        The folder for the results of a partitioned study. Default: ``results`` in the folder of the study.

    Returns
    -------
    Analysis or PartitionedAnalysis
        Frozen, with a table per attribute; of a partitioned study each table is a :class:`ResultTable` on disk. Parts
        that are finished already, as after a run that was broken off, are not analysed again.

    Raises
    ------
    ParameterError
        If ``study`` is no study, a date is none, or ``end`` is before ``start``.
    KnowledgeError
        If ``rules`` or ``flags`` breaks the form of such a file.
    PartsError
        If parts could not be analysed; the others are finished, and their results are in the error's ``analysis``.
    InstallationError
        If a worker of a cluster has another version of this package.

    Notes
    -----
    Texts of the tables are in English; inside ``with fd.in_language("de"):`` they are in German. Numbers, keys, states
    and column names are the same in every language.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> analysis = fd.analyse(study)
    >>> analysis.caseload["patient_id"].nunique()
    2
    >>> analysis.for_patient("SIM-0001").study.patient_ids
    ['SIM-0001']
    """
    need(study, "study", AnyStudy, "a Study, as from read_study")
    days = {"as_of": as_of, "start": start, "end": end, "log_through": log_through}
    choices = Choices(
        **{name: None if day is None else day_of(day, name) for name, day in days.items()},
        rules=chosen_rules(rules, study.exercises.keys),
        flags=chosen_flags(flags),
        language=current().code,
    )
    if isinstance(study, Study):
        for name, given in (("engine", engine != "local"), ("workers", workers), ("client", client), ("out", out)):
            if given:
                raise ParameterError(f"{name}: is for partitioned studies, as from open_study.")
        return analyse_in_memory(study, choices, progress)
    if engine not in ("local", "dask"):
        raise ParameterError(f"engine: expected 'local' or 'dask', found {engine!r}.")
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise ParameterError(f"workers: expected a whole number above 0, found {workers!r}.")
    return analyse_parts(study, choices, progress=progress, engine=engine, workers=workers, client=client, out=out)


def analyse_parts(
    study: PartitionedStudy,
    choices: Choices,
    *,
    progress: Callable[[Progress], None] | None = None,
    engine: Literal["local", "dask"] = "local",
    workers: int | None = None,
    client: Client | str | None = None,
    out: str | Path | None = None,
) -> PartitionedAnalysis:
    """The analysis of a partitioned study; :func:`analyse` says what the parameters are."""
    folder = (study.folder / RESULTS if out is None else Path(out)) / key_of(choices, study)
    run = _Run(study, choices, folder.absolute(), progress)
    if engine == "dask":
        from footdrop_analytics.scale.tasks import done_on_workers

        def heard(number: int, found: Done | Exception) -> None:
            run.keep(number, found)
            run.report()

        done_on_workers(run.waiting, client, heard)
    else:
        side_by_side(run.attempt, run.waiting, workers or WORKERS, lambda _: run.report())
    return run.analysis()


class _Run:
    """One analysis of all parts: what is finished, what is left, what failed."""

    def __init__(
        self, study: PartitionedStudy, choices: Choices, folder: Path, progress: Callable[[Progress], None] | None
    ) -> None:
        self._study, self._choices, self._folder = study, choices, folder
        self._tell = progress or (lambda _words: None)
        self._rows = {part.number: part.rows["sessions"] for part in study.manifest.parts}
        self._begun = time.monotonic()
        self._days = cut_off(study, choices.as_of, choices.log_through)
        self._first, self._last = period(choices.start, choices.end, self._days.as_of_day)
        self.done: dict[int, Done] = {}
        self.failed: dict[int, str] = {}
        self.waiting: list[Task] = []
        where = str(study.folder.absolute())
        for part in study.manifest.parts:
            done = finished(folder, part.number, part.fingerprint)
            if done is not None:
                self.done[part.number] = done
            else:
                task = Task(where, str(folder), part.number, part.fingerprint, choices, own_version())
                self.waiting.append(task)

    def attempt(self, task: Task) -> None:
        """Analyse a part; what goes wrong with it is kept, and the others go on."""
        try:
            self.keep(task.number, analyse_part(task))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is named with its part
            self.keep(task.number, error)

    def keep(self, number: int, found: Done | Exception) -> None:
        """Keep what came of a part; a full disk stops them all."""
        if isinstance(found, OSError):
            raise found
        if isinstance(found, FootdropError):
            self.failed[number] = str(found)
        elif isinstance(found, Exception):
            said = shortened(f"{type(found).__name__}: {found}")
            self.failed[number] = f"stopped over something unexpected ({said})"
        else:
            self.done[number] = found

    def report(self) -> None:
        """Say how far the work is."""
        ended = {*self.done, *self.failed}
        left = sum(rows for number, rows in self._rows.items() if number not in ended)
        worked = sum(self._rows[task.number] for task in self.waiting if task.number in ended)
        speed = worked / max(time.monotonic() - self._begun, 1e-3)
        self._tell(Progress.of(len(ended), len(self._rows), speed, left / max(speed, 1)))

    def analysis(self) -> PartitionedAnalysis:
        """The results; raises PartsError if parts failed."""
        days, first = self._days, self._first
        found = PartitionedAnalysis(
            study=self._study,
            folder=self._folder,
            choices=self._choices,
            as_of=days.as_of,
            start=None if first is None else timestamp_of(first),
            end=timestamp_of(self._last),
            log_through=days.log_through,
            parameters=parameters_of(days, first, self._last, self._choices.rules, self._choices.flags),
            done=dict(sorted(self.done.items())),
            failed=dict(sorted(self.failed.items())),
        )
        if self.failed:
            named = "; ".join(f"part {number}: {why}" for number, why in found.failed.items())
            raise PartsError(
                f"{len(self.failed)} of {len(self._rows)} parts could not be analysed; the others are finished and "
                f"kept. {named}",
                found,
            )
        return found
