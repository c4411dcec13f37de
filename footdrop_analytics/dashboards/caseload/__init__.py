"""The caseload: every patient, most urgent first, with the reason in words."""
