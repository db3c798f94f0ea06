"""Texts for messages and logs."""
