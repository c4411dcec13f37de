"""The rows of the table without a widget: for the HTML file of what is shown."""

from __future__ import annotations

import json
import re

from footdrop_analytics.dashboards.caseload.columns import COLUMNS
from footdrop_analytics.dashboards.caseload.view import CaseloadView

# The one tag of a cell that only a widget can serve; a text from a file has no tags.
_BUTTON = re.compile(r"<button class=fd-open data-place=\d+>(.*?)</button>", re.DOTALL)


def still_table(view: CaseloadView) -> str:
    """The rows shown as an HTML table, in the order of the caseload."""
    heads = "".join(f'<th scope="col">{column.head}</th>' for column in COLUMNS)
    rows = "\n".join(_row([cell for cell, _ in cells]) for cells in json.loads(view.rows))
    return (
        '<div class="fd-patients wide" role="region" aria-label="Patients" tabindex="0">'
        f'<table class="dataTable"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(cells: list[str]) -> str:
    written = "".join(f'<td class="fd-{column.key}">{cell}</td>' for column, cell in zip(COLUMNS, cells, strict=True))
    plain = _BUTTON.sub(r"<b>\1</b>", written)
    return f"<tr>{plain}</tr>"
