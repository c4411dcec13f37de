"""Adherence and persistence: what was due, what was done, and when somebody stopped.

``session_days`` counts, for each series and day, sessions due, logged, done, skipped and at a clinic. ``windows``
cuts a period into calendar weeks, programme weeks, rolling stretches or one piece. ``adherence`` sums one over the
other: the sessions counted towards the plan are the smaller of done and due in each week, so that a busy week does
not make up for an empty one. ``calendar`` says what each day was, and keeps the absences apart: not prescribed,
excused, log not handed in, written but not readable, not logged, logged as skipped. ``persistence`` looks at due days
without exercise: interruptions, lapse, and the day of stopping for a time-to-event analysis.

Sums are whole numbers of fourteenths of a session; a share is divided once, at the end.
"""
