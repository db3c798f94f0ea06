"""Tables of media."""

from __future__ import annotations

__all__ = ["MEDIA"]

MEDIA = """
"""
