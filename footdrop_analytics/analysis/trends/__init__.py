"""Trends: the line through the values of a series, what may be said of it, and the history of its runs.

A *run* is a stretch of days with one difficulty and one target. Its daily values (``run_values``; those that lie far
from the others are set aside) go through one line by generalised least squares with correlated errors (``gls``),
averaged over how strong the correlation may be (``estimates``), because too little data are there to know it. Where
logging stops at the target the line is a censored one (``censored``); a decline that begins late has its own test.

``verdicts`` turns estimates into one word: rising, declining, at_target, steady, cannot_tell or not_applicable. It is
strict, because many series are looked at every week; its reasons are codes that say what weakens the verdict.
``trends`` puts both into tables, and hands out the values themselves; ``history`` lists all runs of a series, the way
through the programme. What later results need of all this, and of the floors below, is worked out once in ``prepared``.
"""
