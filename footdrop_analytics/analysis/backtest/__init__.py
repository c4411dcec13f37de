"""What rules would have said, week by week, beside what clinicians decided."""
