"""The kernels behind the pages of ``serve``: at most so many at once. Imported in the server's process alone."""

from __future__ import annotations

import time
import uuid
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Integer

from footdrop_analytics.cli.serving.viewers import refusal

SERVICE_UNAVAILABLE = 503
SETTLED_S = 30
"""After so long a page has taken the memory that it needs."""


class LimitedKernels(AsyncMappingKernelManager):
    """Kernels that say in words when there is no room for another: ``most`` at once, about ``page_bytes`` each."""

    most = Integer(1, config=True)
    page_bytes = Integer(0, config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self._starting: set[str] = set()
        self._begun: list[float] = []

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        """Start a kernel, or answer that there is no room."""
        now, new = time.monotonic(), str(uuid.uuid4())
        self._begun = [moment for moment in self._begun if now - moment < SETTLED_S]
        opened = len(self._starting.union(self.list_kernel_ids()))
        if said := refusal(opened, len(self._begun), self.most, self.page_bytes):
            raise HTTPError(SERVICE_UNAVAILABLE, said.replace("%", "%%"), reason="No room for another page")
        self._starting.add(new)
        self._begun.append(now)
        try:
            found: str = await super().start_kernel(**{**options, "kernel_id": new})
            return found
        finally:
            self._starting.discard(new)
