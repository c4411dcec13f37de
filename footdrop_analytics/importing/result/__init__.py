"""What an import came to, and its way into a study.

``imported``  everything to look at before anything is saved; ``columns`` what was made of each column, and why.
``ticks``     what an entry stands for where the plan asks for several sessions a day.
``merge``     beside what the study holds already: nothing twice, the fuller export of a day, the later plan.
``save``      its tables in a study folder, the profile beside them, an earlier export of the source replaced.
"""
