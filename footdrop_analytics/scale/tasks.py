"""What is done with one part, on this machine or another: read it, analyse it, write its results.

On the workers of a Dask cluster, which see the same folders, the same is done.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import logging
import os
import platform
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from footdrop_analytics import __version__
from footdrop_analytics.analysis.analyse import results_of
from footdrop_analytics.analysis.choices import Choices
from footdrop_analytics.errors import InstallationError, ParameterError, StudyError, need_extra
from footdrop_analytics.files import checksum, write_whole
from footdrop_analytics.knowledge.yaml_files import PACKAGED
from footdrop_analytics.scale.manifest import MANIFEST
from footdrop_analytics.scale.study import PartitionedStudy, open_study
from footdrop_analytics.scale.tables import write_parquet

if TYPE_CHECKING:
    from distributed import Client

DONE = "done"
"""The folder of what is known of finished parts."""


@dataclass(frozen=True)
class Task:
    """One part to be analysed, from anywhere that sees the folders."""

    folder: str
    out: str
    number: int
    fingerprint: str
    choices: Choices
    version: tuple[str, str]


@dataclass(frozen=True)
class Done:
    """A part that is analysed: rows and checksum of each of its tables."""

    number: int
    fingerprint: str
    rows: dict[str, int]
    checksums: dict[str, str]


def key_of(choices: Choices, study: PartitionedStudy) -> str:
    """A name for what was chosen, and the days that follow from the whole study."""
    days = (study.as_of, study.log_through, study.rows_through)
    facts = repr((__version__, knowledge_digest(), *map(str, days), choices))
    return hashlib.sha256(facts.encode("utf-8")).hexdigest()[:20]


@cache
def knowledge_digest() -> str:
    """A checksum of the package's rules, definitions and names."""
    found = hashlib.sha256()
    for path in sorted(PACKAGED.glob("*.yaml")):
        found.update(path.read_bytes())
    return found.hexdigest()


def own_version() -> tuple[str, str]:
    """The version of the package, and the checksum of its knowledge."""
    return __version__, knowledge_digest()


def refuse_other_version(where: str, has: tuple[str, str], asked: tuple[str, str]) -> None:
    """Raise an InstallationError where another version of the package, or of its rules, would give other results."""
    if has[0] != asked[0]:
        raise InstallationError(
            f"{where} has footdrop_analytics {has[0]}, and {asked[0]} asked for the work: results would be mixed. "
            f"Install {asked[0]} there, and start it again."
        )
    if has[1] != asked[1]:
        raise InstallationError(
            f"{where} has other rules or definitions in its footdrop_analytics {has[0]}: results would be mixed. "
            "Install the same package there, and start it again."
        )


def analyse_part(task: Task) -> Done:
    """Analyse one part and write its results; a part whose results are there already is not analysed again."""
    refuse_other_version("A worker", own_version(), task.version)
    out = Path(task.out)
    if (done := finished(out, task.number, task.fingerprint)) is not None:
        return done
    study = _opened(task.folder, (Path(task.folder) / MANIFEST).stat().st_mtime_ns)
    part = study.part_of(task.number)
    if part.fingerprint != task.fingerprint:
        raise StudyError(f"{task.folder}: was partitioned anew meanwhile. Run the analysis again.")
    tables = part_results(study, task.number, task.choices)
    places = {name: result_path(out, name, task.number) for name in tables}
    for name, table in tables.items():
        _write(table, places[name])
    rows = {name: len(table) for name, table in tables.items()}
    done = Done(task.number, task.fingerprint, rows, {name: checksum(place) for name, place in places.items()})
    # Written last: results without it were broken off.
    write_whole(out / DONE / f"{task.number:05d}.json", json.dumps(vars(done)))
    return done


@lru_cache(maxsize=2)
def _opened(folder: str, _changed: int) -> PartitionedStudy:
    return open_study(folder)


def part_results(study: PartitionedStudy, number: int, choices: Choices) -> dict[str, pd.DataFrame]:
    """The result tables of one part."""
    return results_of(study.part(number), choices, workers=1)[2]


def result_path(out: Path, table: str, number: int) -> Path:
    """Where the rows of one part in a result table stand."""
    return out / table / f"{number:05d}.parquet"


def _write(table: pd.DataFrame, path: Path) -> None:
    """Keys as plain text, so that the files of all parts have one schema and any program reads them as one table."""
    found = pa.Table.from_pandas(table, preserve_index=False)
    plain = pa.schema(
        [field.with_type(pa.large_string()) if pa.types.is_dictionary(field.type) else field for field in found.schema]
    )
    found = found.cast(plain).replace_schema_metadata(found.schema.metadata)

    write_whole(path, lambda file: write_parquet(found, file))


def finished(out: Path, number: int, fingerprint: str) -> Done | None:
    """What is known of a part whose results are whole and those of its present rows; none otherwise."""
    place = out / DONE / f"{number:05d}.json"
    try:
        done = Done(**json.loads(place.read_text(encoding="utf-8")))
        same = all(checksum(result_path(out, name, number)) == found for name, found in done.checksums.items())
    except (OSError, ValueError, TypeError):
        return None
    return done if same and done.fingerprint == fingerprint else None


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
        futures = {
            connected.submit(_analysed, task, pure=False, key=f"footdrop-{task.number:05d}-{task.fingerprint}"): task
            for task in tasks
        }
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
