"""Words for people: how numbers, days, plurals and keys are said.

Analysis works in codes and numbers; what a person reads is made here or above. ``words`` says a number, a day, a
count (``1 day``, ``2 days``) and a list, and what a key is called (``peroneal_neuropathy`` is "peroneal neuropathy").
``results`` are sentences on what was found and on what people add. ``language`` says in which language:
English, or that of a ``with in_language(...)`` block, from ``locale/*.po``.
The folder knows no tables, and stands below ``analysis`` because the text columns of the result tables are filled
through it as a last step.

Texts describe. They never say that somebody may go on to something harder; ``docs/style.md`` has the rules.
"""
