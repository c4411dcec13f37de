"""``footdrop lab`` and ``footdrop serve`` as a user starts them, watched for every connection they make."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import footdrop_analytics as fd
from tests.project._tree import ROOT

DEMO = ROOT / "data" / "demo"
START_S = 90
END_S = 30
SERVED = (
    "tests/dashboards/browser/",
    "tests/cli/test_lab_servers.py",
    "tests/cli/test_other_user.py",
    "tests/benchmarks/test_benchmarks.py",
)
"""Where the tests are that need a server."""

WATCH = """
import os, sys

HERE = ("127.", "::1", "localhost", "0.0.0.0")

def note(line):
    with open(os.environ["FOOTDROP_WATCH"], "a", encoding="utf-8") as log:
        log.write(line + "\\n")

def watch(event, args):
    if event in {"socket.connect", "socket.sendto"}:
        address = args[1] if event == "socket.connect" else args[-1]
        if isinstance(address, tuple) and not str(address[0]).startswith(HERE):
            note(f"{event} {address[0]}")
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"} and args[0]:
        host = args[0].decode() if isinstance(args[0], bytes) else str(args[0])
        if not host.startswith(HERE):
            note(f"{event} {host}")

note("watching " + " ".join(sys.orig_argv[1:4])[:60].replace("\\n", " "))
sys.addaudithook(watch)
"""
"""Run by every Python process at its start: writes down whom it asks or connects to, apart from this machine."""


@dataclass(frozen=True)
class Running:
    """A server that runs: its first address, where it stands, and what its processes wrote."""

    address: str
    folder: Path
    private: Path
    process: subprocess.Popen[bytes]

    @property
    def base(self) -> str:
        """The address without a path."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def port(self) -> int:
        found = urlsplit(self.address).port
        assert found
        return found

    @property
    def by_number(self) -> str:
        """The address without a path for programs other than browsers, which do not know the name of the start."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.address).query)["token"][0]

    @property
    def said(self) -> str:
        """Everything on standard output and standard error so far."""
        return _read(self.folder / "said.log")

    @property
    def temporary(self) -> list[Path]:
        """The files and folders that it keeps for as long as it runs."""
        return sorted(self.private.rglob("*"))

    @property
    def watched(self) -> list[str]:
        """The processes that were watched, and whom they asked outside of this machine."""
        return (self.folder / "watch.log").read_text(encoding="utf-8").splitlines()


@contextmanager
def started(command: str, folder: Path, *options: str, study: Path = DEMO) -> Iterator[Running]:
    """Start a command, wait for its address, and end it as Ctrl-C does."""
    call = ["footdrop_analytics", command, str(study), "--no-browser", "--port", "0", *options]
    with launched(call, folder, private_folder()) as running:
        yield running


def private_folder() -> Path:
    """A new folder that is not below pytest's own one: the path of a socket may only be short."""
    return Path(tempfile.mkdtemp(prefix="fd-"))


@contextmanager
def launched(module: list[str], folder: Path, private: Path, **variables: str) -> Iterator[Running]:
    """Run a module that serves pages, watched, until the end; the private folder is removed then."""
    watch = folder / "watch"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    around = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(watch), str(ROOT)]),
        "TMPDIR": str(private),
        "FOOTDROP_WATCH": str(folder / "watch.log"),
        "PYTHONUNBUFFERED": "1",
        **variables,
    }
    with (folder / "said.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *module], cwd=folder, env=around, stdout=log, stderr=log, start_new_session=True
        )
        running = Running(_address(process, folder / "said.log"), folder, private, process)
        try:
            yield running
        finally:
            stop(running)
            shutil.rmtree(private)


def stop(running: Running) -> int:
    """End a server as Ctrl-C in its terminal does; the exit code. One that goes on is killed, and told."""
    process = running.process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        return process.wait(timeout=END_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        said = f"{process.args!r} ran {END_S} s after Ctrl-C and was killed: {running.said[-1500:]}"
        raise AssertionError(said) from None


def assert_ctrl_c_ends_it_and_leaves_nothing(running: Running) -> None:
    """A server of the demo, after all that was done with it."""
    assert running.temporary
    assert stop(running) == 1  # two rows of the demo are rejected
    assert running.temporary == []
    assert "\nStopped.\n" in running.said, running.said[
        -1500:
    ]  # a kernel that was still starting may complain after it
    assert "Traceback" not in running.said
    assert [line for line in running.watched if not line.startswith("watching")] == []
    assert not [word for word in private_words() if word in running.said]


def _read(said: Path) -> str:
    """What stands in a log that is still written to: its last letter may be there in part."""
    return said.read_text(encoding="utf-8", errors="ignore")


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        text = _read(said)
        if found := re.search(r"(http://\S+)\s", text):  # a line whose end is not yet there may lack half the token
            return found[1]
        if process.poll() is not None:
            raise AssertionError(f"ended with {process.returncode}: {text}")
        time.sleep(0.1)
    process.kill()
    process.wait()  # else another test would be blamed for a process left behind
    raise AssertionError(f"no address after {START_S} s: {text}")


@cache
def private_words() -> frozenset[str]:
    """What must never be found in a stored file or a log: every patient id and note of the demo study."""
    read = fd.read_study(DEMO)
    words = set(read.patient_ids)
    for table in (read.sessions, read.visits, read.events, read.checkins):
        words |= {str(note) for note in table["notes"].dropna() if len(str(note)) > 7}
    assert len(words) > 10
    return frozenset(words)
