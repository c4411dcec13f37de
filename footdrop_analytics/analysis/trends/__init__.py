"""What repetitions and holds did over time: daily values, line, verdicts, history."""
