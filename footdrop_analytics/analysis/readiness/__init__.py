"""Which stated criteria a log meets: recent practice, criteria, states."""
