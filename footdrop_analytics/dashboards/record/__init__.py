"""Recording where one looks: forms beside flags and exercises, the place that keeps what they say, and who may.

``offers`` says what can be recorded about a patient, ``typed_plan`` understands a plan as people type it, and ``desk``
saves the row in the study's folder and reads the study again.
"""
