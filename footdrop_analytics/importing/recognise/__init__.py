"""Which profile fits a source.

``profile``       the form of a profile: how a source is recognised, the steps from its rows to tables, what a person
                  answered; ``profile_text`` writes one for a person to read.
``fits``          which built-in one explains a part best, and the cells that say so.
``own_sheet``     a profile for a sheet that none of them fits; ``meanings`` says what the columns of a form ask.
"""
