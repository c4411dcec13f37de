"""How fast, how big and how well calibrated: ``python -m benchmarks``; the results stand in ``docs/benchmarks.md``."""
