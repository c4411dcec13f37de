"""The cohort dashboard, for researchers and team leads: groups of patients side by side, described and not judged."""
