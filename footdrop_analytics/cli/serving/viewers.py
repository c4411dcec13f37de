"""How many pages of ``serve`` may be open at once, so that memory does not run out."""

from __future__ import annotations

import os
from pathlib import Path

PAGE_BYTES, ROW_BYTES = 200_000_000, 100
"""Memory of an open page: of its process, and for each row of the study (a million was measured: scale.md)."""

ANALYSED_ROW_BYTES = 1_100
"""Memory for each row while a page reads and analyses the study for all of them; one does so at a time."""

SHARE = 0.8
"""How much of the memory that is free at the start may be taken."""

MOST = 50
"""The most pages by default: each is a process."""

UNKNOWN = 4
"""Pages by default where the system does not say how much memory is free."""

FULL = (
    "Pages of the dashboards that are open: {open}. No more than {most} may be open at once, because each needs memory "
    "of its own. Close one that is not needed, wait a minute, and reload this page. footdrop serve --viewers changes "
    "the number."
)
NO_MEMORY = (
    "This computer has too little memory free for another page of the dashboards ({free:.1f} GB; a page needs about "
    "{page:.1f} GB). Close a page or another program, wait a minute, and reload this page."
)

_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


def page_bytes(rows: int) -> int:
    """About how much memory an open page needs for a study of so many rows."""
    return PAGE_BYTES + ROW_BYTES * rows


def free_bytes() -> int | None:
    """How much memory is free, within the limit of a container too; none where the system does not say."""
    known = [one for one in (_free_here(), _free_in_group()) if one is not None]
    return min(known, default=None)


def default_viewers(rows: int) -> int:
    """How many pages fit into the memory that is free now; at least one."""
    free = free_bytes()
    if free is None:
        return UNKNOWN
    return max(1, min(MOST, int(free * SHARE - ANALYSED_ROW_BYTES * rows) // page_bytes(rows)))


def refusal(opened: int, young: int, most: int, page: int) -> str | None:
    """Why no further page can be opened; none if one can. ``young`` of them have yet to take their memory."""
    if opened >= most:
        return FULL.format(open=opened, most=most)
    free = free_bytes()
    if free is not None and free < page * (young + 1):
        return NO_MEMORY.format(free=free / 1e9, page=page / 1e9)
    return None


def _free_here() -> int | None:
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return _half_of_all()
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")]
    return kilobytes[0] * 1024 if kilobytes else None


def _half_of_all() -> int | None:
    """A guess for systems without ``/proc``, such as macOS."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, OSError, ValueError):
        return None


def _free_in_group() -> int | None:
    try:
        most, now = ((_GROUP / name).read_text(encoding="ascii").strip() for name in ("memory.max", "memory.current"))
        return None if most == "max" else max(0, int(most) - int(now))
    except (OSError, ValueError):
        return None
