"""Clinical knowledge kept as data: exercises, readiness rules, review flags and definitions, each with its source."""

from __future__ import annotations

from footdrop_analytics.knowledge.catalog import Dose, Exercise, ExerciseCatalog, Steps
from footdrop_analytics.knowledge.definitions import (
    Definition,
    ResultColumn,
    definitions_of_one,
    load_definitions,
    result_column,
)
from footdrop_analytics.knowledge.exercises import load_exercises
from footdrop_analytics.knowledge.flag_rules import EventRule, FlagRule, FlagRules, chosen_flags, load_flag_rules
from footdrop_analytics.knowledge.outcome_measures import OutcomeMeasures, load_outcome_measures
from footdrop_analytics.knowledge.rules import ReadinessRules, Rule, Setting, chosen_rules, load_rules

__all__ = [
    "Definition",
    "Dose",
    "EventRule",
    "Exercise",
    "ExerciseCatalog",
    "FlagRule",
    "FlagRules",
    "OutcomeMeasures",
    "ReadinessRules",
    "ResultColumn",
    "Rule",
    "Setting",
    "Steps",
    "chosen_flags",
    "chosen_rules",
    "definitions_of_one",
    "load_definitions",
    "load_exercises",
    "load_flag_rules",
    "load_outcome_measures",
    "load_rules",
    "result_column",
]
