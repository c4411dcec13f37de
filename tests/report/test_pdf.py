"""PDF files: through a browser on the PATH or not at all, whole, in time, and of the page that was meant."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd
from footdrop_analytics.report.render import find_browser, pdf_of
from tests.each import each

PAGE = "<html><head><title>Progress report P</title></head><body>x</body></html>"


def test_without_a_browser_it_says_what_to_do(
    analysis: fd.Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        fd.InstallationError, match=r"No Chromium, Chrome or Edge is on the PATH.*print it to a PDF there"
    ):
        fd.write_report(analysis, "SIM-0001", tmp_path / "out" / "r.html", pdf="A4")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_no_program_of_the_current_folder_is_taken_for_a_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chromium").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "chromium").chmod(0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")
    with pytest.raises(fd.InstallationError, match="on the PATH"):
        find_browser()


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
@each("does", ["exit 0", "sleep 30", 'for one in "$@"; do case "$one" in --print-to-pdf=*) '
                                  'printf "%%PDF of another page" > "${one#*=}";; esac; done'])  # fmt: skip
def test_a_browser_that_makes_none_is_stopped_and_reported(does: str, tmp_path: Path) -> None:
    browser = tmp_path / "chromium"
    browser.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    browser.chmod(0o700)
    began = time.monotonic()
    with pytest.raises(fd.InstallationError, match=r"chromium made no PDF within 0\.5 seconds"):
        pdf_of(PAGE, browser, timeout_s=0.5)
    assert time.monotonic() - began < 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chromium"]


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_the_title_may_be_in_any_language(tmp_path: Path) -> None:
    """Chromium writes a title beyond ASCII as the hex digits of UTF-16."""
    page, browser = PAGE.replace("Progress report P", "Ihre Übungen, 3. Nov."), tmp_path / "chromium"
    title = "Ihre Übungen".encode("utf-16-be").hex().upper()
    case = f'case "$one" in --print-to-pdf=*) printf "%%PDF {title}" > "${{one#*=}}";; esac'
    browser.write_text(f'#!/bin/sh\nfor one in "$@"; do {case}; done\n', encoding="utf-8")
    browser.chmod(0o700)
    assert pdf_of(page, browser).startswith(b"%PDF")


def test_a_report_stands_beside_no_pdf_of_an_earlier_one(analysis: fd.Analysis, tmp_path: Path) -> None:
    earlier, other = tmp_path / "r.pdf", tmp_path / "thesis.pdf"
    earlier.write_bytes(b"%PDF-1.4 /Title (Progress report SIM-0001, as of 1 Nov 2025)")
    other.write_bytes(b"%PDF-1.4 /Title (On walking)")
    for one in (earlier, other):
        fd.write_report(analysis, "SIM-0001", one.with_suffix(".html"))
    assert (earlier.exists(), other.exists()) == (False, True)


@pytest.mark.browser
def test_a_pdf_has_the_paper_asked_for_and_the_title(
    chromium: Any,
    analysis: fd.Analysis,
    tmp_path: Path,
    pages_of: Callable[[bytes], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    try:
        find_browser()
    except fd.InstallationError:
        pytest.skip("no browser on the PATH")
    whole = fd.write_report(analysis, "SIM-0001", tmp_path / "whole.html", pdf="Letter", appendix=True)
    pdf = whole.with_suffix(".pdf").read_bytes()
    assert re.search(rb"/MediaBox \[0 0 612 792\]", pdf)
    assert pages_of(pdf) > 4
    index = fd.write_reports(analysis, tmp_path / "all", ["SIM-0001"], assets="shared", pdf="A4")
    (made,) = (tmp_path / "all").glob("*.pdf")
    assert f'<a href="{made.name}">PDF</a>' in index.read_text(encoding="utf-8")
    if os.name == "posix":
        assert whole.with_suffix(".pdf").stat().st_mode & 0o777 == 0o600
