"""The words that tables, knowledge files and results share, each list in the order of the contract."""

from __future__ import annotations

MODES = ("passive", "assisted", "active", "resisted")
"""From most to least help."""
POSITIONS = ("lying", "seated", "standing")
"""From most to least help."""
SUPPORTS = ("two_hands", "one_hand", "fingertip", "none")
"""Standing, from most to least help."""
ORTHOSES = ("none", "afo", "fes")
UNITS = ("reps", "seconds")
AETIOLOGIES = ("stroke", "peroneal_neuropathy", "l5_radiculopathy", "ms", "cmt", "sci", "tbi", "cp", "als", "other")
EVENT_KINDS = (
    "fall",
    "near_fall",
    "dizziness",
    "skin",
    "chest_pain",
    "breathlessness",
    "calf_swelling",
    "new_weakness",
    "numbness",
    "bladder_bowel",
    "speech_face_vision",
    "seizure",
    "hospital",
    "spasm",
    "other",
)
SKIP_REASONS = ("pain", "fatigue", "unwell", "afraid", "told_to_stop", "no_time", "forgot", "equipment", "other")
HEALTH_SKIP_REASONS = SKIP_REASONS[:5]
SEVERITIES = ("red", "amber", "note")
SOURCE_KINDS = ("published", "guideline", "expert", "placeholder")
