"""Each exercise and side of a patient.

``series``       the target, what was done, the trend with its chart, and the progression history, and
                 the two sides beside each other, where both are logged.
``trend_words``  what a trend says, in a few sentences with the number of days behind it.
``fitted``       the line that a chart draws of a verdict.
``readiness``    the state for review, with every criterion behind it.
"""
