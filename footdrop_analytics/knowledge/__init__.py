"""Clinical knowledge kept as data: exercises, readiness rules, review flags, outcome measures and definitions.

A threshold, a name or an explanation is never code. Each is an entry of a YAML file that a clinician can read, with
its source and an honest ``source_kind`` (published, guideline, expert, placeholder). A study or a caller may lay a
file of the same form over the package's: what it leaves out stays as it is, so that no criterion disappears by being
left out.

``yaml_files``  plain data from a file: no key twice, no reference, no tag, not too large, not too deep.
``forms``       the types of fields, as pydantic models. Everything wrong in a file is reported at once: file, entry,
                field, what was expected, what was found, and what may have been meant.
``exercises``   the ten exercises, and a study's own: a name and a unit are enough.
``rules``       the readiness criteria with their limits. The text of a rule holds its limits in braces, so that what
                is said and what is computed cannot differ.
``flag_rules``  which events hold an exercise, when a log asks to be looked at, and when a silence is named.
``outcome_measures``
                error and relevance of clinical measures, by population and baseline. ``definitions`` what every
                number, state and column means, for a clinician and for a statistician: reports, dashboards and
                documentation take their words from there.
``names``       what people write and what it is read as: tables, columns, keys, amounts, exercises.

To change a threshold: edit the YAML. To add an exercise: one entry. To add a criterion: an entry here, and its
computation in ``analysis/readiness``.
"""

from __future__ import annotations

from footdrop_analytics.knowledge.definitions import (
    Definition,
    ResultColumn,
    definitions_of_one,
    load_definitions,
    result_column,
)
from footdrop_analytics.knowledge.exercises import Dose, Exercise, ExerciseCatalog, Steps, load_exercises
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
