"""Everything that a dashboard shows, as plain values: made by a pure function, assigned to widgets as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from footdrop_analytics.figures import Chart


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """What one dashboard shows for one choice of settings.

    Attributes
    ----------
    panels : mapping
        HTML fragments by name, in the order shown; every value from a file is escaped.
    charts : mapping
        Charts by name; one that is absent has nothing to draw, and a panel says so in words.
    tables : mapping
        The rows behind what is shown, by name, for CSV files and for researchers.
    choices : mapping
        ``(label, value)`` of what can be chosen in controls that depend on the data, by the control's name.
    code : str
        The lines of Python that make this view again.
    about : str
        Whom or what it is about, for the names of files: plain letters, digits and hyphens.
    as_of : date
        The last day that counts.
    """

    panels: Mapping[str, str]
    charts: Mapping[str, Chart]
    tables: Mapping[str, pd.DataFrame]
    choices: Mapping[str, tuple[tuple[str, str], ...]]
    code: str
    about: str
    as_of: date
