"""Where a server listens, taken before anything starts: from then on no other program can have the address."""

from __future__ import annotations

import errno
import secrets
import socket
import sys
from contextlib import ExitStack

import click

HERE = "127.0.0.1"
LOOPBACKS = (HERE, "::1")
"""What a name below ``localhost`` stands for; browsers try either, so both are taken."""

READY = b"listening\n"
"""What the server's process says to the one that started it once it answers."""

PORTS_TRIED = 50

_NO_IPV6 = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def listen(wanted: int | None, first: int, host: str = HERE) -> list[socket.socket]:
    """Sockets that listen on the port asked for, or on the first free one from ``first`` on; 0 asks for any."""
    tried = range(first, first + PORTS_TRIED) if wanted is None else [wanted]
    problem: OSError | None = None
    for port in tried:
        try:
            return _taken(LOOPBACKS if host in LOOPBACKS else (host,), port)
        except OSError as error:
            problem = error
    where = f"port {wanted}" if wanted is not None else f"any port from {first} to {tried[-1]}"
    why = problem.strerror if problem is not None else "none is free"
    raise click.ClickException(f"Cannot listen on {where} of {host}: {why}. Name another --port.")


def port_of(sockets: list[socket.socket]) -> int:
    """The port on which they listen."""
    return int(sockets[0].getsockname()[1])


def _taken(hosts: tuple[str, ...], port: int) -> list[socket.socket]:
    """A socket per address, all on one port; a system without IPv6 has nobody to keep off that address."""
    with ExitStack() as opened:
        found: list[socket.socket] = []
        for host in hosts:
            try:
                found.append(opened.enter_context(_bound(host, port_of(found) if found else port)))
            except OSError as error:
                if not found or error.errno not in _NO_IPV6:
                    raise
        opened.pop_all()
    return found


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens at once: one that is only bound could be overtaken by another that listens first."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if sys.platform == "win32":  # there SO_REUSEADDR, which create_server sets elsewhere, would share the port
        found = socket.socket(family)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        found.bind((host, port))
        found.listen()
        return found
    return socket.create_server((host, port), family=family)


def own_name() -> str | None:
    """A host name of this start alone, so that its login cookie goes to no other port of this machine.

    Browsers take every name below ``localhost`` for this machine without asking anybody. Safari asks the system: where
    that does not know the name, there is none.
    """
    name = f"footdrop-{secrets.token_hex(4)}.localhost"
    return name if sys.platform != "darwin" or _stands_for_this_machine(name) else None


def _stands_for_this_machine(name: str) -> bool:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(name, None)} <= set(LOOPBACKS)
    except OSError:
        return False
