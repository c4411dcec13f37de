"""A REDCap project by its interface: a small server on this machine speaks the documented protocol."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner

import footdrop_analytics as fd
from footdrop_analytics.cli import main
from tests.importing.test_sources import LAYOUTS

pytest.importorskip("redcap", reason="the extra redcap is not installed")

TOKEN = "0123456789ABCDEF" * 2
FIELDS = ("field_name", "form_name", "section_header", "field_type", "field_label", "select_choices_or_calculations")
ELSEWHERE = "http://127.0.0.2:1/api/"


class _RedCap(BaseHTTPRequestHandler):
    """Answers a POST with the fields token, content and format as a project does; ``said`` is answered instead."""

    asked: ClassVar[list[dict[str, str]]] = []
    said: ClassVar[tuple[int, str] | None] = None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        told = {name: values[0] for name, values in parse_qs(body).items()}
        self.asked.append(told)
        status, text = 403, '{"error": "You do not have permissions to use the API"}'
        if self.said is not None:
            status, text = self.said
        elif told["token"] == TOKEN and self.path == "/api/":
            status, text = 200, _answer(told["content"], told["format"])
        self.send_response(status)
        if status == 307:
            self.send_header("Location", ELSEWHERE)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


def _answer(content: str, form: str) -> str:
    """The records as CSV; the dictionary under the names that the interface gives its columns, as CSV or JSON."""
    if content == "record":
        assert form == "csv"
        return (LAYOUTS / "redcap.csv").read_text(encoding="utf-8")
    assert content == "metadata"
    with (LAYOUTS / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    fields = [dict(zip(FIELDS, row, strict=True)) for row in rows]
    if form == "json":
        return json.dumps(fields)
    written = io.StringIO()
    csv.DictWriter(written, FIELDS).writerows([dict(zip(FIELDS, FIELDS, strict=True)), *fields])
    return written.getvalue()


@contextmanager
def _serving() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _RedCap) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The interface of a project, with the token in the environment."""
    monkeypatch.setenv("REDCAP_API_TOKEN", TOKEN)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(_RedCap, "said", None)
    _RedCap.asked.clear()
    with _serving() as found:
        yield found


def test_a_project_is_the_same_study_as_its_export(address: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["import", address, "--out", str(tmp_path / "study")])
    assert done.exit_code == 0, done.output
    assert "3 new rows of the log" in done.output
    fd.import_log(LAYOUTS / "redcap.csv", dictionary=LAYOUTS / "dictionary.csv").write(tmp_path / "export")
    by_interface, by_file = (fd.read_study(tmp_path / name) for name in ("study", "export"))
    for name in ("sessions", "checkins", "patients", "prescriptions"):
        left, right = (
            getattr(study, name).drop(columns="source_file", errors="ignore") for study in (by_interface, by_file)
        )
        assert left.astype(str).equals(right.astype(str)), name
    assert set(by_interface.sessions["source_file"]) == {"127.0.0.1 records"}
    assert {one["content"] for one in _RedCap.asked} == {"record", "metadata"}
    for file in (tmp_path / "study").rglob("*"):
        assert TOKEN not in file.read_text(encoding="utf-8"), file.name
    assert TOKEN not in done.output
    again = CliRunner().invoke(main, ["import", address, "--out", str(tmp_path / "study")])
    assert "0 new rows of the log, 3 the same as before" in again.output


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (403, '{"error": "You do not have permissions: {token}"}', "did not give the records .*permissions"),
        (200, "<html>Log in</html>", "something else than records"),
        (307, "", "something else than records"),
    ],
)
def test_what_a_server_refuses_is_said_without_the_token(
    address: str, status: int, said: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_RedCap, "said", (status, said.replace("{token}", TOKEN)))
    with pytest.raises(fd.FootdropError, match=expected) as found:
        fd.import_log(address)
    assert TOKEN not in str(found.value)
    assert all(one["token"] == TOKEN for one in _RedCap.asked), "a redirect was followed"


def test_a_token_comes_from_the_environment_alone(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, expected in (
        (address.replace("127.0.0.1", "redcap.example.org"), "unencrypted"),
        (address.replace("/api/", "/"), "ends in /api/"),
        (f"https://user:{TOKEN}\u2100@[redcap.example.org/api/", "cannot be read"),
        (f"{address}?token={TOKEN}", "more than a place"),
        (address.replace("http://", f"http://ann:{TOKEN}@"), "more than a place"),
    ):
        with pytest.raises(fd.ParameterError, match=expected) as found:
            fd.import_log(place)
        assert TOKEN not in str(found.value)
    for wrong in ("", "secret", f"{TOKEN}0"):
        monkeypatch.setitem(os.environ, "REDCAP_API_TOKEN", wrong)
        with pytest.raises(fd.ParameterError, match="REDCAP_API_TOKEN: expected your token") as found:
            fd.import_log(address)
        assert not wrong or wrong not in str(found.value)
    assert not _RedCap.asked
    monkeypatch.setenv("REDCAP_API_TOKEN", TOKEN)
    with pytest.raises(fd.StudyError, match="REDCap did not give the records") as found:
        fd.import_log("http://127.0.0.1:1/api/")
    assert TOKEN not in str(found.value)
