"""One patient's log as plain facts: what the panels, the chart and the tables show.

``facts`` gathers them from ``footdrop_analytics.patient``. ``log`` are the rows that count for each series,
``logwords`` says such rows; ``criteria`` and ``flag_rules`` show what is behind a state and a flag;
``limits`` says what the log cannot tell.
"""
