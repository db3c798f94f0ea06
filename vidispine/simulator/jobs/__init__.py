"""Jobs: ``job_types`` (steps and durations of each type), ``behavior``, ``scheduler``, and the operations on jobs.

The effects of jobs on media are in ``media/job_actions``.
"""
