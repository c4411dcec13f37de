"""The patient dashboard: one person's log, from review flags to what the log cannot tell.

``settings``  what can be chosen, and who.
``facts``     one patient's log as plain facts, of ``footdrop_analytics.patient`` and of here: ``log`` are the rows
              that count for each series, ``behind`` what is behind states and flags, and what it cannot tell.
``charted``   rows that share one time axis: days, pain and effort, what happened; ``figure`` draws them.
``view``      all of it as a pure function: settings in, everything shown out, every value in HTML escaped.
``controls``  the search for a patient, the choices beside it, and forms that are sent.
``shell``     the page in the browser, which only assigns.
"""
