"""Everything that the command writes to a terminal, a pipe or a file."""
