"""Two versions of the package on one study: what changes, and by which line of the changelog.

``results_file``  what a version found, as plain data without names, notes or any other free text.
``changes``       what two such sets of results differ in, and which lines of the changelog can be behind it.
"""
