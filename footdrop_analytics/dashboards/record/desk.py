"""Where what is recorded on a page is kept, and the analysis that follows it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.kept import kept
from footdrop_analytics.dashboards.record.offers import Offer
from footdrop_analytics.model.study import Study
from footdrop_analytics.reading.added import AddError, add_row, added_stamps, folder_for_added, now, take_back
from footdrop_analytics.reading.sources.locate import ADDED
from footdrop_analytics.scale.analyse import analyse
from footdrop_analytics.scale.manifest import is_partitioned
from footdrop_analytics.scale.study import PartitionedStudy
from footdrop_analytics.wording.added import added_words
from footdrop_analytics.wording.language import marked, translated

READ_ONLY_VARIABLE = "FOOTDROP_READ_ONLY"
"""Set for those who may look and not record."""


@dataclass(frozen=True)
class Saved:
    """A row that was saved: its id (blank for one that takes another back), and what to say of it."""

    row_id: str
    words: str


@dataclass
class Desk:
    """The folder that rows are added to, and what reads the study again.

    Attributes
    ----------
    read : callable
        Reads the study as it is by then, with what others have added.
    folder : Path, optional
        The study's folder; None if nothing can be recorded.
    why_not : str
        Why nothing can be recorded, in English; blank if it can, or if nobody asked for it.
    watched : Path, optional
        The folder in which others may record something meanwhile.
    """

    read: Callable[[], Study | PartitionedStudy]
    folder: Path | None = None
    why_not: str = ""
    watched: Path | None = None

    def __post_init__(self) -> None:
        self._seen = self._stamps()

    @property
    def is_open(self) -> bool:
        """Whether rows can be recorded."""
        return self.folder is not None

    def record(self, study: Study, offer: Offer, told: Mapping[str, object]) -> Saved:
        """Append the row that a form was filled in to, or the one that takes a row back.

        Raises FootdropError if it cannot be such a row, or cannot be saved.
        """
        place, by = self._place(), str(told.get("by") or "")
        if offer.takes_back:
            take_back(place, offer.table, offer.takes_back, by, study.exercises)
            return Saved("", translated("Taken back."))
        cells: dict[str, object] = {**offer.cells(told)}
        cells |= {offer.stamped: now()} if offer.stamped else {}
        row_id = add_row(place, offer.table, cells, by, study.exercises, called=offer.called(cells))
        said = added_words(offer.table, {name: str(value) for name, value in cells.items()}, study.exercises)
        return Saved(row_id, translated("Saved in {file}: {row}.", file=f"{offer.table}{ADDED}.csv", row=said))

    @property
    def has_news(self) -> bool:
        """Whether somebody has recorded something since the study was last read."""
        return self._stamps() != self._seen

    def analysed(self, before: Analysis) -> Analysis:
        """The analysis of the study as it is now, by the same rules."""
        self._seen = self._stamps()

        def anew() -> Analysis:
            study = self.read()
            assert isinstance(study, Study), "in a study of parts nothing can be recorded"
            return analyse(study, rules=before.rules, flags=before.flag_rules)

        return kept(self.watched, anew)

    def _stamps(self) -> object:
        return None if self.watched is None else added_stamps(self.watched)

    def _place(self) -> Path:
        if self.folder is None:
            raise AddError(translated(self.why_not or marked("Nothing can be recorded here.")))
        return self.folder


def desk_of(read: Callable[[], Study | PartitionedStudy], path: Path | None) -> Desk:
    """The desk of a study that is read from ``path``; one without a path has no place for rows."""
    if path is None:
        return Desk(read, why_not=marked("This study is no folder, so that nothing can be recorded here."))
    if is_partitioned(path):
        of_parts = marked(
            "Nothing can be recorded in a study of parts. Open the folder that it was made from, record there, and run "
            "footdrop partition again: it takes up what is new."
        )
        return Desk(read, why_not=of_parts)
    watched = path if path.is_dir() else None
    if os.environ.get(READ_ONLY_VARIABLE):
        why_not = marked("Started with --read-only: nothing can be recorded here.")
        return Desk(read, why_not=why_not, watched=watched)
    try:
        return Desk(read, folder_for_added(path), watched=watched)
    except AddError as error:
        return Desk(read, why_not=str(error))
