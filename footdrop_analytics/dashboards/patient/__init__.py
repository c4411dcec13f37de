"""The patient dashboard: one person's log, from review flags to what the log cannot tell.

``settings``  what can be chosen.
``facts``     one patient's log as plain facts, with the rows behind each criterion and flag.
``chart``     rows that share one time axis: days, pain and effort, what happened.
``panels``    facts become HTML fragments, every value escaped; ``tables`` the rows behind them.
``view``      all of it as a pure function: settings in, everything shown out; ``code`` are the lines that do it again.
``controls``  the search for a patient, the choices beside it, and forms that are sent.
``shell``     the page in the browser, which only assigns.
"""
