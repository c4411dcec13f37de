"""The cohort dashboard, for researchers and team leads: groups of patients side by side, described and not judged.

The numbers are those of ``footdrop_analytics.analysis.cohort``. ``parts`` makes of each its HTML, charts and tables,
with ``words`` for the sentences; a chart has a module of its own and shares ``drawing`` with the others. ``view`` is
the pure function, ``code`` the lines that do it again, ``shell`` the page in the browser.
"""
