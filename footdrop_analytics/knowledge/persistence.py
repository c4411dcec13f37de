"""When a silence is reported: lapse, interruption and discontinuation, each with its source."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from pydantic import ValidationInfo, field_validator

from footdrop_analytics.knowledge.forms import NEEDED, Form, Sourced, Text, filled, load_form, whole_within
from footdrop_analytics.knowledge.yaml_files import PACKAGED


class _Silence(Sourced):
    text: Text = NEEDED


class Lapse(_Silence):
    """No exercise lately: both limits must be reached, while a prescription is active."""

    due_days: Annotated[int, whole_within(1, 366)] = NEEDED
    missed: Annotated[int, whole_within(1, 366)] = NEEDED


class Interruption(_Silence):
    """A gap with so many exercise days missed."""

    missed: Annotated[int, whole_within(1, 366)] = NEEDED


class Discontinuation(_Silence):
    """A gap of so many due days."""

    due_days: Annotated[int, whole_within(1, 366)] = NEEDED


class Silences(Form):
    """Gaps are counted in due days; what they miss in exercise days."""

    persistence_version: Text = NEEDED
    lapse: Lapse = NEEDED
    interruption: Interruption = NEEDED
    discontinuation: Discontinuation = NEEDED

    @property
    def numbers(self) -> dict[str, int]:
        """The limits by the names that texts of other files give them."""
        return {
            "lapse_due_days": self.lapse.due_days,
            "lapse_missed": self.lapse.missed,
            "interruption_missed": self.interruption.missed,
            "discontinuation_due_days": self.discontinuation.due_days,
        }

    @field_validator("lapse", "interruption", "discontinuation")
    @classmethod
    def _said_with_its_numbers(cls, value: _Silence, _info: ValidationInfo) -> _Silence:
        numbers = {name: getattr(value, name) for name in ("due_days", "missed") if hasattr(value, name)}
        return value.model_copy(update={"text": filled(value.text, numbers)})


@lru_cache(maxsize=1)
def load_silences() -> Silences:
    """The limits of the package.

    Examples
    --------
    >>> load_silences().discontinuation.text
    '28 due days of silence.'
    """
    return load_form(Silences, PACKAGED / "persistence.yaml")
