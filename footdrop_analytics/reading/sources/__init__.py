"""From files, workbooks and data frames to raw cells.

``locate`` says which file or sheet holds which table, ``missing`` what to do without one. ``csv_files`` (with
``csv_text`` and ``csv_quotes``), ``excel_files`` and ``typed_tables`` take the cells as they stand; ``headers``
understands their first row, ``raw`` is what comes out. ``limits`` and ``guarded`` keep files and their readers from
doing harm; ``spreadsheet`` writes tables that spreadsheets may open.
"""
