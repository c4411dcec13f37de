"""Names of report files, and the chart library beside them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from footdrop_analytics.wording.language import SOURCE

PLOTLY_FILE = "plotly.min.js"
_LONGEST_SLUG = 40
_HASH_DIGITS = 10
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def report_name(patient_id: str, audience: str = "clinician", language: str = SOURCE) -> str:
    """The file name of a patient's report."""
    return f"{patient_slug(patient_id)}{_kind(audience, language)}.html"


def index_name(audience: str, language: str) -> str:
    """The file name of the page that links the reports."""
    return f"index{_kind(audience, language)}.html"


def _kind(audience: str, language: str) -> str:
    """What tells versions and languages of a report apart: a folder may hold all of them."""
    parts = [audience if audience != "clinician" else "", language if language != SOURCE else ""]
    return "".join(f"-{part}" for part in parts if part)


def patient_slug(patient_id: str) -> str:
    """A part of file names for any id on any system: what is plain in the id, and a short hash that tells ids apart.

    The hash makes a name of ids that hold no letter, and keeps apart ids that differ only in case or punctuation.
    """
    plain = unicodedata.normalize("NFKD", patient_id).encode("ascii", "ignore").decode().lower()
    slug = _NOT_IN_SLUG.sub("-", plain)[:_LONGEST_SLUG].strip("-") or "patient"
    digest = sha256(patient_id.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    return f"{slug}-{digest}"


@lru_cache(maxsize=1)
def plotly_js() -> str:
    """The chart library of the reports: plotly.js with dots, lines and bars, a quarter of the whole one's size."""
    found = files("footdrop_analytics.report").joinpath("library", "plotly-basic.min.js")
    return found.read_text(encoding="utf-8")
