"""Readiness: which stated criteria a log meets, and the state for review of each series.

``recent_practice`` finds the days that count: since exposure to the current difficulty began, the last of them that
were attempted, within a look-back. Each criterion is a function of what was done on these (``criterion``, ``criteria``)
and answers true, false or missing for every series at once, with what it observed and what was asked; how much is
enough is data in ``knowledge/readiness_rules.yaml``.

``readiness`` puts the answers together into the first state that holds, and ``sentence`` says it. A higher pain or
one more event can only hold or lower a state. Nothing here says that somebody may go on: a clinician decides.
"""
