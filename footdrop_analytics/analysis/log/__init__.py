"""The study as whole columns of numbers: coded log, plan, sessions, ratings, clinical events, daily performance."""
