"""From the text of a cell to a value.

``parse`` understands every distinct text of a column once, by its kind: ``dates`` (with ``date_texts`` for single texts
and ``date_format`` for a stated way of writing), ``numbers``, ``weekdays``, ``words``. ``typed`` takes columns that
arrive with a type. ``values`` is what a column becomes: values, and a reason for each text that is none.
"""
