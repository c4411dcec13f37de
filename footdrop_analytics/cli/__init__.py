"""The command line: each command is a few lines around a call of the library, in a file of its name.

The folders are in the order of the data's way:

``setup``     before the first log: forms to hand out, a file to double-click, what is inside for a computer department.
``studies``   a study comes to be, by import or simulation, and is looked over.
``results``   what is computed from it: caseload, reports, tables, groups, other versions and rules.
``serving``   the dashboards in a browser, on this machine only, behind a token.
``common``    what all commands share: options, reading a study, tables and progress on a terminal.

``app`` puts the commands together and turns every end into an exit code: 0 fine, 1 done but rows were rejected,
2 cannot be done. Terminals, exit codes and progress bars are known here and nowhere below.
"""

from __future__ import annotations

from footdrop_analytics.cli.app import main

__all__ = ["main"]
