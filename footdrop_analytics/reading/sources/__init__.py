"""From files, workbooks and data frames to raw cells.

``locate`` says which file or sheet holds which table. ``csv_files`` (with ``csv_text``) and ``typed_tables`` take the
cells as they stand; ``raw`` understands their header and is what comes out, or an error where nothing can be read.
``limits`` keep files from doing harm.
"""
