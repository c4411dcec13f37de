"""Every key stands once: in ``model/vocabulary.py``."""

from __future__ import annotations

import ast
from itertools import combinations

from footdrop_analytics.model import vocabulary
from tests.project._tree import PACKAGE, files, name, parsed

LISTS = {one: words for one, words in vars(vocabulary).items() if one.isupper()}


def _written_out(node: ast.AST) -> frozenset[str]:
    """The words of a tuple, list or set literal of words alone; none of anything else."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        words = [part.value for part in node.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if len(words) == len(node.elts):
            return frozenset(words)
    return frozenset()


def test_no_other_module_writes_a_list_of_the_vocabulary_out() -> None:
    full = {frozenset(words): one for one, words in LISTS.items()}
    copies = []
    for path in files(".py", under=PACKAGE):
        if path.name == "vocabulary.py":
            continue
        for node in ast.walk(parsed(path)):
            if (words := _written_out(node)) in full:
                copies.append(f"{name(path)}:{node.lineno}: {full[words]}")
    assert not copies


def test_the_lists_differ_and_repeat_nothing() -> None:
    assert len(LISTS) >= 20
    for one, words in LISTS.items():
        assert len(set(words)) == len(words) > 1, one
    for (one, words), (other, more) in combinations(LISTS.items(), 2):
        assert set(words) != set(more), (one, other)
