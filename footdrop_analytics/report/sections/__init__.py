"""The parts of a report as plain facts, computed from the analysis and testable without a browser."""
