"""Adherence, trends, readiness criteria and review flags: pure functions on whole columns, without clock or files."""
