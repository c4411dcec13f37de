"""Synthetic studies: any number of patients with known truth, and the demo.

``simulate`` (``generator``) draws people (``cohort``), their programmes (``programme``), what they do and
write down (``logs``), and the events, visits and measurements around it (``records``). What it knows and a real log
never tells is kept in ``study.truth``, so that methods can be held against it. ``demo`` writes the demo study from
told stories. Everything is labelled synthetic, and the same seed gives the same bytes.
"""
