"""Start a Jupyter server for this machine's user alone, and end it: for ``footdrop lab`` and ``footdrop serve``.

Nothing of the user's or the machine's own Jupyter settings is read or written: a setting made elsewhere could open the
server to others. Settings, tokens, connection files and histories live in a private folder that is removed at the end.
"""

from __future__ import annotations

import html
import ipaddress
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import click

from footdrop_analytics.cli.output import say

HERE = "127.0.0.1"
SHARE = Path(__file__).parent / "share"
"""What we add to Jupyter's data folders: the page template for Voilà."""

KEEP_TO_YOURSELF = "Whoever has this address can see the study: keep it to yourself. Ctrl-C ends it."
"""What is said below the address, which holds the token."""

START_S, END_S = 90, 15
PORTS_TRIED = 50

# A browser that obeys this asks nobody else for anything, whatever a widget or an extension would like to load.
# JupyterLab compiles its settings' schemas (unsafe-eval); widgets come as modules from blobs.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' data: blob:",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'self'",
        "object-src 'none'",
    ]
)
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server to start: which module, with which settings, and where its first page is."""

    module: str
    config: dict[str, dict[str, Any]] = field(repr=False)
    config_file: str
    arguments: tuple[str, ...] = ()
    study: Path
    date_format: str | None
    private: Path
    port: int
    page: str
    host: str = HERE
    token: str = field(default_factory=lambda: secrets.token_hex(24), repr=False)

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        return ipaddress.ip_address(self.host).is_loopback

    @property
    def reached_at(self) -> str:
        """The address at which this machine reaches it."""
        return HERE if ipaddress.ip_address(self.host).is_unspecified else self.host

    @property
    def address(self) -> str:
        """The first page, with the token that opens it."""
        host = f"[{self.reached_at}]" if ":" in self.reached_at else self.reached_at
        return f"http://{host}:{self.port}/{self.page}?token={self.token}"


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only this user can open, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="footdrop-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


def free_port(wanted: int | None, first: int, host: str = HERE) -> int:
    """The port asked for, or the first free one from ``first`` on; 0 asks for any.

    Raises
    ------
    ClickException
        If the port is taken or may not be used.
    """
    tried = range(first, first + PORTS_TRIED) if wanted is None else [wanted]
    problem: OSError | None = None
    for port in tried:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if os.name == "posix":  # a port that a server just left is free; on Windows this would share one in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                problem = error
                continue
            return int(probe.getsockname()[1])
    where = f"port {wanted}" if wanted is not None else f"any port from {first} to {tried[-1]}"
    why = problem.strerror if problem is not None else "none is free"
    raise click.ClickException(f"Cannot listen on {where} of {host}: {why}. Name another --port.")


def run(server: Server, opens: bool, lines: list[str]) -> None:
    """Start the server, say where it is, open the browser, and stay until it ends or somebody presses Ctrl-C.

    Raises
    ------
    ClickException
        If it ends or stays silent before it answers once.
    """
    (server.private / server.config_file).write_text(json.dumps(server.config), encoding="utf-8")
    with _stopped_by_signals():
        # -P keeps the folder it starts in, and so any file there, out of Python's search path.
        command = [sys.executable, "-P", "-m", server.module, *server.arguments]
        process = subprocess.Popen(command, cwd=server.private, env=environment(server), stdin=subprocess.DEVNULL)
        try:
            _wait_until_it_listens(process, server)
            for line in lines:
                say(line)
            if opens:
                _open(server)
            code = process.wait()
            if code not in {0, -signal.SIGTERM, -signal.SIGINT}:
                raise click.ClickException(f"The server ended with code {code}.")
        except KeyboardInterrupt:
            say("Stopped.")
        finally:
            _end(process)


def environment(server: Server) -> dict[str, str]:
    """The environment of the server and of the kernels it starts."""
    foreign = ("JUPYTER", "JPY_", "VOILA", "IPYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    places = [str(SHARE), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    ours = {
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PATH": os.pathsep.join(places),
        "JUPYTER_DATA_DIR": str(server.private / "data"),
        "JUPYTER_RUNTIME_DIR": str(server.private / "runtime"),
        "IPYTHONDIR": str(server.private / "ipython"),
        "TMPDIR": str(server.private),
        "FOOTDROP_STUDY": str(server.study.resolve()),
    }
    if server.date_format is not None:
        ours["FOOTDROP_DATE_FORMAT"] = server.date_format
    return kept | ours


def _wait_until_it_listens(process: subprocess.Popen[bytes], server: Server) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise click.ClickException("The server ended before it answered; the lines above may say why.")
        try:
            socket.create_connection((server.reached_at, server.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise click.ClickException(f"The server did not answer within {START_S} seconds.")


def _open(server: Server) -> None:
    """Open the browser with a file that leads on: an address on a command line could be read by other users."""
    page = server.private / "open.html"
    target = html.escape(server.address)
    page.touch(mode=0o600)
    page.write_text(
        f'<!DOCTYPE html><meta http-equiv="refresh" content="0;url={target}"><a href="{target}">Dashboards</a>\n',
        encoding="utf-8",
    )
    webbrowser.open(page.as_uri())


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let a request to end, or a closed terminal, end the server as Ctrl-C does."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
