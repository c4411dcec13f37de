"""One patient's facts, as plain values: what report and dashboard both show.

``context`` sorts every result table by patient once and holds what all parts need: the patient, the period, the
exercises' names. Then one module per part of a page: ``head``, ``flags`` with criteria for review, ``attendance`` with
the strip of days and how the log was written down, ``ratings`` with outcome measures, and ``plan`` (a prescription in
words). ``series`` says each exercise and side, ``trend`` its verdict; ``story`` sums up in sentences, ``notes`` quotes
what was written. Each is an object of numbers, days and short texts; none knows HTML.

Report and dashboard call the same functions, so that both say the same of the same patient.
"""
