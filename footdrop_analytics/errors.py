"""Errors that people see: each says what is wrong, where, what was expected and what to do."""

from __future__ import annotations


class FootdropError(Exception):
    """Base of every error that this package raises on purpose."""


class StudyError(FootdropError):
    """A study cannot be read: a table, a required column or every valid row is missing, or a file is unreadable."""


class KnowledgeError(FootdropError):
    """A knowledge file (exercises, readiness rules, review flags) breaks its form: file, entry, field, expectation."""


class ParameterError(FootdropError, ValueError):
    """A function was called with a value that it does not take: the message names the parameter and what it takes."""
