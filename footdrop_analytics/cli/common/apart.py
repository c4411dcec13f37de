"""Work in a process of its own, so that nothing that it needed stays in the memory of this one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

import click

Result = TypeVar("Result")


def apart(work: Callable[..., Result], *arguments: object) -> Result:
    """What a function returns or raises, worked out in a process of its own that is gone afterwards."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(there, work, arguments), daemon=True)
    with _deaf_to_ctrl_c(), _blind_to_this_folder():
        process.start()
    there.close()
    try:
        done, found = here.recv()
    except EOFError:
        raise click.ClickException(
            "Reading the study ended without a result. Perhaps memory ran out: close other programs, or split it."
        ) from None
    finally:
        process.kill()
        process.join()
        here.close()
    if not done:
        raise found
    result: Result = found
    return result


def _run(there: Connection, work: Callable[..., Any], arguments: tuple[object, ...]) -> None:
    try:
        found: tuple[bool, Any] = True, work(*arguments)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where somebody can say it
        found = False, error
    with suppress(BrokenPipeError):  # nobody is there any more
        there.send(found)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """A process that starts now never hears Ctrl-C: this one does, and ends it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _blind_to_this_folder() -> Iterator[None]:
    """A Python that starts now runs no file of the folder it starts in, which may hold anything: a study, say."""
    name = "PYTHONSAFEPATH"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before
