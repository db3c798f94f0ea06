"""Base classes that add hand-written methods to generated classes. Internal."""
