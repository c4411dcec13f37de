"""What was done of what was due: windows, days with sessions, the calendar, adherence, persistence."""
