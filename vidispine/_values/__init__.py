"""Values of settings and arguments: their checks, and types that keep secrets out of texts."""
