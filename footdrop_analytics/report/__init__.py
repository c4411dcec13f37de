"""Progress reports: one HTML file per patient that opens offline, for the clinician or for the patient."""

from __future__ import annotations

from footdrop_analytics.report.writing import write_report, write_reports

__all__ = ["write_report", "write_reports"]
