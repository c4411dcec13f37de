"""The vocabulary of steps: each is settings in a profile and a pure function from a table to a table.

``rows``        which rows count, one row to several, several columns to rows, a programme to its exercises; which
                column is which, constants, texts side by side.
``values``      words, ticks and crosses, numbers and what they are counted in.
``exercises``   which exercise a name means, and who moves the foot.
``dates``       days of every form, and plans, of which ``plan_text`` understands short texts.

``base`` is what every step is.

A step never drops a row: it marks it with the reason (``left_out``), so that all rows can be counted at the end.
"""

from __future__ import annotations

from footdrop_analytics.importing.steps import dates, exercises, rows, values
from footdrop_analytics.importing.steps.base import STEPS, Ask, How, Step

__all__ = ["STEPS", "Ask", "How", "Step", "dates", "exercises", "rows", "values"]
