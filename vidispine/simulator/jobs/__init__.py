"""Jobs: their types and behavior, the scheduler and its timeline, and the operations on jobs."""
