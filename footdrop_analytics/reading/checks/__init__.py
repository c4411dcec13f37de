"""Which values fail which check, and what is said of them.

``validate`` holds the values against the tables' models. What fails goes to ``study.rejected`` (``rejected``), with
what can still be read of it in ``study.unreadable``; what was not looked at goes to ``study.unread`` (``unread``), and
what was decided to ``study.notes`` (``notes``). ``summary`` counts all of it for ``footdrop check``.
"""
