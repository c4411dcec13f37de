"""What concerns several rows: copies, defaults, versions, the last day.

``finalise`` is the order of steps. ``duplicates`` and ``overlaps`` find rows that stand in several files,
``other_clocks`` a log that stands there with other times. ``defaults`` fills blanks, ``versions`` closes a prescription
by the next one, ``spellings`` gives each name one spelling. ``last_day`` says where the log ends; ``implausible`` and
``remarks`` note what can hardly be meant.
"""
