"""The engine's calls: from an operation and its arguments to a request, and from a response to a result."""
