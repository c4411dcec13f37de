"""Handing on: result tables for other programs, and a study without what says who somebody is.

``result_tables`` writes every result of an analysis as CSV, Parquet, Excel or Stata files, with a dictionary of all
columns and a file that says how they came about (parameters, versions, hashes of the input), and what is said of
groups without numbers about a few patients. ``deidentified`` makes from a study one of the same form without names,
dates, ages over 89 and free text; ``recoding`` holds what is done to which column, and ``handed_on`` writes the files
only if nothing of the source is found in any byte of them.
"""
