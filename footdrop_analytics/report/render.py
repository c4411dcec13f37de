"""From facts to a page, and to a PDF: one Jinja environment, autoescape on, a few named filters.

Only four things bypass escaping, each made from our own files or by our own code: the style sheet, the scripts, the
still drawings, and the line on every printed page, whose texts are written as numbers of characters. Chart data goes
through ``tojson``, which writes ``<``, ``>``, ``&`` and separators of lines in a form that no parser of HTML or scripts
stumbles over. A PDF is made by an installed Chromium, Chrome or Edge: without a network, a profile, or a window.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unicodedata
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from footdrop_analytics.errors import InstallationError
from footdrop_analytics.figures.interactive import plotly_config
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.patient.attendance import (
    Sign,
    has_share,
    logged_words,
    not_due_words,
    quota_words,
    unseen_words,
    week_words,
)
from footdrop_analytics.patient.flags import by_happening
from footdrop_analytics.wording import language, words
from footdrop_analytics.wording.language import translated

PLOTLY_FILE = "plotly.min.js"
_LIBRARY = '<script id="chart-library"></script>'


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one template environment."""
    found = Environment(
        loader=PackageLoader("footdrop_analytics.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters |= {
        "by_happening": by_happening,
        "counted": words.counted,
        "day": words.day,
        "days": lambda pair: words.days(*pair),
        "has_share": has_share,
        "isolated": Markup("<bdi>{}</bdi>").format,
        "interval": lambda row: words.unbroken(words.interval(row["adherence_low"], row["adherence_high"])),
        "labelled": words.labelled,
        "mark": lambda mark: words.labelled(words.day(mark.day), mark.text),
        "not_due": not_due_words,
        "logged": logged_words,
        "number": words.number,
        "on_day": _calendar_cell,
        "on_every_page": on_every_page,
        "own_days": words.own_days,
        "percent": lambda share: words.unbroken(words.percent(share)),
        "severity": words.severity,
        "sessions": lambda row: words.sessions_of(row["credited"], row["due"]),
        "quota": quota_words,
        "unseen": unseen_words,
        "short_day": words.short_day,
        "spoken": words.spoken,
        "still": lambda chart: Markup(chart.still),
        "strong": Markup("<strong>{}</strong>").format,
        "week": week_words,
    }
    found.globals |= {"translated": _translated, "quantity": _quantity, "weekdays": words.weekdays}
    found.policies["json.dumps_kwargs"] = {"sort_keys": False, "separators": (",", ":"), "allow_nan": False}
    return found


def _translated(text: str, /, **values: object) -> Markup:
    """A text in the current language; values are escaped unless they are HTML already."""
    said = _escaped(language.translated(text))
    return said.format(**values) if values else said


def _quantity(one: str, many: str, count: float, /, **values: object) -> Markup:
    """The form of a text that fits a count, with the count in place of ``{count}``."""
    return _escaped(language.plural(one, many, count)).format(**{"count": words.number(count), **values})


@lru_cache(maxsize=4096)
def _escaped(text: str) -> Markup:
    return escape(text)


@language.kept_by_language()
def _calendar_cell(sign: Sign, day: date) -> Markup:
    """A day of the calendar strip: the same from patient to patient."""
    cell = Markup(
        '<td class="sign {}" title="{}: {}"><span aria-hidden="true">{}</span><span class="unseen">{}</span></td>'
    )
    return cell.format(sign.status, words.day(day), sign.word, sign.symbol, sign.word)


def page(template: str, facts: Any, charts: list[Chart], assets: str = "inline", **options: object) -> str:
    """A complete HTML page of a template, of facts, and of further values that the template asks for.

    ``charts`` are those that need the chart library, without any there is none; ``assets`` says whether it stands in
    the page (``inline``) or in ``plotly.min.js`` beside it (``shared``).
    """
    drawing = _packaged("report.js")
    inside = bool(charts) and assets == "inline"
    text = (
        environment()
        .get_template(template)
        .render(
            facts=facts,
            style=Markup(_packaged("style.css")),
            drawing=Markup(drawing),
            policy=_policy(drawing, bool(charts), assets),
            library_inside=inside,
            library_beside=PLOTLY_FILE if charts and assets == "shared" else None,
            config=plotly_config(),
            language=language.current(),
            **options,
        )
    )
    # Megabytes that every step of rendering would copy. A text from a file cannot hold the tag: its "<" is escaped.
    return text.replace(_LIBRARY, f"<script>{plotly_js()}</script>", 1) if inside else text


def _policy(drawing: str, has_charts: bool, assets: str) -> str:
    """What the browser may do for this page: run these scripts and no other, load nothing, send nothing."""
    scripts = [_hash(drawing)]
    if has_charts:
        scripts.append(_hash(plotly_js()) if assets == "inline" else f"file: {PLOTLY_FILE} 'self'")
    return (
        f"default-src 'none'; script-src {' '.join(scripts)}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@lru_cache(maxsize=1)
def plotly_js() -> str:
    """The chart library of the reports: plotly.js with dots, lines and bars, a quarter of the whole one's size."""
    found = files("footdrop_analytics.report").joinpath("library", "plotly-basic.min.js")
    return found.read_text(encoding="utf-8")


@lru_cache(maxsize=2)
def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(script.encode()).digest()).decode()}'"


@lru_cache(maxsize=8)
def _packaged(name: str) -> str:
    return files("footdrop_analytics.report").joinpath("templates", name).read_text(encoding="utf-8")


_LONGEST = 60
_SHOWN = 'font: 8.5pt system-ui, "Segoe UI", Roboto, Arial, sans-serif; color: #333'


def on_every_page(patient_id: str, title: str, when: str) -> Markup:
    """Style rules for the margins of a printed page; an id of any characters is text in them and nothing else."""
    # The browser counts {page} and {pages}.
    page = translated("page {page} of {pages}")
    parts = enumerate(re.split(r"\{(pages?)\}", f"{when} · {page}"))
    counting = " ".join(f"counter({one})" if at % 2 else _quoted(one) for at, one in parts if one)
    boxes = {"top-left": _quoted(patient_id), "top-center": _quoted(title), "top-right": counting}
    rules = " ".join(f"@{place} {{ content: {content}; {_SHOWN}; }}" for place, content in boxes.items())
    return Markup(f"\n@page {{ {rules} }}\n")


def _quoted(text: str) -> str:
    """A text as a CSS string in which no character can end the string, the rule or the style sheet.

    Invisible and turning characters are left out: a margin has no element that could keep them to themselves.
    """
    seen = "".join(one for one in text if not unicodedata.category(one).startswith("C"))
    shown = seen if len(seen) <= _LONGEST else f"{seen[: _LONGEST - 1]}…"
    return '"' + "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in shown) + '"'


BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
"""The names under which such browsers are found on the PATH, in the order in which they are tried."""
TIMEOUT_S = 60.0
Paper = Literal["A4", "Letter"]
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    # No name is looked up, and what names no host goes to a port at which nothing answers.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--no-pdf-header-footer",
)
_INSTEAD = "Open the report in a browser and print it to a PDF there."


def find_browser() -> Path:
    """The first such browser on the PATH."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found and Path(found).is_absolute():  # Windows looks into the current folder first, a study's perhaps
            return Path(found)
    raise InstallationError(
        "No Chromium, Chrome or Edge is on the PATH, which making a PDF needs. Install one, or open the report in any "
        "browser and print it to a PDF there."
    )


def pdf_of(page: str, browser: Path, paper: Paper = "A4", timeout_s: float = TIMEOUT_S) -> bytes:
    """A page of ours as a PDF file."""
    with tempfile.TemporaryDirectory(prefix="footdrop-", ignore_cleanup_errors=True) as folder:
        source, made = Path(folder, "report.html"), Path(folder, "report.pdf")
        sized = page.replace("</head>", f"<style>@page {{ size: {paper}; }}</style></head>", 1)
        source.write_text(sized, encoding="utf-8")
        # Chromium's sandbox does not work for root; the page is ours, and its policy lets no foreign script run.
        as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        _run([str(browser), *_OPTIONS, *as_root, f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}",
              source.as_uri()], timeout_s)  # fmt: skip
        content = made.read_bytes() if made.is_file() else b""
    if not _is_of(content, page):
        raise InstallationError(f"{browser.name} made no PDF within {timeout_s:g} seconds. {_INSTEAD}")
    return content


def take_away(made: Path, page: str) -> None:
    """Remove the PDF of an earlier version of a page, which would stand beside the new one; another PDF stays."""
    if made.is_file() and _is_of(made.read_bytes(), page):
        made.unlink()


def _run(command: list[str], timeout_s: float) -> None:
    """Run to the end, or stop it with everything that it started."""
    nowhere = subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    except OSError:
        return
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()


def _is_of(content: bytes, page: str) -> bool:
    """Whether it is a PDF with the title of the page: a browser that may not open a file prints its own page."""
    title = re.search(r"<title>(\w+ \w+)", page)
    if not content.startswith(b"%PDF") or title is None:
        return False
    utf16 = title[1].encode("utf-16-be")
    written = (title[1].encode("utf-8"), utf16, utf16.hex().encode(), utf16.hex().upper().encode())
    return any(one in content for one in written)
