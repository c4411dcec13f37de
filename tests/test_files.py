"""Every file is written whole or not at all, for its owner only, whoever else writes there."""

from __future__ import annotations

import errno
import gc
import io
import os
import stat
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics import files
from footdrop_analytics.files import write_whole
from footdrop_analytics.reading.spreadsheets import write_template, write_workbook
from tests.project._tree import PACKAGE
from tests.project._tree import files as package_files

posix = pytest.mark.skipif(sys.platform == "win32", reason="rights of a POSIX system")


@posix
def test_a_file_and_the_folders_made_for_it_are_for_their_owner_only(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "one" / "two" / ("n" * 255), "text")
    finally:
        os.umask(before)
    found = {path.name[:3]: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert found == {"one": 0o700, "two": 0o700, "nnn": 0o600}


@posix
def test_no_link_is_followed_and_no_device_replaced(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched", encoding="utf-8")
    for name in ("report.html", ".report.html.part"):
        (tmp_path / name).symlink_to(victim)
    write_whole(tmp_path / "report.html", "new")
    assert victim.read_text(encoding="utf-8") == "untouched"
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "new"
    assert not (tmp_path / "report.html").is_symlink()
    for other in (tmp_path, Path(os.devnull)):
        with pytest.raises(fd.ParameterError, match="no ordinary file"):
            write_whole(other, "new")


def test_several_writers_leave_a_whole_file_at_every_moment(tmp_path: Path) -> None:
    path, stop, torn = tmp_path / "report.html", threading.Event(), []
    whole = {letter * 200_000 for letter in "abcd"}
    write_whole(path, "a" * 200_000)

    def read() -> None:
        while not stop.is_set():
            if (text := path.read_text(encoding="utf-8")) not in whole:
                torn.append(len(text))

    def write(text: str) -> None:
        for _ in range(15):
            write_whole(path, text)

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(text,)) for text in whole]
    for one in (reader, *writers):
        one.start()
    for one in writers:
        one.join()
    stop.set()
    reader.join()
    assert torn == []
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_on_a_full_disk_the_file_is_named_and_the_old_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    write_whole(path, "old")

    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def half(file: BinaryIO) -> None:
        file.write(b"ne")
        full(file)

    with pytest.raises(OSError, match="No space left") as caught:
        write_whole(path, half)
    assert (caught.value.filename, caught.value.errno) == (str(path), errno.ENOSPC)
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left.*report\.html"):
        write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_a_workbook_on_a_full_disk_ends_without_a_word_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that is broken off while it writes into a file complains once more when it is forgotten."""

    class Full(io.FileIO):
        def write(self, _: object, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    monkeypatch.setattr(files.os, "fdopen", lambda number, _: Full(number, "w"))
    path = tmp_path / "log.xlsx"
    for write in (write_template, lambda path: write_workbook(path, {"a": pd.DataFrame({"x": ["y"]})})):
        with pytest.raises(OSError, match=r"No space left.*log\.xlsx"):
            write(path)
        gc.collect()
    assert complaints == []
    assert list(tmp_path.iterdir()) == []


def test_simulated_tables_are_labelled_before_there_are_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from footdrop_analytics.reading import write as reading_write
    from footdrop_analytics.simulation import demo

    study = fd.simulate(patients=2, weeks=4, seed=1)
    for module, call in ((reading_write, lambda: study.write(tmp_path)), (demo, lambda: demo.write_demo(tmp_path))):
        written: list[str] = []
        monkeypatch.setattr(module, "write_whole", lambda path, _, written=written: written.append(path.name))
        call()
        assert written[0] == "SYNTHETIC.txt"
        assert "sessions" in "".join(written[1:])


def test_nothing_else_opens_a_file_to_write() -> None:
    """Settings of a server, and a page for a browser, in a private folder are no results."""
    others = {"cli/serving/lab.py", "cli/serving/serve.py", "cli/serving/server.py", "report/render.py"}
    others |= {"dashboards/import_page/questions.py"}  # for as long as the file is looked at, in a private folder
    others |= {"reading/check.py"}  # whose _write_text writes whole
    others |= {"sharing/result_tables.py"}  # into the stream of write_whole
    words = ("write_text(", "write_bytes(", '.open("w', "shutil.copy", ".to_csv(path", "to_parquet(")
    found = {
        str(path.relative_to(PACKAGE))
        for path in package_files(".py", under=PACKAGE)
        if any(word in path.read_text(encoding="utf-8") for word in words)
    }
    assert found - others == {"cli/app.py"}, "cli/app.py opens the null device alone"
