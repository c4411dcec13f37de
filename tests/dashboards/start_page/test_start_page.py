"""The first page: what can be opened where, and which study every page shows from then on."""

from __future__ import annotations

import html
import io
from pathlib import Path
from zipfile import ZipFile

import ipywidgets
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards import loading
from footdrop_analytics.dashboards.kept import CHOICE_VARIABLE, chosen
from footdrop_analytics.dashboards.loading import STUDY_VARIABLE, named_study, place_of
from footdrop_analytics.dashboards.shell.page import below
from footdrop_analytics.dashboards.start_page import MOST_SHOWN, StartPage, StartSettings, is_study, places_in

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a study, a workbook, a folder of something else, and one with a hostile name."""
    (tmp_path / "clinic").mkdir()
    (tmp_path / "clinic" / "sessions-2026.csv").write_text(
        "patient_id,performed_at,exercise\nP1,2026-01-05,heel_raise\n"
    )
    for name in ("photos", HOSTILE, ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("log.xlsx", "~$log.xlsx", "letter.docx"):
        (tmp_path / name).touch()
    monkeypatch.setenv(CHOICE_VARIABLE, str(tmp_path / ".choice"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(STUDY_VARIABLE, raising=False)
    return tmp_path


def _page(folder: Path, *, may_choose: bool = True) -> StartPage:
    page = StartPage(StartSettings(folder=str(folder), may_choose=may_choose))
    page.open()
    return page


def test_folders_and_workbooks_can_be_seen_studies_first(folder: Path) -> None:
    assert [(one.name, one.is_study) for one in places_in(folder)] == [
        ("clinic", True), ("log.xlsx", True), (HOSTILE, False), ("photos", False),
    ]  # fmt: skip
    panel = _page(folder).last_view.panels["places"]  # type: ignore[union-attr]
    assert HOSTILE not in panel
    assert html.escape(HOSTILE) in panel
    assert places_in(folder / "nowhere") == ()
    assert is_study(folder / "nowhere") is False
    for number in range(MOST_SHOWN + 5):
        (folder / f"n{number}").mkdir()
    page = _page(folder)
    assert page.last_view.panels["places"].count("<button") == MOST_SHOWN + 2  # type: ignore[union-attr]
    assert "9 more are not shown" in page.last_view.panels["places"]  # type: ignore[union-attr]
    assert page.fill("find", {"part": " N64"}) == ""
    panel = page.last_view.panels["places"]  # type: ignore[union-attr]
    assert ("n64" in panel, "n63" in panel, "not shown" in panel) == (True, False, False)
    assert page.fill("find", {"part": "zzz"}) == ""
    assert "zzz” in its name" in page.last_view.panels["places"]  # type: ignore[union-attr]
    assert page.fill("into:1", {"path": str(folder / "photos")}) == ""
    assert page.settings.part == ""


def test_a_study_that_is_opened_is_the_study_of_every_page(folder: Path) -> None:
    page = _page(folder)
    for written, words in (
        ("", "there is nothing"),
        ("nowhere", "there is nothing"),
        ("photos", "no file of sessions"),
    ):
        assert words in page.fill("open", {"path": written})
    assert chosen() is None
    assert page.fill("into:3", {"path": str(folder / "photos")}) == ""
    assert page.settings.folder == str(folder / "photos")
    assert page.fill("open:1", {"path": "clinic"}) == ""
    assert chosen() == str(folder / "clinic")
    read, named = named_study()
    assert place_of(named) == folder / "clinic"
    assert read().known_ids == {"P1"}
    assert page.below.children


def test_a_page_reads_and_keeps_the_same_study_if_another_is_opened_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, desks = iter(["/one", "/two"]), []
    monkeypatch.setattr(loading, "named_at", lambda: next(opened))
    monkeypatch.setattr(loading, "desk_of", lambda read, place: desks.append((read.args[0], place)))

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(loading, "_fill", nothing)
    loading.opened(None, lambda *_: pytest.fail("not yet"))
    ((read, place),) = desks
    assert read == place


def test_what_is_opened_is_in_the_language_that_was_chosen(folder: Path) -> None:
    page = _page(folder)
    page.change(language="de")
    assert "da ist nichts" in page.fill("open", {"path": "nowhere"})
    assert page.fill("open:1", {"path": "clinic"}) == ""
    buttons = {one.description for one in below(page.below) if isinstance(one, ipywidgets.Button)}
    assert "CSV herunterladen" in buttons


def test_the_demo_can_be_tried_and_goes_with_the_temporary_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert _page(folder).fill("demo", {}) == ""
    named = chosen()
    assert named is not None
    assert Path(named).is_relative_to(folder)
    assert fd.read_study(named).synthetic


def test_the_workbook_is_handed_over(folder: Path) -> None:
    page = _page(folder, may_choose=False)
    sent: list[tuple[str, bytes]] = []
    page.page.download = lambda name, content, kind="": sent.append((name, content))  # type: ignore[method-assign]
    assert page.fill("template", {}) == ""
    name, content = sent[0]
    assert name.endswith(".xlsx")
    assert ZipFile(io.BytesIO(content)).testzip() is None


def test_where_a_study_was_named_no_other_can_be_opened(folder: Path) -> None:
    page = _page(folder, may_choose=False)
    for form in ("open", "open:1", "into:1", "demo"):
        assert page.fill(form, {"path": str(folder / "clinic")}) == ""
    assert chosen() is None
    assert page.settings.folder == str(folder)
    assert 'data-offer="open' not in "".join(page.last_view.panels.values())  # type: ignore[union-attr]
