"""What people write and what it is read as: names of tables, columns, keys and exercises, and words beside numbers.

An exercise is known by key, name, short name, plain name and other names, or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import Annotated, NamedTuple

from footdrop_analytics.filled import Filled
from footdrop_analytics.knowledge.exercises import ExerciseCatalog
from footdrop_analytics.knowledge.forms import NEEDED, Form, Sourced, Text, Texts, keyed, load_form, within
from footdrop_analytics.knowledge.yaml_files import PACKAGED
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.names import as_people_read, joined

_EVERYWHERE = "everywhere"
_ALL_COLUMNS = tuple(dict.fromkeys(column for specs in COLUMNS.values() for column in specs))
_KEYS = {
    column: tuple(dict.fromkeys(key for specs in COLUMNS.values() if column in specs for key in specs[column].allowed))
    for column in _ALL_COLUMNS
    if any(column in specs and specs[column].allowed for specs in COLUMNS.values())
}
"""The keys that a column holds in any table."""
_NEAR_SHARE = 85
"""Of rapidfuzz's ratio: two names are near from here on."""
_NEAR_LETTERS = 4
"""Shorter names are near to everything."""


@dataclass(frozen=True)
class Names:
    """What people write to what it is read as; texts in the form of :func:`footdrop_analytics.model.names.joined`.

    ``written``: per table and column the further names as the file lists them, for the documentation. ``columns`` (per
    table) and ``keys`` (per column) have the contract's own names and the further ones, ``tables`` further names of
    tables. ``unsure``: per table the names meant for a column that are not read, with the column and why.
    ``told_within``: columns that are looked for inside longer headers too.
    """

    written: Mapping[str, Mapping[str, tuple[str, ...]]]
    tables: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    keys: Mapping[str, Mapping[str, str]]
    unsure: Mapping[str, Mapping[str, tuple[str, str]]]
    told_within: tuple[str, ...]

    def key_of(self, column: str, text: str) -> str | None:
        """The key that is meant in one way only, or None."""
        return self.keys.get(column, {}).get(joined(text))

    def why_unsure(self, table: str, header: str) -> str | None:
        """Why a header whose column can be guessed is not read, or None."""
        found = self.unsure[table].get(joined(header))
        return found[1] if found else None

    def near_column(self, table: str, header: str) -> str | None:
        """The column that a header which is not read may be meant to be; None rather than a wrong one."""
        asked = joined(header)
        if asked in self.unsure[table]:
            return self.unsure[table][asked][0]
        found = near(asked, self.columns[table])
        return None if found is None else self.columns[table][found]

    def column_within(self, table: str, header: str) -> str | None:
        """The column of :attr:`told_within` one of whose names stands in a longer header; of several the longest."""
        words = as_people_read(header).split()
        for size in range(len(words) - 1, 0, -1):
            for at in range(len(words) - size + 1):
                part = "".join(words[at : at + size])
                column = self.columns[table].get(part) or self.unsure[table].get(part, ("",))[0]
                if len(part) >= _NEAR_LETTERS and column in self.told_within:
                    return column
        return None


def near(asked: str, names: Iterable[str]) -> str | None:
    """The nearest of some names, both as :func:`joined`, if it is near enough to be a slip of the pen."""
    from rapidfuzz import fuzz, process

    long_enough = [name for name in names if len(name) >= _NEAR_LETTERS]
    found = process.extractOne(asked, long_enough, scorer=fuzz.ratio, score_cutoff=_NEAR_SHARE)
    return found[0] if found else None


class _Unsure(Form):
    names: Texts = NEEDED
    because: Text = NEEDED


class _File(Sourced):
    tables: Annotated[Mapping[str, Texts], keyed(COLUMNS)] = NEEDED
    columns: Annotated[Mapping[str, Mapping[str, Texts]], keyed((_EVERYWHERE, *COLUMNS))] = NEEDED
    unsure: Annotated[Mapping[str, _Unsure], keyed(_ALL_COLUMNS)] = NEEDED
    told_within: Texts = NEEDED
    keys: Annotated[Mapping[str, Mapping[str, Texts]], keyed(_KEYS)] = NEEDED
    exercises_two_ways: Mapping[str, Texts] = NEEDED


@lru_cache(maxsize=1)
def _file() -> _File:
    return load_form(_File, PACKAGED / "names.yaml")


@lru_cache(maxsize=1)
def load_names() -> Names:
    """The package's names."""
    file = _file()
    written = {table: _written(file, table) for table in COLUMNS}
    words = {column: file.keys.get(column, {}) for column in _KEYS}
    return Names(
        written=written,
        tables=_one_way({table: file.tables.get(table, ()) for table in COLUMNS}),
        columns={table: _one_way(written[table]) for table in COLUMNS},
        keys={column: _one_way({key: words[column].get(key, ()) for key in _KEYS[column]}) for column in _KEYS},
        unsure={
            table: {
                joined(name): (column, one.because)
                for column, one in file.unsure.items()
                if column in specs
                for name in one.names
            }
            for table, specs in COLUMNS.items()
        },
        told_within=file.told_within,
    )


def _written(file: _File, table: str) -> dict[str, tuple[str, ...]]:
    """The further names of a table's columns: those of ``everywhere`` too, unless the table uses them otherwise."""
    own, common = file.columns.get(table, {}), file.columns.get(_EVERYWHERE, {})
    names = {column: own.get(column, ()) for column in COLUMNS[table]}
    taken = {joined(name) for column, further in names.items() for name in (column, *further)}
    return {
        column: (*further, *(name for name in common.get(column, ()) if joined(name) not in taken))
        for column, further in names.items()
    }


def _one_way(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Each name, and each further name, to what it stands for; own names first: of equally near ones they are meant."""
    own = {joined(name): name for name in names}
    return own | {joined(one): name for name, further in names.items() for one in further}


_NUMBERS = {name for specs in COLUMNS.values() for name, spec in specs.items() if spec.kind in ("number", "whole")}
_Amount = Annotated[float, within(0, 1000)]


@dataclass(frozen=True)
class Amounts:
    """What may stand in one column of numbers; texts in the form of :func:`footdrop_analytics.model.names.joined`.

    ``units`` behind a number say by what it is multiplied, ``words`` are a number, ``two_ways`` may mean two things.
    """

    units: Mapping[str, float]
    words: Mapping[str, float]
    two_ways: Mapping[str, str]


class _AmountsFile(Sourced):
    units: Annotated[Mapping[str, Mapping[str, _Amount]], keyed(_NUMBERS)] = NEEDED
    words: Annotated[Mapping[str, Mapping[str, _Amount]], keyed(_NUMBERS)] = NEEDED
    two_ways: Annotated[Mapping[str, Mapping[str, Text]], keyed(_NUMBERS)] = NEEDED


@lru_cache(maxsize=1)
def load_amounts() -> Mapping[str, Amounts]:
    """The amounts of every column that has any."""
    file = load_form(_AmountsFile, PACKAGED / "amounts.yaml")
    return {
        column: Amounts(
            {joined(word): factor for word, factor in file.units.get(column, {}).items()},
            {joined(word): number for word, number in file.words.get(column, {}).items()},
            {joined(word): reason for word, reason in file.two_ways.get(column, {}).items()},
        )
        for column in dict.fromkeys([*file.units, *file.words, *file.two_ways])
    }


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
    for name, several in _file().exercises_two_ways.items():
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
