"""The outcome measures: direction, plausible values, and published error and relevance by population and baseline."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from footdrop_analytics.errors import path_of
from footdrop_analytics.knowledge import forms
from footdrop_analytics.knowledge.yaml_files import PACKAGED
from footdrop_analytics.model.vocabulary import AETIOLOGIES, BETTER

LIMBS = ("affected", "other")
MDC_OF_SEM = 1.96 * math.sqrt(2)
"""The smallest change beyond error (95 %) of one person, in standard errors of measurement."""
_ROUNDING = 0.02
"""Published figures are rounded: the MDC may differ so much from that of its SEM."""

_Value = Annotated[float, forms.within(-1e6, 1e6)]
_Size = Annotated[float, forms.within(0, 1e6)]


class Band(forms.Form):
    """Values between two ends, each inside or outside the band; an open one holds everything that is known."""

    at_least: _Value | None = None
    above: _Value | None = None
    at_most: _Value | None = None
    below: _Value | None = None


class Figure(forms.Sourced):
    """Error (``sem``, ``mdc``) and relevance (``mcid``) in one population; with ``share`` as shares of the first value.

    ``baseline`` limits the first value, ``months`` the time since onset; None where the figure does not say.
    """

    population: forms.Text = forms.NEEDED
    aetiologies: Annotated[tuple[Annotated[str, forms.one_of(AETIOLOGIES)], ...], Field(strict=False, min_length=1)] = (
        forms.NEEDED
    )
    baseline: Band | None = None
    months: Band | None = None
    limb: Annotated[str, forms.one_of(LIMBS)] | None = None
    share: bool = False
    sem: _Size | None = None
    mdc: _Size | None = None
    mcid: _Size | None = None

    @field_validator("mdc")
    @classmethod
    def _that_of_its_sem(cls, value: float | None, info: ValidationInfo) -> float | None:
        sem = info.data.get("sem")
        if sem is not None and value is not None and abs(value / MDC_OF_SEM - sem) > _ROUNDING * sem:
            raise forms.expected(f"SEM × 1.96 × √2 = {sem * MDC_OF_SEM:.3g} (figures of two sources are never mixed)")
        return value

    @field_validator("mcid")
    @classmethod
    def _one_of_both(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is None and info.data.get("mdc", 0) is None:
            raise forms.expected("a number, or an mdc")
        return value


class Measure(forms.Form):
    """One outcome measure; it may be called by its key, ``name`` and ``other_names``."""

    key: str = forms.OWN_NAME
    name: forms.Text = forms.NEEDED
    other_names: forms.Texts = ()
    unit: forms.Text = forms.NEEDED
    other_units: forms.Texts = ()
    better: Annotated[str, forms.one_of(BETTER)] = forms.NEEDED
    plausible: Annotated[tuple[_Value, _Value], Field(strict=False)] = forms.NEEDED
    figures: Annotated[tuple[Figure, ...], Field(strict=False)] = ()

    @field_validator("plausible")
    @classmethod
    def _rising(cls, value: tuple[float, float]) -> tuple[float, float]:
        if value[0] >= value[1]:
            raise forms.expected("the lowest and the highest value")
        return value

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be called."""
        return (self.key, self.name, *self.other_names)

    @property
    def units(self) -> tuple[str, ...]:
        """All that its unit may be called."""
        return (self.unit, *self.other_units)


class _File(forms.Form):
    measures_version: forms.Text = forms.NEEDED
    measures: Mapping[str, Measure] = {}


def unit_as_people_read(text: str) -> str:
    """A unit in the form in which units are compared: letter case and blanks aside."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True)
class OutcomeMeasures:
    """Every measure by its key."""

    version: str
    measures: Mapping[str, Measure]


def load_outcome_measures(path: str | Path | None = None) -> OutcomeMeasures:
    """The outcome measures, with those of ``path`` (same form as ``outcome_measures.yaml``) laid over the package's.

    Raises
    ------
    KnowledgeError
        If the file breaks the form, or an MDC is not that of its SEM (SEM × 1.96 × √2); the message names file, entry,
        field and what was expected.

    Examples
    --------
    >>> load_outcome_measures().measures["berg"].figures[0].mdc
    6.7
    """
    return _packaged() if path is None else _build(path_of(path, "path"))


def _build(path: Path | None) -> OutcomeMeasures:
    packaged = PACKAGED / "outcome_measures.yaml"
    form = forms.load_form(_File, packaged, path, version="measures_version", parts=["measures"])
    return OutcomeMeasures(form.measures_version, form.measures)


_packaged = cache(partial(_build, None))
