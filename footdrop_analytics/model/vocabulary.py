"""The words that tables, knowledge files and results share, each list once and in the order of the contract.

A key column stores the place of a word in its list, so the order is part of the meaning where it says so (most help
first, most urgent first). Code compares by name (``MODES.index("active")``, ``entries.holds("status", "done")``), never
by the number. What a word is called on a page is the business of ``wording``.
"""

from __future__ import annotations

from typing import Literal, get_args

# The log
SIDES = ("left", "right", "both")
DAYPARTS = ("am", "noon", "pm")
STATUSES = ("done", "skipped")
SKIP_REASONS = ("pain", "fatigue", "unwell", "afraid", "told_to_stop", "no_time", "forgot", "equipment", "other")
HEALTH_SKIP_REASONS = SKIP_REASONS[:5]
SOURCES = ("diary", "app", "sensor", "clinic", "inferred")

# How an exercise is done
UNITS = ("reps", "seconds")
MODES = ("passive", "assisted", "active", "resisted")
"""From most to least help."""
HELPED_MODES = MODES[:2]
"""Somebody or something else moves the foot: repetitions measure the helper."""
OWN_MODES = MODES[2:]
"""The patient moves the foot."""
POSITIONS = ("lying", "seated", "standing")
"""From most to least help."""
SUPPORTS = ("two_hands", "one_hand", "fingertip", "none")
"""Standing, from most to least help."""
ORTHOSES = ("none", "afo", "fes")
RANKED_FIELDS = ("mode", "position", "support")
"""Key fields whose words are ordered from most to least help."""
KEY_FIELDS = (*RANKED_FIELDS, "orthosis")
"""The fields of the difficulty that hold one of a few words."""
DIFFICULTY_FIELDS = (*RANKED_FIELDS, "load_kg", "resistance", "orthosis")
"""The six fields that make up the difficulty of a prescription, in the contract's order."""

# The patient and what happens
AETIOLOGIES = ("stroke", "peroneal_neuropathy", "l5_radiculopathy", "ms", "cmt", "sci", "tbi", "cp", "als", "other")
YES_NO = ("yes", "no")
EVENT_KINDS = (
    *("fall", "near_fall", "dizziness", "skin", "chest_pain", "breathlessness", "calf_swelling", "new_weakness"),
    *("numbness", "bladder_bowel", "speech_face_vision", "seizure", "hospital", "spasm", "other"),
)
DECISIONS = ("keep", "harder", "easier", "stop", "refer")
REVIEW_DECISIONS = ("seen", *DECISIONS)
REVIEW_SUBJECTS = ("flag", "readiness", "log")

# What the analyses say
Measure = Literal["primary", "reps", "hold", "dose", "effort", "pain"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
"""What a trend may be taken of."""
VERDICTS = ("not_applicable", "cannot_tell", "rising", "declining", "at_target", "steady")
STATES = (
    *("paused", "hold_event", "check_decline", "below_target"),
    *("not_enough_data", "criteria_not_met", "clinician_check", "criteria_met"),
)
"""The first that holds; ``not_enough_data`` is looked at a second time after the criteria."""
OUTCOME_VERDICTS = ("within_error", "beyond_error", "beyond_mcid", "cannot_tell")
BETTER = ("higher", "lower")
"""Which way an outcome measure is better."""
TREND_REASONS = (
    *("done_with_help", "few_days", "load_varied", "few_days_for_a_test", "within_day_to_day_variation"),
    *("gap_over_14_days", "stops_at_target", "few_days_below_target", "one_value_far", "implausible_value"),
)
"""What weakens what is said of a trend."""
Over = Literal["run", "difficulty", "all"]
SEVERITIES = ("red", "amber", "note")
"""Most urgent first."""
HOLDS = ("all", "standing", "none")
"""Which exercises an open event holds."""

REPORTS = ("events", "checkins")
"""The tables in which people report what happened."""

# Where a threshold comes from
SOURCE_KINDS = ("published", "guideline", "expert", "placeholder")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
