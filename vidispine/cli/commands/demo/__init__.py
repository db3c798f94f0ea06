"""``vidispine demo``: jobs from their start to their end, on a simulator, in a few seconds."""
