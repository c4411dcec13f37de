"""One test for many cases: it tries them all, and names every one that fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import pytest

Test = Callable[..., None]


def each(names: str, cases: Iterable[Any]) -> Callable[[Test], Test]:
    """As ``pytest.mark.parametrize``, but within one test: fixtures are made once. ``tmp_path`` is each case's own."""
    keys, given = names.replace(" ", "").split(","), list(cases)
    assert given, "no case"

    def of(test: Test) -> Test:
        asked = inspect.signature(test)

        @wraps(test)
        def tried(**fixtures: Any) -> None:
            failed = []
            for number, case in enumerate(given):
                values = dict(zip(keys, case if len(keys) > 1 else [case], strict=True))
                if "tmp_path" in fixtures:
                    values["tmp_path"] = fixtures["tmp_path"] / str(number)
                    values["tmp_path"].mkdir()
                try:
                    test(**fixtures | values)
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - each case is reported
                    error.add_note(f"The case: {values}")
                    failed.append(error)
            if failed:
                raise BaseExceptionGroup(f"{len(failed)} of {len(given)} cases fail", failed)

        rest = [one for name, one in asked.parameters.items() if name not in keys]
        tried.__signature__ = asked.replace(parameters=rest)  # type: ignore[attr-defined]
        return tried

    return of
