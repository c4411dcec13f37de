"""Files of what is shown, read back, and the code beside it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from footdrop_analytics.dashboards.shell import Page
from footdrop_analytics.dashboards.shell.page import below
from tests.dashboards.shell._small import Choice, Small, look, small


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[bytes, str]]:
    found: dict[str, tuple[bytes, str]] = {}

    def keep(_page: Page, name: str, content: bytes, kind: str) -> None:
        found[name] = (content, kind)

    monkeypatch.setattr(Page, "download", keep)
    return found


def _shown(**choice: Any) -> Small:
    shell = small(Choice(**choice))
    look(shell)
    return shell


def _press(shell: Small, words: str) -> None:
    (button,) = [one for one in below(shell.exports.root) if getattr(one, "description", "") == words]
    button.click()


def test_a_table_as_csv_reads_back_and_runs_no_formula(files: dict[str, tuple[bytes, str]]) -> None:
    shell = _shown(who="Bob", days=14)
    _press(shell, "Download CSV")
    content, kind = files["small-rows-2025-12-21.csv"]
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert read["who"].tolist() == ["Bob", "'=1+1"]
    assert read["days"].tolist() == [14, 0]
    assert read["as_of"].tolist() == ["2025-12-21"] * 2
    assert kind.startswith("text/csv")


def test_the_csv_is_of_what_is_shown_now(files: dict[str, tuple[bytes, str]]) -> None:
    shell = _shown()
    shell.change(who="Bob")
    _press(shell, "Download CSV")
    assert b"Bob" in files["small-rows-2025-12-21.csv"][0]
    assert b"Ada" not in files["small-rows-2025-12-21.csv"][0]


def test_the_table_chosen_stays_chosen(files: dict[str, tuple[bytes, str]]) -> None:
    shell = _shown()
    assert shell.last_view is not None
    tables = {"rows": pd.DataFrame({"a": [1]}), "other_rows": pd.DataFrame({"a": [2]})}
    view = replace(shell.last_view, tables=tables)
    shell.exports.show(view)
    assert [words for words, _ in shell.exports._which.options] == ["rows", "other rows"]
    shell.exports._which.value = "other_rows"
    shell.exports.show(view)
    _press(shell, "Download CSV")
    assert list(files) == ["small-other_rows-2025-12-21.csv"]


def test_a_report_is_made_when_it_is_asked_for(files: dict[str, tuple[bytes, str]]) -> None:
    shell = _shown(who="<Eve>", days=14)
    _press(shell, "This page (HTML)")
    content, kind = files["small-2025-12-21.html"]
    text = content.decode()
    assert "&lt;Eve&gt;: 14 days" in text
    assert "<Eve>" not in text
    assert kind.startswith("text/html")


def test_an_export_that_fails_says_so() -> None:
    shell = _shown()
    shell.exports._button("Broken", lambda: 1 / 0).click()  # type: ignore[arg-type, return-value]
    assert "Something went wrong" in shell.alerts.trouble.value


def test_a_view_without_tables_offers_none() -> None:
    shell = _shown()
    view = shell.last_view
    assert view is not None
    shell.exports.show(replace(view, tables={}))
    assert shell.exports._rows.layout.display == "none"
    shell.change(who="Bob")
    assert shell.exports._rows.layout.display is None


def test_code_is_shown_as_text() -> None:
    shell = _shown(who="<Eve>")
    assert "show(&#x27;&lt;Eve&gt;&#x27;, 7)" in shell.exports._code.value
    assert "<summary>Show code</summary>" in shell.exports._code.value


def test_a_still_page_runs_loads_and_sends_nothing() -> None:
    text = _shown(days=28).still().decode()
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert text.index("Ada: 28 days") < text.index("<svg></svg>")
    assert "A short period" not in text
    assert "<title>Small</title>" in text
    assert ".fd-dashboard {" in text
