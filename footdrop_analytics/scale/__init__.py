"""Studies that need not fit into memory: parts of whole patients on disk, and the same functions on each of them.

A patient's results depend on that patient's rows alone. So a study of any size is cut by patients, and nothing of
reading or analysis is written a second time:

``batches``      files are understood a few at a time, by reading's own functions, and each valid row is kept on disk in
                 the bucket of a hash of its patient's id, with its file and row number.
``parts``        the rows of one bucket from all files are brought into their final form (copies, sides, versions) by
                 reading's own functions, and written as Parquet ``tables``.
``study_facts``  what concerns several patients (last days, spellings, ids alike, clocks that differ) is found from all
                 parts together, and kept with the rows of nobody.
``partition``    does all of this with the files that ``sources`` finds, a large one in pieces, keeps what is finished
                 by what it follows from, and writes the ``manifest`` last.
``study``        opens the manifest; a part, or one patient, is a ``Study`` like any other. ``front`` is what pages see.
``tasks``        one part analysed by analysis' own functions, here or on Dask, its results written as Parquet.
``analyse``      all parts, on this machine or on the workers of a cluster; ``results`` reads the tables.

Everything on disk has a name that says what it follows from: what is there already is not made again, after a run that
was broken off or when files are added, and of what is not as it was written no number is shown.
"""
