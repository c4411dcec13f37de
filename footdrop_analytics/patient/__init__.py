"""One patient's facts as plain values, for the report and the dashboard alike."""
