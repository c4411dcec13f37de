"""A study comes to be, and is looked over before anything is computed from it.

``import_``    any log in, with all that was understood shown before it is saved.
``simulate``   a synthetic study with known truth; ``demo`` goes on with one to the reports.
``check``      what was found in a study, what was rejected, and why.
``partition``  a study that need not fit into memory, in parts of whole patients.
"""
