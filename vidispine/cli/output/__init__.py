"""Everything that writes to a terminal or a pipe."""
