"""Review flags: when a log asks to be looked at, with the rows behind it.

One file per kind of evidence: ``events`` (falls, symptoms, pain), ``practice`` (decline, slipping, over-doing, more
help), ``plan`` (silence, sides, what is not prescribed), ``records`` (skips, ratings, times), ``notes`` (words to read,
rows and cells that could not be read). ``evidence`` is what they share: the coded log, the rules, and how
a flag becomes a row. ``flags`` gathers them, lets one happening be one flag of the highest severity, closes what a
visit or review closed, and sorts: red, amber, note, and inside each symptoms before data.

Flags never depend on a period that is shown. They are computed when an output is opened; nothing is monitored in
between.
"""
