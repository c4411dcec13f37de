"""Knowledge files as plain data: safe YAML within limits, and one file laid over another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from footdrop_analytics.errors import KnowledgeError

PACKAGED = Path(__file__).parent
MAX_BYTES = 1_000_000
MAX_DEPTH = 20
"""A knowledge file is a few levels deep; the parser itself breaks down at some ten thousand."""


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds: plain data only, no key twice, within the limits of size and depth."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = _text(path)
    try:
        _check_events(path.name, yaml.parse(text, Loader=loader))
        content = yaml.load(text, Loader=_plain_loader(path.name, loader))  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        problem = getattr(error, "problem", None) or "the text is not valid YAML"
        raise KnowledgeError(f"{path.name}{line}: {problem}. Expected plain YAML with two spaces per level.") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise KnowledgeError(f"{path.name}: a value cannot be read ({error}). Expected plain YAML.") from error
    if not isinstance(content, dict):
        found = "nothing" if content is None else f"a {type(content).__name__}"
        raise KnowledgeError(f"{path.name}: expected named entries (name: value), found {found}.")
    return content


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise KnowledgeError(f"{path}: larger than {MAX_BYTES // 1000:,} kB, which no file of this kind is.")
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path}: cannot be read as a UTF-8 text file ({error}).") from error


def _check_events(file: str, events: Iterator[Any]) -> None:
    """Refuse what could grow without end (aliases), what is not plain (tags) and what is nested too deeply."""
    import yaml

    depth = 0
    for event in events:
        line = f"{file}, line {event.start_mark.line + 1}"
        if isinstance(event, yaml.AliasEvent):
            raise KnowledgeError(f"{line}: a reference (*{event.anchor}) is not possible here; write the value out.")
        if tag := getattr(event, "tag", None):
            raise KnowledgeError(f"{line}: a tag ({tag}) is not possible here; expected plain YAML.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise KnowledgeError(f"{line}: nested more than {MAX_DEPTH} levels deep; expected a few.")


def _plain_loader(file: str, loader: Any) -> Any:
    class Loader(loader):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[Any] = set()
            for key_node, _ in node.value:
                key = key_node.value
                if key in seen:
                    line = key_node.start_mark.line + 1
                    raise KnowledgeError(f"{file}, line {line}: {key!r} is given twice; keep one of them.")
                seen.add(key)
            return {str(key): value for key, value in super().construct_mapping(node, deep=deep).items()}

    return Loader


def laid_over(packaged: Path, path: Path, version: str) -> dict[str, Any]:
    """A packaged file with the entries of the file ``path`` laid over it.

    ``version`` is the field that names the version. It must be given; one that is kept though something was changed
    says so.
    """
    base, changes = read_yaml(packaged), read_yaml(path)
    whole = merged(base, changes)
    named = changes.get(version)
    # A version that is missing or no text is refused with all else that is wrong.
    whole[version] = f"{named}, changed" if whole != base and named == base[version] else named
    return whole


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with the fields of ``changes``, mappings merged level by level, everything else replaced."""
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result
