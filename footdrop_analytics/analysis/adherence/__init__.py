"""Adherence and persistence: what was due, what was done, and when somebody stopped.

``calendar`` counts, for each series and day, sessions due, logged, done, skipped and at a clinic; of each patient's day
it says what it was, and keeps the absences apart: not prescribed, excused, log not handed in, written but not readable,
not logged, logged as skipped. ``period`` says from which day to which, and cuts that into calendar weeks, programme
weeks, rolling stretches or one piece. ``adherence`` sums one over the other: the sessions counted towards the plan are
the smaller of done and due in each week, so that a busy week does not make up for an empty one; ``interval`` says how
sure that is. ``persistence`` looks at due days without exercise: interruptions, lapse, and the day of stopping for a
time-to-event analysis.

Sums are whole numbers of fourteenths of a session; a share is divided once, at the end.
"""
