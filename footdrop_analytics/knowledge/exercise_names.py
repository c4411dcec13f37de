"""Which exercise a written name means: known by key, name, short name, plain name and other names, or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from footdrop_analytics.filled import Filled
from footdrop_analytics.knowledge.exercises import ExerciseCatalog
from footdrop_analytics.knowledge.names import load_names, two_way_exercises
from footdrop_analytics.model.names import as_people_read

EITHER = "{first} or {second}"
TWO_WAYS = "unknown exercise key; it can mean {movements}: write the one that is meant"
UNKNOWN_NEAR = "unknown exercise key; did you mean {key} ({name})?"
UNKNOWN = "unknown exercise key; expected one of {keys}"
_SURE_ENOUGH = 80
"""Of rapidfuzz's token_set_ratio: on 42 names of real logs 28 suggestions were right and none was wrong."""
_LONGEST_MODE = 4
"""Words that say who moves the foot, at most."""


class Named(NamedTuple):
    """An exercise by its key, and who moves the foot where its name says so."""

    key: str
    mode: str | None = None

    @property
    def text(self) -> str:
        """As an answer writes it: ``heel_raise``, ``ankle_dorsiflexion active``."""
        return f"{self.key} {self.mode}" if self.mode else self.key


@dataclass(frozen=True)
class ExerciseNames:
    """The names of a catalogue's exercises."""

    catalog: ExerciseCatalog
    meanings: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]] = field(repr=False)
    of_ways: Mapping[str, Named] = field(default_factory=dict, repr=False)

    def key_of(self, text: str) -> str | None:
        """The exercise that is meant in one way only, or None."""
        meant = self.meanings.get(_letters(text), ())
        return meant[0] if len(meant) == 1 else None

    def named(self, text: str) -> Named | None:
        """The exercise that is meant in one way only, with the mode that its name says, or None."""
        if found := self.of_ways.get(_letters(text)):
            return found
        modes, rest = _without_modes(text)
        key = self.key_of(text) or (self.key_of(rest) if rest else None)
        return Named(key, modes[0] if len(modes) == 1 else None) if key and len(modes) < 2 else None

    def two_ways(self, text: str) -> tuple[str, ...]:
        """The exercises that a name may mean if it can mean several, mode words aside, else none."""
        meant = self.meanings.get(_letters(text)) or self.meanings.get(_letters(_without_modes(text)[1]), ())
        return meant if len(meant) > 1 else ()

    def suggestion(self, text: str) -> str | None:
        """The exercise that an unknown name probably means; None rather than a wrong one."""
        from rapidfuzz import fuzz, process

        found = process.extract(
            _phrase(text), list(self.phrases), scorer=fuzz.token_set_ratio, score_cutoff=_SURE_ENOUGH
        )
        best = {key for name, score, _ in found if score == found[0][1] for key in self.phrases[name]}
        return best.pop() if len(best) == 1 else None

    def why_unknown(self, text: str) -> str:
        """Why a name is not read, and what to write instead."""
        if meant := self.two_ways(text):
            movements = [
                Filled.of(
                    "{key} ({movement})", {"key": key, "movement": Filled.of(self.catalog[key].movement.rstrip("."))}
                )
                for key in meant
            ]
            either = reduce(lambda first, second: Filled.of(EITHER, {"first": first, "second": second}), movements)
            return Filled.of(TWO_WAYS, {"movements": either})
        if hint := self.suggestion(text):
            return Filled.of(UNKNOWN_NEAR, {"key": hint, "name": Filled.of(self.catalog[hint].name)})
        return Filled.of(UNKNOWN, {"keys": ", ".join(self.catalog.keys)})


def exercise_names(catalog: ExerciseCatalog) -> ExerciseNames:
    """The names under which the exercises of a catalogue are known; keys go before names, names before two-way ones."""
    exercises = catalog.values()
    keys = {_letters(one.key): (one.key,) for one in exercises}
    meanings: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, tuple[str, ...]] = {}
    plain: dict[str, tuple[str, ...]] = {}
    for one in exercises:
        for name in (one.key, one.name, one.short_name, *one.other_names):
            for found, form in ((meanings, _letters(name)), (phrases, _phrase(name))):
                found[form] = tuple(dict.fromkeys((*found.get(form, ()), one.key)))
        # What the patient's sheet prints; its words alone are too common to suggest anything by.
        plain[_letters(one.plain_name)] = (*plain.get(_letters(one.plain_name), ()), one.key)
    for name, several in two_way_exercises().items():
        known = tuple(key for key in several if key in catalog)
        meanings.setdefault(_letters(name), known)
        phrases.setdefault(_phrase(name), known)
    of_ways = {
        _letters(name): Named(one.key, way.mode) for one in exercises for way in one.ways for name in way.other_names
    }
    return ExerciseNames(catalog, plain | meanings | keys, phrases, of_ways)


def mode_in(text: str) -> str | None:
    """Who moves the foot, if words of a text say it in one way: “pulled up by hand” is passive, “pulled up” nothing."""
    modes, _ = _without_modes(text)
    return modes[0] if len(modes) == 1 else None


def _without_modes(text: str) -> tuple[list[str], str]:
    """The modes that words of a text name, and the text without these words; the longest words count first."""
    known, words, modes = load_names().keys["mode"], as_people_read(text).split(), []
    for size in range(_LONGEST_MODE, 0, -1):
        for at in range(len(words) - size, -1, -1):
            if mode := known.get("".join(words[at : at + size])):
                modes.append(mode)
                del words[at : at + size]
    return list(dict.fromkeys(modes)), " ".join(words)


def _letters(text: str) -> str:
    """The words of a name without plurals, written together."""
    return "".join(_singular(word) for word in as_people_read(text).split())


def _phrase(text: str) -> str:
    """The words of a name without plurals."""
    return " ".join(_singular(word) for word in as_people_read(text.replace("/", " ")).split())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
