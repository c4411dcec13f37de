"""From files, workbooks and data frames to raw cells."""
