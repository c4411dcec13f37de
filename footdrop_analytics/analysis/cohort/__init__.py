"""Many patients together: how adherence and persistence are spread, where they are on the ladder, how logs are kept.

``choice`` puts one analysis into whole columns, once, and says who and what is asked for; ``log_counts`` looks at every
logged row, once. From these, each as numbers and tables: ``spread`` (adherence, persistence) and ``counts`` (modes,
difficulties, states; weekdays and hours; completeness of the logs). ``cohort`` is the door, also for the dashboard.
"""
