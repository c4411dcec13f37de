"""Many patients together: how adherence and persistence are spread, where they are on the ladder, how logs are kept.

``columns`` puts one analysis into whole columns, once; ``log_counts`` looks at every logged row, once. ``choice`` is
who and what is asked for. From these, each as numbers and tables: ``spread`` (adherence), ``survival`` (persistence),
``ladder`` (modes, difficulties, states), ``pattern`` (weekdays and hours), ``quality`` (completeness of the logs).
``cohort`` is the door, also for the dashboard.
"""
