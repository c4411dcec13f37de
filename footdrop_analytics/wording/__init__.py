"""Numbers, dates and sentences for people."""
