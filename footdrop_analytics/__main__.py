"""``python -m footdrop_analytics`` is the command ``footdrop``."""

from __future__ import annotations

from footdrop_analytics.cli import main

if __name__ == "__main__":
    main(prog_name="footdrop")
