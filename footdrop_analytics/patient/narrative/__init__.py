"""Sentences about a patient, and what people wrote.

``summary``  one sentence in plain words.
``story``    what has happened since the last visit and since the plan was last changed.
``notes``, ``reviews``
             quoted with their day: notes of the log, why a plan was changed or paused, what clinicians said.
"""
