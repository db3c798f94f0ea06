"""Settings and arguments: checks of values, types that keep secrets out of texts, and handlers of the log."""
