"""One patient's facts, as plain values: what report and dashboard both show.

``patient_tables`` sorts every result table by patient once. ``context`` holds what all parts need: the patient, the
period, the exercises' names. Then one module per part of a page: ``head``, ``flags``, ``attendance`` with how the
log was written down, ``ratings``, ``measured`` (outcome measures), and ``plan`` (a prescription in words).
``exercises`` says each series, ``narrative`` sums it up in sentences and quotes what was written. Each returns a
frozen object of numbers, days and short texts; none knows HTML.

Report and dashboard call the same functions, so that both say the same of the same patient.
"""
