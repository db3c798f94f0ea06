"""The database of the state: its connection, SQL conditions, and key-value metadata."""
