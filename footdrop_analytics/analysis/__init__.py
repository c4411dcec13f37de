"""From a study to result tables: whole columns, no clock, no files, no screen.

The folders are floors; each may import only those before it (a test reads the imports).

``log``         the study as whole numbers: patients, series and days are codes, rows are entries of a series in a
                session. Counting is ``bincount``, sums run over stretches of equal keys, look-ups are searches in
                sorted keys.
``adherence``   what was due and what was done on each day, in windows of any kind, and persistence.
``trends``      the line through each series' days, what may be said of it, and the progression history.
``readiness``   the criteria for review, one by one, and the state of each series.
``flags``       when a log asks to be looked at, one file per kind of evidence.
``cohort``      the same results over many patients: how they are spread, counts, and how logs are kept.

Above the floors: ``outcomes`` (clinical measures against error and relevance), ``caseload`` (one row per patient) and
``analyse``, which runs them all once, with the ``choices`` it is given, and returns an ``Analysis``. ``wording`` says
whole columns in words. ``partitions`` cuts a large study into groups of patients that are worked on at the same time.
``backtest`` replays rules week by week, beside the ``decisions`` of clinicians.

Three rules hold everywhere. A patient's results depend on that patient's rows alone. There is no Python loop over
patients, series or rows, so ten million rows take seconds. Counts are summed as whole numbers (sessions in
fourteenths, because days per week come in halves) and divided last, so that 16 of 20 is 0.80 and not a little less.
"""
