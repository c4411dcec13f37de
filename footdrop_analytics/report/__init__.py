"""Progress reports: one HTML file per patient that opens offline, for the clinician or for the patient.

``write_report`` writes one file, ``write_reports`` one per patient and an index (``writing``). The facts come from
``patient``; ``clinician`` and ``patient_letter`` choose which of them a page shows, and ``render`` fills the
templates, in which everything from a file is escaped. The clinician's page opens with the visit sheet; the rest is an
appendix that prints if ticked. Its charts are still drawings with the values as a table beside them, so a page reads
without scripts; it can be clicked as well. A page keeps its data (``kept``), and a later one says what changed.

The patient's version only describes: no criteria, no limits, no praise above plan, an exercise as a ``drawing``, and
the clinic's contact line. A page loads nothing and sends nothing. A file is written whole or not at all, and the same
input gives the same bytes.
"""

from __future__ import annotations

from footdrop_analytics.report.writing import write_report, write_reports

__all__ = ["write_report", "write_reports"]
