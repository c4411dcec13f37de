"""What is done to each column of a study before it is handed on; a column that stands nowhere here is left out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import pandas as pd

from footdrop_analytics.knowledge import ExerciseCatalog, load_exercises, load_flag_rules, load_outcome_measures
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import ASSUMED
from footdrop_analytics.model.names import as_people_read

CODED = {
    "session_id": "session",
    "resistance": "band",
    "site": "site",
    "arm": "arm",
    "clinician": "person",
    "prescriber": "person",
    "by": "person",
    "rater": "person",
    "aid": "aid",
    "measure": "measure",
    "unit": "unit",
    "rule_id": "rule",
    "kind": "kind",
    "sex": "sex",
}
"""Texts that group rows become numbered codes of one kind; every other free text is left out."""
KEPT_KINDS = ("key", "whole", "number", "weekdays")
MOVED_KINDS = ("date", "timestamp")
GROUPS = ("sex", "site", "arm", "clinician", "aetiology")
"""Columns of ``patients`` in which a rare value could say who somebody is."""
PEOPLE = tuple(column for column, kind in CODED.items() if kind == "person")
_SEXES = ("f", "m", "female", "male", "woman", "man", "w", "other", "diverse", "x")


def known_words(column: str) -> frozenset[str]:
    """Words of a coded column, as people read them, that everybody uses: they need no code."""
    match column:
        case "measure" | "unit":
            measures = load_outcome_measures().measures.values()
            named = (one.names if column == "measure" else one.units for one in measures)
            return frozenset(as_people_read(name) for names in named for name in names)
        case "rule_id":
            return frozenset(as_people_read(name) for name in load_flag_rules().flags)
        case "sex":
            return frozenset(_SEXES)
        case "prescriber":  # else an assumed plan would be handed on as a prescribed one
            return frozenset({as_people_read(ASSUMED)})
        case _:
            return frozenset()


def codes_for(texts: pd.Series, column: str, codes: dict[str, dict[str, str]]) -> pd.Series:
    """Texts as codes such as ``site 2``; ``codes`` (kind → text → code) grows by those that are new."""
    kind, known = CODED[column], known_words(column)
    given = codes.setdefault(kind, {})
    number_new([text for text in texts.dropna().unique() if as_people_read(text) not in known], f"{kind} ", given)
    return replaced(texts, given)


def own_exercises(catalog: ExerciseCatalog) -> list[str]:
    """The keys that the package does not have."""
    packaged = load_exercises()
    return [key for key in catalog.keys if key not in packaged]


def replaced(texts: pd.Series, given: Mapping[str, str]) -> pd.Series:
    """Texts with the codes of those that have one."""
    found: pd.Series = texts.astype(TEXT).map(lambda text: given.get(text, text), na_action="ignore").astype(TEXT)
    return found


def number_new(texts: list[str], begins: str, given: dict[str, str]) -> None:
    """Give each text that has none a numbered code."""
    new = [text for text in texts if text not in given]
    # Numbered by chance: the order of rows would say which of two came first.
    secrets.SystemRandom().shuffle(new)
    given.update({text: f"{begins}{number}" for number, text in enumerate(new, start=len(given) + 1)})


def without_rare(
    tables: Mapping[str, pd.DataFrame], min_cell: int
) -> tuple[dict[str, pd.DataFrame], Mapping[str, int]]:
    """The tables with values that fewer than ``min_cell`` patients share blank, and of how many patients each was.

    In ``patients`` these are the columns of :data:`GROUPS`; in all tables those that name a person, or a clinician with
    few patients would be seen again where the same one prescribed, measured or reviewed.
    """
    found, blanked = dict(tables), dict[str, int]()
    for table, frame in tables.items():
        for name in dict.fromkeys((*GROUPS, *PEOPLE)) if table == "patients" else PEOPLE:
            if name not in frame:
                continue
            values, whose = frame[name].astype(TEXT), frame["patient_id"]
            few = whose.groupby(values).transform("nunique") < min_cell
            rare = values.notna() & few
            if name in PEOPLE:  # "assumed" is nobody
                rare &= ~values.map(as_people_read, na_action="ignore").isin(list(known_words(name)))
            found[table] = found[table].assign(**{name: values.mask(rare)})
            blanked[name] = blanked.get(name, 0) + whose[rare].nunique()
    return found, {name: number for name, number in blanked.items() if number}
