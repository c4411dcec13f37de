"""Any log in: from the file that an app, a form, a clinic's sheet or a database gives to the tables of a study.

    recognise -> shape -> understand -> study tables

``parts``       files as they lie there, in parts: a text or a section of it, a sheet, JSON. ``addresses`` are databases
                and REDCap projects; ``layouts`` make rows of grids and of nested JSON.
``fits``        which profile explains a part best, and the cells that say so. ``profiles`` holds the built-in ones. A
                ``profile`` is data: it runs nothing, and a study keeps the one it was made with.
``steps``       the vocabulary of steps: settings, and pure functions from a table to a table. No step drops a row.
``shape``       takes the steps, part by part, and collects what only a person can say (``Ask``). Forms need more than
                steps (``entries``, by what their columns ask: ``meanings``), and so do ``plans`` beside a log.
``imported``    what came of it, to look at, and of each column (``columns``); ``save`` the way into a study folder,
                where a larger export replaces a smaller.
``import_log``  the door to all of it. ``cells`` are tables on their way: each distinct text is understood once.

Cells are understood by the rules of ``reading``: a name that can be meant in two ways, or a date without proof, is
asked and never guessed. What is no date, number or word at all is passed on as it was written, so that reading the
study reports it with its row. Sources are strangers' files: size, depth, columns and patterns are limited.
"""

from __future__ import annotations

from footdrop_analytics.importing.import_log import import_log
from footdrop_analytics.importing.imported import Imported

__all__ = ["Imported", "import_log"]
