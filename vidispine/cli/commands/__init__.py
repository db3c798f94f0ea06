"""The commands: ``vidispine jobs list`` is in ``jobs/list.py``."""
