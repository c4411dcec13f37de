"""Reading and validating studies: nothing is lost, nothing is guessed, nothing is misunderstood in silence.

``read_study`` takes a folder or workbook, ``study_from_tables`` data frames (a database, another program). Both go
the same way:

``sources``      which files hold which table, and their cells exactly as written, from CSV, Excel, Parquet or frames.
                 What lies there and is not read is kept account of: it is as loud as a rejected row.
``cells``        cells are understood first. Every distinct text is parsed once; a date that can be read in two ways is
                 not read at all unless the file proves one of them.
``parsed_file``  values are held against the table's schema, all failures at once. By ``rows`` a row that fails goes to
                 ``study.rejected`` with its place, the reason and the row as written; a cell that decides nothing
                 costs only itself and goes to ``study.unread``. ``load_table`` does so for all files of a table.
``finalise``     what concerns several rows: blank sides and defaults; ``duplicates``, copies in overlapping exports and
                 versions of a prescription that the next one ends; ``last_day``, where the log ends; ``remarks``, what
                 can hardly be meant, and a log that is there twice with other times.

Afterwards it holds for every table that

    rows in the files = valid + duplicates + distinct rejected rows.

``write`` is the way back: what it writes is read as the same study. ``added`` are rows that people add meanwhile,
``check`` counts what is wrong and marks it in the files, ``notes`` says it, ``spreadsheets`` makes the workbook to fill
in. Only reading knows a clock (the day of reading, beyond which a log row cannot be), and it can be given.
"""

from __future__ import annotations

from footdrop_analytics.reading.read_study import read_study, study_from_tables

__all__ = ["read_study", "study_from_tables"]
