"""What is computed from a study.

Of one patient after the other: ``caseload`` (most in need first), ``report`` (one HTML file each), ``reviews`` (what
clinicians said). Of all together: ``tables`` (every result table as a file), ``cohort`` (groups, without numbers about
a few), ``export`` (the study without what says who somebody is). Held against something else: ``backtest`` (other
rules, beside what clinicians decided) and ``compare`` (another version of the package).
"""
