"""From the rows of a recognised source to the tables of a study.

``tables``     the common steps, then those of each table, and the questions that only a person can answer.
``grid``       dates, weekdays or weeks across, exercises or people below: one row for each cell.
``json_rows``  the records of a path, each with the plain fields of what it is inside of.
``entries``    forms in which each column is a question, and one row goes to several tables.
``modes``      who moves the foot, where the source leaves that open.
``plan_text``  plans in a few words; ``plan_rows`` those stated along with a source, or assumed from what was logged.
"""
