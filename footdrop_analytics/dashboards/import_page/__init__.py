"""A log of another kind, from the file that is dropped on the page to the caseload of the study that it is saved in.

``questions`` takes the files and is what only a person can say, ``words`` how it is called. ``view`` calls
``import_log`` with the answers in the settings; ``shell`` shows it, saves, and opens the caseload below.
"""
