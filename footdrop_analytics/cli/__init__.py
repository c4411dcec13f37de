"""The command line: each command is a few lines around a call of the library.

One file per command (``check``, ``caseload``, ``report``, ``lab``, ``serve`` …), and what they share: ``options``,
``output`` (tables and progress on a terminal), ``study`` (reading, and what is said of rows that were left out),
``server`` (JupyterLab or Voilà on this machine only, behind a token). ``app`` puts them together and turns every end
into an exit code: 0 fine, 1 done but rows were rejected, 2 cannot be done. Terminals, exit codes and progress bars
are known here and nowhere below.
"""

from __future__ import annotations

from footdrop_analytics.cli.app import main

__all__ = ["main"]
