"""What tables hold: the vocabulary, the columns of every table, and the study at rest."""

from __future__ import annotations

from footdrop_analytics.errors import need_at_least

# Another package may have put an older pandas in (lifelines does): better one sentence than a traceback later.
need_at_least("pandas", "3.0")
