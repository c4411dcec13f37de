"""Pandera with its settings pinned: neither the environment nor a program around us can switch validation off.

Pandera reads its settings from environment variables when it is imported, and refuses to be imported at all if
``PANDERA_VALIDATION_DEPTH`` holds a word that it does not know. Every use of pandera in this package therefore goes
through this module.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_DEPTH = "PANDERA_VALIDATION_DEPTH"

if os.environ.get(_DEPTH) not in (None, "SCHEMA_ONLY", "DATA_ONLY", "SCHEMA_AND_DATA"):
    del os.environ[_DEPTH]

import pandera.config  # noqa: E402
import pandera.pandas as pa  # noqa: E402

__all__ = ["pa", "pinned_validation"]

_ONE_AT_A_TIME = threading.RLock()
"""The choice of the backend is one for the whole process, so of several threads one puts it back before the next."""


@contextmanager
def pinned_validation() -> Iterator[None]:
    """Full validation by the pandas backend, whatever pandera was told elsewhere; its settings are put back after."""
    with _ONE_AT_A_TIME:
        narwhals = pandera.config.CONFIG.use_narwhals_backend
        pandera.config.set_config(use_narwhals_backend=False)
        try:
            with pandera.config.config_context(
                validation_enabled=True,
                validation_depth="SCHEMA_AND_DATA",
                cache_dataframe=False,
                keep_cached_dataframe=False,
                use_narwhals_backend=False,
            ):
                yield
        finally:
            pandera.config.set_config(use_narwhals_backend=narwhals)
