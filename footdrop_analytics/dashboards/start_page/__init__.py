"""The first page where no study was named: open one, look at the demo, take a template, or import a log.

``places`` says what can be opened in a folder, ``view`` what is shown of it; ``shell`` opens it below, and from then on
every page is about that study.
"""
