"""What tables hold: the vocabulary, the columns of every table, and the study at rest.

Everything above speaks in the terms that are defined here, and nothing here computes a result.

``vocabulary``  every key once, in the order of the contract: sides, modes, states, verdicts. Code looks a key up by
                name.
``columns``     builders of columns: type, limits, default and meaning of a column are said in one place.
``inputs``      the tables that go in, one pandera schema each. Reading checks with them; the schema files, the data
                dictionary and the workbook template are generated from them.
``results``     the tables that come out, one schema each. Their words stand in ``knowledge/result_columns.yaml``; a
                test fails when a column has none.
``names``       how names are compared, everywhere: as people read them.
``study``       the frozen ``Study``: a table per attribute, what was rejected, unread, duplicated and noted, and the
                last day. ``filter`` takes some patients' rows; every table is sorted by patient once for that. Like an
                analysis it hands out tables copy-on-write, pickles, and shows itself in three lines.
``days``        days counted, and which rows make up a session.
``export``      what is generated from the schemas. ``pandera_settings`` keeps their checks on.

Missing is never zero: a blank cell is missing in every table, and no default turns it into a number.
"""

from __future__ import annotations

from footdrop_analytics.errors import need_at_least

# Another package may have put an older pandas in (lifelines does): better one sentence than a traceback later.
need_at_least("pandas", "3.0")
