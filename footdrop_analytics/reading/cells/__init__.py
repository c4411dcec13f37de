"""From the text of a cell to a value.

``parse`` understands every distinct text of a column once, by its kind, and takes columns that arrive with a type:
``dates`` (with ``date_texts`` for single texts and for a stated way of writing), ``numbers`` and weekdays, keys.
``values`` is what a column becomes: values, and a reason for each text that is none.
"""
