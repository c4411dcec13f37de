"""What a person can do on the patient dashboard.

``search``          finds a patient among the ``ids`` of the analysis.
``choices``         which days and which exercises; ``change_patient`` says what becomes of them with another patient.
``recording``       a form that is sent is saved, the page follows, and it can be taken back.
"""
