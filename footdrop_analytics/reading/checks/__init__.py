"""Which values fail which check, and what is said of them."""
