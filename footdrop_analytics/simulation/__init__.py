"""Synthetic studies: any number of patients with known truth, the demo, and single series for error rates."""

from __future__ import annotations

from footdrop_analytics.simulation.demo import demo_study, write_demo
from footdrop_analytics.simulation.generator import simulate, simulate_tables
from footdrop_analytics.simulation.series import series_tables, simulate_series

__all__ = ["demo_study", "series_tables", "simulate", "simulate_series", "simulate_tables", "write_demo"]
