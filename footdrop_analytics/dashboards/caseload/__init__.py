"""The caseload: every patient, most urgent first, with the reason in words.

``roster`` is what it needs of an analysis, worked out once. ``choices`` says what stands in the table and who is shown,
``cells`` makes its HTML and sort keys. ``view`` is the pure function, ``table`` and ``shell`` are what the browser
gets; a row opens its patient below.
"""
