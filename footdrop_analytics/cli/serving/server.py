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
import threading
import uuid
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import click

from footdrop_analytics.cli.options import Showing
from footdrop_analytics.cli.output import say
from footdrop_analytics.cli.serving.listening import HERE, LOOPBACKS, READY, own_name
from footdrop_analytics.cli.serving.shown import signalled

SHARE = Path(__file__).parent / "share"
"""What we add to Jupyter's data folders: the page template for Voilà."""

KEEP = "Anyone with this address can see the study: keep it private. Ctrl-C ends it."
"""What is said below the address, which holds the token."""

START_S, END_S = 90, 15

CHILD = "footdrop_analytics.cli.serving.child"
SHORT = Path("/tmp")
"""Where a private folder has a short path, if the temporary folder's own is too long for sockets in it."""

SOCKET_PATH_BYTES = 104
"""macOS's limit for the path of a socket; Linux takes four more."""

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
MOST_MESSAGE_BYTES = 120_000_000
"""A file that is dropped on the import page is one message; Tornado's own limit is 10 MB."""
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server to start: which application, with which settings, on which sockets, and where its first page is."""

    application: str
    config: dict[str, dict[str, Any]] = field(repr=False)
    config_file: str
    arguments: tuple[str, ...] = ()
    study: Path | None
    asked: Showing
    private: Path
    sockets: list[socket.socket] = field(repr=False)
    port: int
    page: str
    host: str = HERE
    name: str | None = field(default_factory=own_name)
    token: str = field(default_factory=lambda: secrets.token_hex(24), repr=False)

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        return ipaddress.ip_address(self.host).is_loopback

    @property
    def local_names(self) -> list[str]:
        """The host names that stand for this machine."""
        return ["localhost", *filter(None, [self.name])]

    @property
    def addresses(self) -> list[str]:
        """The first page, with the token that opens it: by the name of this start, then by number."""
        number = HERE if ipaddress.ip_address(self.host).is_unspecified else self.host
        hosts = [f"[{number}]" if ":" in number else number]
        if self.name is not None and self.host in LOOPBACKS:
            hosts.insert(0, self.name)
        return [f"http://{host}:{self.port}/{self.page}?token={self.token}" for host in hosts]

    def told(self, what: str) -> list[str]:
        """The lines that say where it is."""
        first, *others = self.addresses
        return [f"{what}: {first}", *(f"Only if the browser finds no such place: {one}" for one in others), KEEP]


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only this user can open, removed at the end; its path is short enough for sockets, if any is."""
    usual = Path(tempfile.gettempdir())
    fitting = (place for place in (usual, SHORT) if _sockets_fit(place.resolve() / "footdrop-12345678"))
    with tempfile.TemporaryDirectory(
        prefix="footdrop-", dir=next(fitting, usual), ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder).resolve()


def unheard(private: Path) -> dict[str, str]:
    """Settings of a kernel that speaks with the server by sockets in the private folder, or else encrypted.

    Nobody else on this machine can read either. Sockets come first, because with ZeroMQ's encryption Voilà's server was
    seen to stand still when a page came back.
    """
    return {"transport": "ipc"} if _sockets_fit(private) else {"transport_encryption": "required"}


def _sockets_fit(private: Path) -> bool:
    longest = private / "voila_12345678" / f"kernel-{uuid.UUID(int=0)}-ipc-5"
    return os.name == "posix" and len(os.fsencode(longest)) < SOCKET_PATH_BYTES


def run(server: Server, lines: list[str]) -> None:
    """Start the server, say where it is, open the browser, and stay until it ends or somebody presses Ctrl-C."""
    config = server.private / server.config_file
    config.touch(mode=0o600)
    config.write_text(json.dumps(server.config), encoding="utf-8")
    with signalled(_stop, "SIGINT", "SIGTERM", "SIGHUP"), _started(server) as process:
        try:
            _wait_until_it_answers(process)
            for line in lines:
                say(line)
            if server.asked.opens:
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
    }
    asked = server.asked
    written = {f"FOOTDROP_{name.upper()}": said for name, said in asked.written._asdict().items() if said is not None}
    limits = {"FOOTDROP_READ_ONLY": asked.read_only, "FOOTDROP_SHARED": not server.local}
    chosen = {"FOOTDROP_LANGUAGE": asked.language} if asked.language else {}
    ours["FOOTDROP_PAGES"] = str(server.private / "pages")
    # Without a study the first page asks for one, and says in a file of the private folder which it is.
    named = {"FOOTDROP_CHOICE": str(server.private / "choice")}
    named = named if server.study is None else {"FOOTDROP_STUDY": str(server.study.resolve())}
    return kept | ours | named | written | chosen | {name: "1" for name, holds in limits.items() if holds}


def _started(server: Server) -> subprocess.Popen[bytes]:
    """The server's process, which alone holds the sockets from now on; a pipe tells it when this process ends."""
    for one in server.sockets:
        one.set_inheritable(True)
    handed = ",".join(str(one.fileno()) for one in server.sockets)
    # -P keeps the folder it starts in, and so any file there, out of Python's search path.
    command = [sys.executable, "-P", "-m", CHILD, server.application, handed, *server.arguments]
    process = subprocess.Popen(
        command,
        cwd=server.private,
        env=environment(server),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        close_fds=False,
    )
    for one in server.sockets:
        one.close()
    return process


def _wait_until_it_answers(process: subprocess.Popen[bytes]) -> None:
    """Wait for the word of our own process, through its own pipe: nobody else can give it."""
    assert process.stdout is not None
    late = threading.Timer(START_S, process.kill)
    late.daemon = True
    late.start()
    said = process.stdout.readline()
    in_time = late.is_alive()
    late.cancel()
    if said != READY:
        raise click.ClickException(
            "The server ended before it answered; the lines above may say why."
            if in_time
            else f"The server did not answer within {START_S} seconds."
        )


def _open(server: Server) -> None:
    """Open the browser with a file that leads on: an address on a command line could be read by other users."""
    page = server.private / "open.html"
    target = html.escape(server.addresses[0])
    page.touch(mode=0o600)
    page.write_text(
        f'<!DOCTYPE html><meta http-equiv="refresh" content="0;url={target}"><a href="{target}">Dashboards</a>\n',
        encoding="utf-8",
    )
    webbrowser.open(page.as_uri())


def _stop(_number: int, _frame: FrameType | None) -> None:
    """A request to end, or a closed terminal, ends the server as Ctrl-C does."""
    raise KeyboardInterrupt


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
