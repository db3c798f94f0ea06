"""The engine's documents: models over JSON, and the conversion of their values."""
