"""Ids and texts that files may hold and reports must bear."""

from __future__ import annotations

AWKWARD_IDS = ("../../etc/passwd", "a/b", "a_b", "CON", "con", "<script>alert(1)</script>", "病人", "=1+1", "index")
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\u2028{{7*7}}"
