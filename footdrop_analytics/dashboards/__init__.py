"""Dashboards for JupyterLab and Voilà: pure views of an analysis, and thin widgets that show them.

A dashboard is a frozen *settings* object, a pure function ``view(analysis, settings)`` and a shell. The view holds
everything that is shown as plain values: fragments of HTML, charts, tables, and the lines of Python that make it
again; a researcher can call it without a browser. The shell turns a change of a control into new settings and assigns
the new view to widgets, so that a dashboard that was changed equals one that was made anew.

``caseload``, ``patient`` and ``cohort`` are the three dashboards; ``start_page`` and ``import_page`` come before them.
``shell`` is what they share in the browser: the page that keeps patients out of saved notebooks, charts, alerts and
exports. ``study_head`` is what they say of a whole study. ``loading`` reads and analyses behind a bar, ``kept`` keeps
the analysis for all pages. ``offers`` says what can be recorded about a patient, ``desk`` saves it. The dashboards need
the extra ``[dashboards]``; without it this package says so in one sentence.
"""

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
