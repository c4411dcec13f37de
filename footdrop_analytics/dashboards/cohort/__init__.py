"""The cohort dashboard, for researchers and team leads: groups of patients side by side, described and not judged.

The numbers are those of ``footdrop_analytics.analysis.cohort``. ``parts`` makes of each its HTML, charts and tables,
with ``charts``, ``persistence_chart`` and ``words`` for the sentences. ``view`` is the pure function, ``shell`` the
page in the browser.
"""
