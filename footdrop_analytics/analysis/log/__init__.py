"""The coded log: a study up to its last day as whole numbers, and the first facts taken from it.

``coded_log``   patients, series and days as codes; which row is an entry of which series, in which session. Entries
                are sorted by series and session; ``inferred`` rows and rows after the last day (``cut_off``) are not
                among them. ``entries`` are its columns, ``sides`` says to which series a row of one or both sides
                belongs, ``unread_days`` on which days something was written that could not be read.
``plan``        prescription versions: when each is active, paused or not observed; ``segments`` are the days of a
                series with one thing asked, and how many sessions are due.
``days``        what was done on a day: its best set, dose and difficulty, its pain and effort, and the runs of one
                target and difficulty.
``events``      falls and other events, with what they hold and until when; what clinicians did about them; and what
                rejected, superseded and doubtful rows still say.
``arrays``, ``rows``
                the few operations on sorted columns that everything else is made of.

One row of a log, from here on, is a position in these arrays; it gets its words back only at the end.
"""
