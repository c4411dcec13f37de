"""Slow reference implementation of the analysis, written from the design alone, and its comparison with the package."""
