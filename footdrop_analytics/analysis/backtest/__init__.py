"""What rules would have said, week by week, beside what clinicians decided.

``replay`` asks the rules at one look, on a study that ends there: no week sees a later row. ``decisions`` finds what
clinicians decided about each series. ``agreement`` is the agreement of both beyond chance, and ``backtest`` the door.
"""
