"""Which study a dashboard is about, its analysis, and what is shown meanwhile."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import closing
from functools import partial
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

import ipywidgets
from IPython.display import display

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.partitions import Progress
from footdrop_analytics.dashboards.desk import Desk, desk_of
from footdrop_analytics.dashboards.kept import chosen, kept
from footdrop_analytics.dashboards.shell.controls import Panel, alert, in_words, waiting
from footdrop_analytics.dashboards.shell.page import Page
from footdrop_analytics.dashboards.shell.shell import Shell, view_of
from footdrop_analytics.dashboards.view import DEMO
from footdrop_analytics.errors import FootdropError
from footdrop_analytics.model.study import Study
from footdrop_analytics.reading import read_study
from footdrop_analytics.scale.analyse import analyse
from footdrop_analytics.scale.manifest import is_partitioned
from footdrop_analytics.scale.results import PartitionedAnalysis
from footdrop_analytics.scale.study import PartitionedStudy, open_study
from footdrop_analytics.simulation.demo import demo_study
from footdrop_analytics.wording.language import SOURCE, in_language, marked, translated
from footdrop_analytics.wording.words import quantity

STUDY_VARIABLE = "FOOTDROP_STUDY"
LANGUAGE_VARIABLE = "FOOTDROP_LANGUAGE"
_WRITTEN_VARIABLES = {"date_format": "FOOTDROP_DATE_FORMAT", "timezone": "FOOTDROP_TIMEZONE"}
_DEMO_FOLDER = Path("data", "demo")
_READ, _ANALYSED = 20, 95
"""How far the bar is, in percent, when the study is read and when its last part is analysed: about as time goes."""

ANSWER_S = 5
"""How long a browser may take to answer before it is said what may be missing."""

_going_on: dict[asyncio.Task[Exception | None], _Opening] = {}
"""The dashboards that are not there yet, and those that failed."""
# Running a cell twice takes longer, but needs no memory for two analyses at the same time.
_one_by_one = Lock()


def named_study(
    study: str | os.PathLike[str] | Study | None = None,
) -> tuple[Callable[[], Study | PartitionedStudy], str]:
    """Which study a dashboard is about, decided now and read later: whatever cells do meanwhile, it stays this one.

    Without a ``study`` it is the one that was opened on the first page, else the one that the environment variable
    ``FOOTDROP_STUDY`` names, else ``data/demo`` in the folder of the notebook or above it, else the simulated demo.

    Returned are what reads the study, and its path as the code that shows it again names it: ``""`` for a study that
    was given as an object, :data:`DEMO` for the simulated one.
    """
    if isinstance(study, Study):
        return lambda: study, ""
    if study is not None:
        path = os.fspath(study)
        return partial(_read, Path(path).absolute()), path
    if named := named_at():
        # Dates and times are read as stated when the notebooks were started.
        written = {name: os.environ.get(variable) or None for name, variable in _WRITTEN_VARIABLES.items()}
        return partial(_read, Path(named).absolute(), **written), named
    beside = _demo_above()
    return (demo_study, DEMO) if beside is None else (partial(_read, Path(beside).absolute()), beside)


def named_at() -> str | None:
    """The study that was opened on the first page, else the one that was named at the start."""
    return chosen() or os.environ.get(STUDY_VARIABLE)


def _read(path: Path, **written: str | None) -> Study | PartitionedStudy:
    return open_study(path) if is_partitioned(path) else read_study(path, **written)


def place_of(path: str) -> Path | None:
    """Where a study is that :func:`named_study` names so; None if it is in memory only."""
    return Path(path).absolute() if path and path != DEMO else None


Maker = Callable[[Analysis, str, Desk], Shell[Any]]
"""Makes a dashboard from the analysis, the study's path for the code, and the desk that keeps what is recorded.

The current language is the one at first.
"""


def show(study: str | os.PathLike[str] | Study | None, make: Maker, language: str | None = None) -> None:
    """Display a dashboard as :func:`opened` fills it, in a language or that of ``FOOTDROP_LANGUAGE``."""
    opened(study, make, language, lambda root: display(view_of(root), raw=True))  # type: ignore[no-untyped-call]


def opened(
    study: str | os.PathLike[str] | Study | None,
    make: Maker,
    language: str | None = None,
    put: Callable[[ipywidgets.Widget], object] = lambda _root: None,
) -> ipywidgets.Widget:
    """The widget of a dashboard: a bar while the study is read and analysed, then the shell that ``make`` makes of it.

    Its language at first is the one given, or that of ``FOOTDROP_LANGUAGE``; ``put`` shows it before the work begins.

    In a notebook the cell ends at once and the work goes on behind it: Voilà shows a page only when its cells have
    ended, and a kernel that is busy tells no browser how far it is. Without a running event loop, as in a script, it
    returns when the work is done.

    What is wrong is a sentence in the dashboard's place, and never a traceback below the cell: one may quote rows, and
    the notebook's file would keep it.
    """
    with in_language(language or language_at_first()):
        read, path = named_study(study)
        place, opening = place_of(path), _Opening()
        desk = desk_of(read, place)
        filling = _fill(opening, read, place, lambda analysis: make(analysis, path, desk))
        put(opening.root)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            opening.go_on_unseen()
            with closing(asyncio.new_event_loop()) as own:
                own.run_until_complete(filling)
        else:
            task = loop.create_task(filling)
            _going_on[task] = opening
            task.add_done_callback(_forget_a_success)
    return opening.root


def language_at_first() -> str:
    """The language that was chosen at the start."""
    return os.environ.get(LANGUAGE_VARIABLE) or SOURCE


async def finished() -> None:
    """Wait until every dashboard that was displayed is there, for programs that execute notebooks without a browser.

    Raises
    ------
    FootdropError
        What the first dashboard that failed since the last call says instead, if its study could not be read.
    RuntimeError
        If it failed in a way that nobody thought of.
    """
    tasks = list(_going_on)
    for opening in _going_on.values():
        opening.go_on_unseen()
    _going_on.clear()
    for error in await asyncio.gather(*tasks):
        if error is not None:
            raise error


def _forget_a_success(task: asyncio.Task[Exception | None]) -> None:
    if not task.cancelled() and task.result() is None:
        _going_on.pop(task, None)


async def _fill(
    opening: _Opening,
    read: Callable[[], Study | PartitionedStudy],
    place: Path | None,
    make: Callable[[Analysis], Shell[Any]],
) -> Exception | None:
    """Put the dashboard, or what is wrong, into the place of the bar; widgets are touched by the loop's thread only."""
    loop = asyncio.get_running_loop()

    def say(words: str, percent: int) -> None:
        loop.call_soon_threadsafe(opening.say, words, percent)

    def step(progress: Progress) -> None:
        loop.call_soon_threadsafe(opening.step, progress)

    def anew() -> Analysis | PartitionedAnalysis:
        study = read()
        patients = len(study.known_ids)
        say(quantity("Analysing {count} patients …", "Analysing {count} patients …", patients), _READ)
        return analyse(study, progress=step)

    def work() -> Analysis:
        if _one_by_one.locked():
            say(translated("Waiting for another dashboard …"), 0)
        with _one_by_one:
            # Here, or by another page of the server that this one waits for.
            say(translated("Reading the study …"), 0)
            analysis = kept(place, anew)
            say(translated("Analysed; opening the dashboard in the browser …"), 100)
            return analysis

    async def open_dashboard() -> None:
        analysis = await asyncio.to_thread(work)
        await opening.seen()
        # The dashboard has a page and a look of its own.
        opening.root.children = [make(analysis).root]
        opening.root.remove_class("fd-dashboard")

    try:
        await open_dashboard()
    except Exception as error:  # noqa: BLE001 - shown where the person looks, whatever it is
        # Only words wait until somebody looks: the error's frames hold the whole study.
        html, found = alert(in_words(error), error), _words_of(error)
    else:
        return None
    await opening.seen()
    opening.fail(html)
    return found


def _words_of(error: Exception) -> Exception:
    """An error to raise later, if ever: its words alone, as frames, causes and attributes may hold the whole study."""
    if isinstance(error, FootdropError):
        return type(error)(str(error))
    return RuntimeError(f"{type(error).__name__}: {error}")


class _Opening:
    """The bar and the words; nothing of them comes from the study's rows."""

    def __init__(self) -> None:
        self._words = Panel()
        self._bar = ipywidgets.IntProgress(min=0, max=100, value=0, layout={"width": "20rem"})
        self._page = Page()
        self.root = ipywidgets.VBox([self._page, self._words, self._bar])
        self.root.add_class("fd-opening")
        self.root.add_class("fd-dashboard")
        self._looked = asyncio.Event()
        self._unseen = False
        self._page.label(self._bar, aria_label=marked("Progress"))
        self._page.watch(self.root)
        self._page.on("look", self._looked.set)
        self.say(translated("Starting …"), 0)

    def say(self, words: str, percent: int) -> None:
        self._words.value = f'<p role="status">{escape(words)}</p>'
        self._bar.value = percent

    def step(self, progress: Progress) -> None:
        self._bar.value = _READ + (_ANALYSED - _READ) * progress.done // progress.parts

    async def seen(self) -> None:
        """Wait until a browser answers that it shows this.

        One that is still connecting while widgets are made hears of some of them only, and then shows none.
        """
        self._looked.clear()
        if self._unseen:
            return
        self._page.ask()
        try:
            await asyncio.wait_for(self._looked.wait(), ANSWER_S)
        except TimeoutError:
            self._words.value = waiting()
            await self._looked.wait()

    def go_on_unseen(self) -> None:
        """Wait for no browser: a program runs this."""
        self._unseen = True
        self._looked.set()

    def fail(self, html: str) -> None:
        """The message may quote rows: like patients, it is for those who look and not for the notebook's file."""
        place = Panel()
        self.root.children = [self._page, place]
        self._page.watch()
        self._page.on("look", lambda: place.set_trait("value", html))
        self._page.ask()


def _demo_above() -> str | None:
    """``data/demo`` in the working folder, which is the notebook's, or in one above it, as a path from there."""
    here = Path.cwd()
    for up, folder in enumerate([here, *here.parents]):
        if (folder / _DEMO_FOLDER).is_dir():
            return Path(*[".."] * up, _DEMO_FOLDER).as_posix()
    return None
