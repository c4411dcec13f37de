"""What was done on a day of a series.

``day_values``         the value of a day, from the rows of that day that count, and its dose: the sum of its rows; of
                       both sides, what was logged of one side counts once.
``ratings``            its pain and effort, which people rate once and not per set.
``daily_performance``  all three put together, with the runs of one difficulty and target and the rows as prescribed.
"""
