"""The patient dashboard: one person's log, from review flags to what the log cannot tell."""
