"""The process of a server: it serves on sockets that were opened for it, and ends with the process that started it.

Jupyter's own way is to take a port by its number while it starts; until then another user of the machine could have
it, and would be sent the token. Run as
``python -m footdrop_analytics.cli.serving.child APPLICATION SOCKETS [ARGUMENTS]``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from footdrop_analytics.cli.serving.listening import READY

END_S = 15


def main(application: str, handed: str, *arguments: str) -> None:
    """Serve until a signal, or until the process that started this one is gone; the private folder goes too."""
    private = Path.cwd()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_end_with_parent, args=(private,), daemon=True).start()
    _serve_on([socket.socket(fileno=int(number)) for number in handed.split(",")], _to_parent())
    sys.argv = [application, *arguments]
    try:
        APPLICATIONS[application]()
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _end_with_parent(private: Path) -> None:
    """Wait for the end of the pipe from the parent: it closes however the parent ends."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_S)
    shutil.rmtree(private, ignore_errors=True)
    os._exit(1)


def _to_parent() -> int:
    """The pipe to the parent, kept apart: whatever the server prints goes to standard error."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return pipe


def _serve_on(sockets: list[socket.socket], parent: int) -> None:
    """Let Tornado, on which both applications stand, listen on these sockets, and say so once it answers."""
    from tornado.ioloop import IOLoop
    from tornado.tcpserver import TCPServer

    for one in sockets:
        one.set_inheritable(False)
        one.setblocking(False)

    def ready() -> None:
        os.write(parent, READY)
        os.close(parent)

    def listen(server: TCPServer, *_address: object, **_options: object) -> None:
        server.add_sockets(sockets)
        IOLoop.current().add_callback(ready)

    TCPServer.listen = listen  # type: ignore[assignment, method-assign]


def _jupyterlab() -> None:
    from jupyter_server.serverapp import ServerApp
    from jupyterlab.labapp import LabApp

    class Server(ServerApp):
        """A server that looks for no port: it has its sockets."""

        def _find_http_port(self) -> None:
            pass

    LabApp.serverapp_class = Server
    LabApp.launch_instance()


def _voila() -> None:
    from voila.app import Voila

    Voila.launch_instance()


APPLICATIONS: dict[str, Callable[[], Any]] = {"jupyterlab": _jupyterlab, "voila": _voila}

if __name__ == "__main__":
    main(*sys.argv[1:])
