"""The parts of a study on the workers of a Dask cluster that see the same folders."""

from __future__ import annotations

import ctypes
import logging
import os
import platform
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from footdrop_analytics import __version__
from footdrop_analytics.errors import InstallationError, ParameterError, need_extra
from footdrop_analytics.scale.tasks import Done, Task, analyse_part, own_version, refuse_other_version

if TYPE_CHECKING:
    from distributed import Client

WAIT_S = 20
"""How long workers may take to come."""
KEPT_S = 10
"""How long a worker keeps the memory of a part for the next one."""
_TRIM_ABOVE, _MAP_ABOVE = -1, -3
"""glibc's M_TRIM_THRESHOLD and M_MMAP_THRESHOLD."""
_waiting: list[threading.Timer] = []
"""What gives memory back, if no part comes before."""


def done_on_workers(
    tasks: Sequence[Task], client: Client | str | None, heard: Callable[[int, Done | Exception], None]
) -> None:
    """Analyse parts on the workers of a cluster; ``heard`` is called with the number of each and what came of it.

    A part whose worker is gone is given to another one.
    """
    need_extra("scale", "dask", "distributed")
    from distributed import as_completed
    from distributed.client import FutureCancelledError

    with _quiet(), _connected(client) as connected:
        _refuse_other_workers(connected)
        futures = {connected.submit(_analysed, task, pure=False, key=_key(task)): task for task in tasks}
        waiting = set(futures)
        try:
            for future in as_completed(futures, loop=connected.loop):
                if future.status == "cancelled":
                    break
                error = future.exception()
                waiting.discard(future)
                heard(futures[future].number, future.result() if error is None else error)
        except (OSError, FutureCancelledError):
            pass
        finally:
            connected.cancel(list(waiting))
        if waiting:
            raise ParameterError(
                f"client: the scheduler went away with {len(waiting)} parts left. Finished parts are kept: start the "
                "scheduler and its workers, and run this again."
            )


@contextmanager
def _quiet() -> Iterator[None]:
    """Let no traceback of a connection that is gone reach a person: we say it in a sentence."""
    logger = logging.getLogger("distributed.client")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _analysed(task: Task) -> Done:
    with _memory_at_hand():
        return analyse_part(task)


@contextmanager
def _memory_at_hand() -> Iterator[None]:
    """Let glibc keep memory that is let go while a part is analysed, and for the next one if it comes soon.

    Dask starts workers so that it goes back to the system at once, and fetching it again for every column took more
    than twice the time. After the last part it goes back as Dask wants it.
    """
    trim_above = os.environ.get("MALLOC_TRIM_THRESHOLD_", "")
    if not trim_above.isdecimal() or platform.libc_ver()[0] != "glibc":
        yield
        return
    for timer in _waiting:
        timer.cancel()
    libc = ctypes.CDLL(None)
    libc.mallopt(_TRIM_ABOVE, 1 << 30)
    libc.mallopt(_MAP_ABOVE, 1 << 25)
    try:
        yield
    finally:
        libc.mallopt(_TRIM_ABOVE, int(trim_above))
        libc.mallopt(_MAP_ABOVE, 1 << 17)
        timer = threading.Timer(KEPT_S, libc.malloc_trim, [0])
        timer.daemon = True
        _waiting[:] = [timer]
        timer.start()


def _key(task: Task) -> str:
    return f"footdrop-{task.number:05d}-{task.fingerprint}"


@contextmanager
def _connected(client: Client | str | None) -> Iterator[Client]:
    from distributed import Client, get_client

    if isinstance(client, Client):
        yield client
    elif client is None:
        try:
            found = get_client()
        except ValueError:
            raise ParameterError(
                'client: engine="dask" needs a distributed.Client, or the address of a scheduler such as '
                "tcp://127.0.0.1:8786."
            ) from None
        yield found
    elif isinstance(client, str):
        try:
            opened = Client(client, timeout=WAIT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ParameterError(f"client: no scheduler answers at {client}. Start one with: dask scheduler") from error
        with opened:
            yield opened
    else:
        raise ParameterError(f"client: expected a distributed.Client or an address, found {client!r}.")


def _refuse_other_workers(client: Client) -> None:
    try:
        client.wait_for_workers(1, timeout=WAIT_S)
    except TimeoutError:
        raise ParameterError(
            "client: the scheduler has no worker. Start one with: dask worker and the scheduler's address"
        ) from None
    try:
        found: dict[str, Any] = client.run(own_version)
    except ModuleNotFoundError as error:
        raise InstallationError(
            f"A worker has no {error.name}. Install footdrop_analytics {__version__} there, and start it again."
        ) from None
    for address, its in found.items():
        refuse_other_version(f"The worker at {address}", its, own_version())
