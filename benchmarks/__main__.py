"""``python -m benchmarks``: measure, print the tables and write ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks import sections
from benchmarks.page import render

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "build" / "benchmarks.json"
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Run the wanted sections; what was measured before stays on the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--patients", type=int, default=10_000, help="patients of the large cohort (10000: 10.8 million rows)"
    )
    parser.add_argument("--reports", type=int, default=1_000, help="number of reports written")
    parser.add_argument("--series", type=int, default=1_000, help="simulated series per cell of the calibration")
    parser.add_argument("--only", nargs="+", choices=sections.NAMES, default=sections.NAMES, help="sections to run")
    parser.add_argument("--folder", type=Path, help="keep the cohorts here and use them again")
    chosen = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results["machine"] = sections.machine()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (chosen.folder or Path(scratch)).resolve()
        sizes = {"patients": chosen.patients, "reports": chosen.reports, "series": chosen.series}
        for name in chosen.only:
            print(f"{name} …", flush=True)
            results[name] = sections.run(name, folder, sizes)
            RESULTS.parent.mkdir(exist_ok=True)
            RESULTS.write_text(json.dumps(results, indent=1))
    page = render(results)
    print(page)
    PAGE.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
