"""Each test here runs in JupyterLab and in Voilà; what concerns one server stays in one process."""

from __future__ import annotations

import pytest

from tests.servers import Running

FRONT_ENDS = {"jupyterlab": "lab_server", "voila": "voila_server"}


@pytest.fixture(
    params=[pytest.param(fixture, id=name, marks=pytest.mark.xdist_group(name)) for name, fixture in FRONT_ENDS.items()]
)
def front_end(request: pytest.FixtureRequest) -> Running:
    """The server of one front end, on the demo study."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Running)
    return found
