"""Every public function has an example in its docstring, and it runs."""

from __future__ import annotations

import doctest
import inspect
import sys

import footdrop_analytics as fd

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def test_the_example_of_every_public_function_runs() -> None:
    functions = [getattr(fd, name) for name in fd.__all__ if callable(getattr(fd, name))]
    functions = [one for one in functions if not inspect.isclass(one)]
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    said: list[str] = []
    for function in functions:
        globs = dict(vars(sys.modules[function.__module__]))
        examples = doctest.DocTestParser().get_doctest(
            inspect.getdoc(function) or "", globs, function.__name__, None, None
        )
        assert examples.examples, f"{function.__name__} has no example"
        runner.run(examples, out=said.append)
    assert not runner.failures, "".join(said)
    assert len(functions) > 15
