"""Reading and validating studies: nothing is lost, nothing is guessed."""

from __future__ import annotations

from footdrop_analytics.reading.read_study import read_study, study_from_tables

__all__ = ["read_study", "study_from_tables"]
