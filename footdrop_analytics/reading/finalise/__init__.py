"""What concerns several rows: copies, defaults, versions, the last day."""
