"""``python -m benchmarks.validation``: measure every claim on logs with known truth and write ``docs/validation.md``.

Sections measured before are kept in ``build/validation.json``, so that one can be measured again by itself.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import textwrap
from dataclasses import asdict, dataclass
from pathlib import Path

import footdrop_analytics as fd
from benchmarks.validation_sections import SECTIONS, Claim, Section, Size

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "build" / "validation.json"
PAGE = ROOT / "docs" / "validation.md"
SIZES = {
    "small": Size(logs=500, people=10_000, patients=160),
    "full": Size(logs=2_000, people=40_000, patients=400),
}
WIDTH = 118


@dataclass(frozen=True)
class Run:
    """How the page was measured."""

    version: str
    date: str
    size: str
    seed: int


def render(run: Run, sections: list[Section]) -> str:
    """The page: what missed its bar first, then every section."""
    claims = [claim for section in sections for claim in section.claims]
    barred = [claim for claim in claims if claim.bar is not None]
    missed = [claim for claim in barred if not claim.reached]
    intro = (
        f"Version {run.version}, measured on {run.date}, size `{run.size}`, seed {run.seed}, by `python -m "
        "benchmarks.validation` from a clean clone with `pip install .[benchmarks,research]` (`--size full` for "
        "smaller errors). Every figure is from simulated "
        "logs with a known truth. ± is one Monte-Carlo standard error; a worst cell is the largest of many and "
        "so tends "
        "to look worse than it is. **No patient took part: what nobody has validated is listed at the end.**"
    )
    counted = f"{len(barred) - len(missed)} of {len(barred)} bars are reached."
    parts = ["# Validation", textwrap.fill(intro, WIDTH), f"## Bars missed\n\n{counted}"]
    if missed:
        parts.append(claim_table(missed))
    return "\n\n".join(parts + [_section(section) for section in sections]) + "\n"


def claim_table(claims: list[Claim]) -> str:
    """The claims as a table."""
    rows = [f"| {one.text} | {one.said} | {one.error_said} | {one.bar_said} | {one.verdict} |" for one in claims]
    return "\n".join(["| claim | measured | ± | bar | |", "|---|---:|---:|---:|---|", *rows])


def _section(section: Section) -> str:
    blocks = [f"## {section.title}", *(textwrap.fill(text, WIDTH) for text in section.texts)]
    if section.claims:
        blocks.append(claim_table(section.claims))
    return "\n\n".join(blocks + section.tables)


def load(text: dict[str, dict[str, object]]) -> dict[str, Section]:
    """Sections kept by an earlier run."""
    return {name: Section.of(kept) for name, kept in text.items()}


def main() -> None:
    """Measure the wanted sections and write the page once all are there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), help="sections to measure again")
    chosen = parser.parse_args()
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    run = Run(fd.__version__, today, chosen.size, chosen.seed)
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    # Figures of another version, day, size or seed do not belong on the same page.
    sections = load(kept["sections"]) if kept.get("run") == asdict(run) else {}
    for name in chosen.only:
        print(f"{name} …", flush=True)
        sections[name] = SECTIONS[name](SIZES[chosen.size], chosen.seed)
        RESULTS.parent.mkdir(exist_ok=True)
        found = {"run": asdict(run), "sections": {name: asdict(section) for name, section in sections.items()}}
        RESULTS.write_text(json.dumps(found, indent=1))
    missing = [name for name in SECTIONS if name not in sections]
    if missing:
        print(f"no page yet, not measured: {', '.join(missing)}")
        return
    PAGE.write_text(render(run, [sections[name] for name in SECTIONS]), encoding="utf-8", newline="\n")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
