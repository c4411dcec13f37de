"""What happened to the patients, beside the exercise.

``clinical_events``  falls and other events, near falls, visits, and reports that could not be read.
``reviews``          what clinicians did about flags and events.
``set_aside``        what rows still say that were rejected, read in part, given way to others, or that stand alone long
                     before all others: a fall must not vanish with them.
"""
