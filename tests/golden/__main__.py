"""``python -m tests.golden`` writes the golden file anew, after a change of results that is meant."""

from __future__ import annotations

from tests.golden.hashes import FILE, current, demo_analysis, simulated_analysis, written

if __name__ == "__main__":
    FILE.write_text(written(current(demo_analysis(), simulated_analysis())), encoding="utf-8")
