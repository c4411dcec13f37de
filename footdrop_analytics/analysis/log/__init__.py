"""The coded log: a study up to its last day as whole numbers, and the first facts taken from it.

``coded_log``          patients, series and days as codes; which row is an entry of which series, in which session.
                       Entries are sorted by series and session; ``inferred`` rows and rows after the last day are not
                       among them.
``entries``            the columns of entries, the last days, the series to which a row of a side or both belongs, and
                       on which days something was written that could not be read.
``segments``           prescription versions: when each is active, paused or not observed; segments are the days of a
                       series with one thing asked, and how many sessions are due.
``day_values``         what was done on a day: its best set and dose, its pain and effort.
``daily_performance``  the same put together, with the runs of one target and difficulty and the rows as prescribed;
                       days on which an exercise was tried, each row held against a version of the plan.
``clinical_events``    falls and other events, with what they hold and until when; what rejected and superseded rows
                       still say: a fall must not vanish with them.
``reviews``            what clinicians did about flags and events.
``arrays``             the few operations on sorted columns that everything else is made of.

One row of a log, from here on, is a position in these arrays; it gets its words back only at the end.
"""
