"""Charts as plain values, drawn twice from one description: interactive for the screen, still for paper.

``data`` says what a chart shows (dots, lines, bars, bands, marks) without saying how, made from rows of result tables.
``interactive`` makes plotly's description of it, in the few colours and sizes that can be told apart in grey; ``still``
reads that same description and draws an SVG of its ``still_parts``, so that what is printed cannot differ from what is
clicked. Axes, tick labels and legends speak as the pages do.

Every chart has a twin in text beside it: a screen reader and a printed page lose nothing.
"""
