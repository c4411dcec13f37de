"""The command line: each command is a few lines around a call of the library."""

from __future__ import annotations

from footdrop_analytics.cli.app import main

__all__ = ["main"]
