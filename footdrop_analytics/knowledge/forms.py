"""The forms of knowledge files: pydantic models, and their errors in our words.

A form names its fields with types from here. Everything wrong in a file is reported at once, one line each: file,
entry, field, what was expected, what was found, and what may have been meant.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    create_model,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from footdrop_analytics.errors import KnowledgeError
from footdrop_analytics.filled import Filled
from footdrop_analytics.knowledge.yaml_files import laid_over, read_yaml
from footdrop_analytics.model.vocabulary import SOURCE_KINDS

NEEDED: Any = None
"""The default of a field that must be given: the message then says what was expected."""
_OWN = " own name"
OWN_NAME: Any = Field(default="", alias=_OWN)
"""The default of the field that holds the name of an entry, which is no field of the file; :func:`named` fills it."""
_SHOWN = 20
_WORDS = {
    "string_type": "a text (numbers in quotes)",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
}
_NAMED = "named fields (name: value)"

_WHOLE = {
    *("days", "min_days", "max_days", "gap_days", "window_days", "due_days", "min_days_since_start", "min_rated_days"),
    *("near_fall_days", "rejected_days", "extra_reps", "forgiving_from", "may_miss", "count", "min_rated", "running"),
    *("last", "before", "min_before", "min_below", "shortest", "longest", "fields"),
}
"""The parameters that are whole numbers."""

Limits = Mapping[str, tuple[float, float]]
"""The lowest and the highest value of each parameter."""


class Form(BaseModel):
    """An entry of a knowledge file: frozen, strict about types, and without fields that nothing reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False)

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, value: Any, handler: Callable[[Any], Any]) -> Any:
        try:
            return handler(value)
        except ValidationError as error:
            raise ValidationError.from_exception_data(
                cls.__name__, [_worded(cls, one) for one in error.errors(include_url=False)]
            ) from error


def _worded(form: type[BaseModel], error: Any) -> InitErrorDetails:
    kind = error["type"]
    if kind == "extra_forbidden" and len(error["loc"]) == 1:
        known = sorted(name for name, field in form.model_fields.items() if field.alias is None)
        ours = _unknown(f"unknown field{near(error['loc'][0], known)}; expected {', '.join(known)}")
    elif kind in ("unknown", "expected"):
        ours = PydanticCustomError(kind, "{text}", {"text": error["msg"]})
    else:
        named = kind in ("model_type", "dict_type", "mapping_type")
        ours = expected(_NAMED if named else _WORDS.get(kind, error["msg"]))
    return InitErrorDetails(type=ours, loc=error["loc"], input=error["input"])


def _unknown(text: str) -> PydanticCustomError:
    return PydanticCustomError("unknown", "{text}", {"text": text})


def expected(what: str) -> PydanticCustomError:
    """The error of a value that is not what was expected."""
    return PydanticCustomError("expected", "{text}", {"text": what})


def near(value: object, choices: Collection[str]) -> str:
    """The choice that may have been meant, as a part of a message."""
    close = get_close_matches(str(value)[:100], list(choices), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _collapsed(value: str) -> str:
    if not value.strip():
        raise expected("a text (numbers in quotes)")
    return " ".join(value.split())


def _else(words: str) -> WrapValidator:
    """Whatever a check refuses, say what was expected."""

    def check(value: Any, handler: Callable[[Any], Any]) -> Any:
        try:
            return handler(value)
        except ValidationError as error:
            raise expected(words) from error

    return WrapValidator(check)


Line = Annotated[str, AfterValidator(lambda value: " ".join(value.split()))]
"""A text that may be blank."""
Text = Annotated[str, AfterValidator(_collapsed)]
"""A text that is not blank, its line breaks and double blanks as single ones."""
Texts = Annotated[tuple[Text, ...], Field(strict=False), _else("a list of texts")]


def passing(passes: Callable[[Any], object], words: str) -> AfterValidator:
    """A check of a value of the right type: ``Annotated[str, passing(str.isalpha, "letters alone")]``."""

    def check(value: Any) -> Any:
        if not passes(value):
            raise expected(words)
        return value

    return AfterValidator(check)


def one_of(choices: Collection[str]) -> BeforeValidator:
    """One of some words: ``Annotated[str, one_of(MODES)]``."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise expected(f"one of {', '.join(choices)}{near(value, choices)}")
        return value

    return BeforeValidator(check)


def _known_exercise(value: str, info: ValidationInfo) -> str:
    choices: Collection[str] | None = (info.context or {}).get("exercises")
    if choices is not None and value not in choices:
        raise expected(f"one of {', '.join(choices)}{near(value, choices)}")
    return value


ExerciseKey = Annotated[str, AfterValidator(_known_exercise)]
"""A key of the exercises in the context of the check."""


class Sourced(Form):
    """An entry that says where it comes from, and how good that is."""

    source: Text = NEEDED
    source_kind: Annotated[str, one_of(SOURCE_KINDS)] = NEEDED


def keyed(known: Collection[str], unless: str | None = None) -> WrapValidator:
    """A mapping whose keys are some words: ``Annotated[Mapping[str, Text], keyed(MODES)]``.

    An entry with the field ``unless`` may have any name.
    """

    def check(value: Any, handler: Callable[[Any], Any]) -> Any:
        if not isinstance(value, Mapping):
            return handler(value)
        free = [key for key, one in value.items() if isinstance(one, Mapping) and unless in one]
        unknown = [key for key in value if key not in known and key not in free]
        errors = [
            InitErrorDetails(
                type=_unknown(f"unknown entry{near(key, known)}; expected {', '.join(known)}"),
                loc=(key,),
                input=value[key],
            )
            for key in unknown
        ]
        try:
            result = handler({key: one for key, one in value.items() if key not in unknown})
        except ValidationError as error:
            errors += [_worded(Form, one) for one in error.errors(include_url=False)]
        if errors:
            raise ValidationError.from_exception_data("entries", errors)
        return result

    return WrapValidator(check)


def refused(field: str, what: str, value: object) -> ValidationError:
    """The error of one field inside the value that a validator looks at."""
    return ValidationError.from_exception_data(
        field, [InitErrorDetails(type=expected(what), loc=(field,), input=value)]
    )


def within(low: float, high: float) -> BeforeValidator:
    """A number between two limits, both allowed: ``Annotated[float, within(0, 10)]``."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise expected(f"a number from {low:g} to {high:g}")
        return float(value)

    return BeforeValidator(check)


def whole_within(low: int, high: int) -> BeforeValidator:
    """A whole number between two limits, both allowed: ``Annotated[int, whole_within(1, 366)]``; ``6.0`` is one."""
    inside = within(low, high).func

    def check(value: object) -> int:
        number: float = inside(value)  # type: ignore[call-arg]
        if not number.is_integer():
            raise expected(f"a whole number from {low:g} to {high:g}")
        return int(number)

    return BeforeValidator(check)


def as_left_out(field: str) -> BeforeValidator:
    """What is left out is as another field before it says."""
    return BeforeValidator(lambda value, info: info.data.get(field) if value is None else value)


def parameters(limits: Mapping[str, Limits], named_by: str) -> PlainValidator:
    """Every parameter that the limits name for the entry, inside its limits, and no other."""

    def check(value: object, info: ValidationInfo) -> dict[str, float]:
        name = info.data.get(named_by)
        if name is None:  # without it the limits are not known; that it is missing is reported already
            return {}
        return dict(_parameter_form(tuple(limits.get(name, {}).items())).model_validate(value))

    return PlainValidator(check)


@cache
def _parameter_form(limits: tuple[tuple[str, tuple[float, float]], ...]) -> type[Form]:
    fields: dict[str, Any] = {}
    for name, (low, high) in limits:
        number = Annotated[float, within(low, high), passing(float.is_integer, "a whole number")]
        fields[name] = (number if name in _WHOLE else Annotated[float, within(low, high)], NEEDED)
    form: type[Form] = create_model("Parameters", __base__=Form, **fields)
    return form


def filled(text: str, parameters: Mapping[str, float]) -> Filled:
    """A text with the parameters' values in place of their names in braces, so that text and limits cannot differ."""
    shown = {
        name: f"{100 * value:.3g} %" if name.endswith("share") else f"{value:g}" for name, value in parameters.items()
    }
    found = Filled.of(text, shown)
    if "{" in found:
        names = ", ".join(parameters) or "this entry has none"
        raise expected(f"a text whose braces name parameters ({names})")
    return found


def named(content: Mapping[str, Any], part: str) -> dict[str, Any]:
    """The content of a file whose entries of one ``part`` know the name that they have there (``OWN_NAME``)."""
    entries = content.get(part)
    if not isinstance(entries, Mapping):
        return dict(content)
    own = {name: {**one, _OWN: name} if isinstance(one, Mapping) else one for name, one in entries.items()}
    return {**content, part: own}


AnyForm = TypeVar("AnyForm", bound=Form)


def checked(form: type[AnyForm], content: object, file: str, **context: object) -> AnyForm:
    """The content of a file as a form."""
    try:
        return form.model_validate(content, context=context)
    except ValidationError as error:
        lines = list(dict.fromkeys(_line(file, one) for one in error.errors(include_url=False)))
    more = [f"… and {len(lines) - _SHOWN} more."] if len(lines) > _SHOWN else []
    raise KnowledgeError("\n".join([*lines[:_SHOWN], *more]))


def load_form(
    form: type[AnyForm],
    packaged: Path,
    path: Path | None = None,
    *,
    version: str = "",
    parts: Collection[str] = (),
    **context: object,
) -> AnyForm:
    """A packaged file as a form, with the file ``path`` laid over it; entries of ``parts`` know their own names.

    ``version`` is the field that names the version of what is laid over.
    """
    content = read_yaml(packaged) if path is None else laid_over(packaged, path, version)
    for part in parts:
        content = named(content, part)
    return checked(form, content, (path or packaged).name, **context)


_CONTAINERS = ("exercises", "rules", "settings", "events", "flags", "definitions", "measures")


def _line(file: str, error: Any) -> str:
    where = [str(part) for part in error["loc"]]
    # An entry is called by its own name; what lies above all entries is the file's top level.
    where = where[1:] if len(where) > 1 and where[0] in _CONTAINERS else ["top level", *where]
    text = error["msg"]
    if error["type"] == "expected":
        text = f"expected {text}, found {found(error['input'])}"
    return f"{file}, {', '.join(where)}: {text}."


def found(value: object) -> str:
    """A value as a message shows it: short, whatever it is."""
    if value is None:
        return "nothing"
    shown = _SHORT.repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60
