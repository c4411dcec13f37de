"""The command line: each command is a few lines around a call of the library.

In the order of the data's way:

``shortcut``, ``sbom``  before the first log: a file to double-click, what is inside.
``import_``, ``studies``, ``check``  forms; a study comes to be, by import, simulation or in parts, and is looked over.
``caseload``, ``report``, ``tables``  what is computed from it; ``compare``, by other versions and rules.
``serving/``  the dashboards in a browser, on this machine only, behind a token.

All share ``options``, ``study`` (reading one) and ``output`` (tables and progress on a terminal). ``app`` puts the
commands together and turns every end into an exit code: 0 fine, 1 done but rows were rejected, 2 cannot be done.
Terminals, exit codes and progress bars are known here and nowhere below.
"""

from __future__ import annotations

from footdrop_analytics.cli.app import main

__all__ = ["main"]
