"""Clinical knowledge kept as data: exercises, readiness rules, review flags and definitions, each with its source."""

from __future__ import annotations

from footdrop_analytics.knowledge.exercises import Dose, Exercise, ExerciseCatalog, Steps, load_exercises

__all__ = ["Dose", "Exercise", "ExerciseCatalog", "Steps", "load_exercises"]
