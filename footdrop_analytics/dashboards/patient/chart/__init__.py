"""The chart of the patient dashboard: one time axis, one row below the other.

``charted`` are its rows as plain values, with what was done on a day (``dose``) and what happened (``happenings``);
``figure`` is the plotly dictionary of them.
"""
