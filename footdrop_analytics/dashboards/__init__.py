"""Dashboards for JupyterLab and Voilà: pure views of an analysis, and thin widgets that show them."""

from __future__ import annotations

import lazy_loader

from footdrop_analytics.errors import need_extra

# Scripts that only need a view should not load widgets: a name is imported when it is first used.
_attached, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    try:
        return _attached(name)
    except ModuleNotFoundError as error:
        need_extra("dashboards", str(error.name))
        raise
