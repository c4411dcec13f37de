"""The table of patients: itables' widget, given rows that are ready, so that ten thousand of them stay fluid."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import itables.widget
import pandas as pd
import traitlets
from markupsafe import escape

from footdrop_analytics.dashboards.caseload.columns import COLUMNS, definitions

PAGE = 10
_CAPTION = (
    "Most urgent first. Click a column title to sort; a third click brings back the most urgent. "
    "Click a row to open the patient below."
)
_PAGES = [10, 25, 50, 100]
_THEIRS = Path(itables.widget.__file__).parent / "static" / "widget.js"
_OURS = Path(__file__).with_name("table.js")

# Every cell is HTML that was escaped when it was made.
_OPTIONS: dict[str, Any] = {
    "allow_html": True,
    "maxBytes": 0,
    "maxRows": 0,
    "maxColumns": 0,
    "showIndex": False,
    "show_dtypes": False,
    "column_filters": False,
    "footer": False,
    "text_in_header_can_be_selected": False,
    "layout": {
        "topStart": None,
        "topEnd": None,
        "bottomStart": "info",
        "bottomEnd": "paging",
        "bottom2End": "pageLength",
    },
    "pageLength": PAGE,
    "lengthMenu": _PAGES,
    "autoWidth": False,
    "order": [],
    "classes": "display compact",
    "style": "width:100%",
    "language": {
        "info": "Patients _START_ to _END_ of _TOTAL_",
        "infoEmpty": "No patient",
        # Rows come after the heads; that nobody fits is said by a panel of its own.
        "emptyTable": "–",
        "lengthMenu": "_MENU_ patients on a page",
    },
}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


class PatientTable(itables.widget.ITable):
    """One row per patient, each with a button that opens the patient.

    ``ITable`` brings DataTables, its look and its options. Rows go past it: for 10,000 patients its ``update`` takes
    0.2 s to make text of the cells of a frame, which the rows of a view are already, and its script makes a new table
    each time, forgets the order that a person chose, and asks every row for its id, which takes longer with each
    update. Its own search is off (``table.js``): that of the dashboard is plain text over id, reason and clinician,
    and a second one with other rules would confuse.
    """

    _esm = f"const ITABLES = {json.dumps(_text(_THEIRS))};\n{_text(_OURS)}"  # type: ignore[assignment]
    packed = traitlets.Bytes(zlib.compress(b"[]")).tag(sync=True)
    """The rows of a view, compressed: 8 MB for 10,000 patients become 1 MB, which counts on the way from a server."""
    opened = traitlets.Int(-1).tag(sync=True)
    """The place in the whole caseload of the patient who is open; their row is marked."""

    def __init__(self) -> None:
        super().__init__(_no_patients(), caption=_CAPTION, columnDefs=_columns(), **_OPTIONS)
        self.add_class("fd-patients")

    def show(self, rows: str) -> None:
        """Show the rows of a view."""
        self.packed = zlib.compress(rows.encode("utf-8"), level=1)

    def on_open(self, callback: Callable[[Any], object]) -> None:
        """Call ``callback`` with a patient's place in the whole caseload when their row is clicked."""

        def heard(_table: PatientTable, content: Mapping[str, Any], _buffers: object) -> None:
            if "open" in content:
                callback(content["open"])

        self.on_msg(heard)

    def __repr__(self) -> str:
        return ""


def _no_patients() -> pd.DataFrame:
    """The heads of the columns over no rows; hovering a head shows what the column means."""
    plain = {
        column.key: " ".join(f"{one.name}: {one.plain}" for one in explained) for column, explained in definitions()
    }
    heads = [f'<span title="{escape(plain[column.key])}">{escape(column.head)}</span>' for column in COLUMNS]
    return pd.DataFrame(columns=heads, dtype=object)


def _columns() -> list[dict[str, Any]]:
    """A cell is a pair: what is shown, and the number that it is sorted by (see ``table.js`` for its type)."""
    return [
        {
            "targets": place,
            "render": {"_": "0", "sort": "1"},
            "type": "known-first",
            "orderSequence": ["desc", "asc", ""] if column.largest_first else ["asc", "desc", ""],
            "className": f"fd-{column.key}",
        }
        for place, column in enumerate(COLUMNS)
    ]
