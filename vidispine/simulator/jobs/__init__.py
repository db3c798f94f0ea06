"""Jobs: ``job_types`` (steps and durations of each type), ``behavior``, ``scheduler``, and the operations on jobs.

What jobs of a type do to media is in ``media/job_actions``.
"""
