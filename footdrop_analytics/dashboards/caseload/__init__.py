"""The caseload: every patient, most urgent first, with the reason in words.

``roster`` is what it needs of an analysis, worked out once, with ``weeks`` for the small bars. ``columns`` says what
stands in the table, ``cells`` makes its HTML and sort keys, ``filters`` who is shown. ``view`` is the pure function,
``table`` and ``shell`` are what the browser gets; a row opens its patient below.
"""
