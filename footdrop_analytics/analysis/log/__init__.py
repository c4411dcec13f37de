"""The coded log: a study up to its last day as whole numbers, and the first facts taken from it.

``coded_log``   patients, series and days as codes; which row is an entry of which series, in which session. Entries
                are sorted by series and session; ``inferred`` rows and rows after the last day are not among them.
``sessions``    which rows make up one session (12 hours for a shared id, 60 minutes without one), and to which series
                a row of one or both sides belongs.
``plan``        prescription versions: when each is active, paused or not observed, and how many sessions are due.
``daily_performance``
                the day's best set, dose and difficulty, and the runs of one target and difficulty.
``ratings``, ``clinical_events``
                pain and effort of a day; falls and other events, with what they hold and until when.
``arrays``, ``rows``
                the few operations on sorted columns that everything else is made of.

One row of a log, from here on, is a position in these arrays; it gets its words back only at the end.
"""
