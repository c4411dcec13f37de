"""Results are what they were: whoever changes one says so, and writes the golden file anew."""

from __future__ import annotations

import json

import pandas as pd

import footdrop_analytics as fd
from tests.golden.hashes import FILE, columns, current, differences


def test_results_and_reports_are_as_kept(demo: fd.Analysis, simulated: fd.Analysis) -> None:
    changed = differences(json.loads(FILE.read_text(encoding="utf-8")), current(demo, simulated))
    assert not changed, (
        "Results differ from tests/golden/golden.json:\n  "
        + "\n  ".join(changed)
        + "\nIf that is meant: say so under 'Changes of results' in CHANGELOG.md, then run  python -m tests.golden"
    )


def test_a_hash_is_of_values_not_of_types_and_sees_each_of_them() -> None:
    table = pd.DataFrame({"n": [1, 2], "x": [0.1 + 0.2, float("nan")], "word": ["a", "b"]})
    alike = pd.DataFrame(
        {"n": pd.array([1, 2], dtype="Int64"), "x": [0.3, None], "word": pd.Categorical(["a", "b"], ["b", "a"])}
    )
    assert columns(table) == columns(alike)
    other = pd.DataFrame({"n": [1, 3], "x": [0.300001, float("nan")], "word": ["b", "a"]})
    kept, found = {"study": {"table": columns(table)}}, {"study": {"table": columns(other)}}
    assert differences(kept, found) == ["study, table: n, x, word"]
    assert differences(kept, {"study": {}}) == ["study, table: (rows) (gone), n (gone), x (gone), word (gone)"]
