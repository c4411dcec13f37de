"""Adherence, trends and progression criteria from the exercise logs of people with foot drop.

It describes logged exercise for a clinician to review; it never tells anyone to progress.
"""

from __future__ import annotations

import lazy_loader

__version__ = "0.1.0"

# The public names stand in __init__.pyi, once. What a name needs (pandera, SciPy, plotly, Jinja) is imported when the
# name is first used, not before.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ = sorted([*__all__, "__version__"])
