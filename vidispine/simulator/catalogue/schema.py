"""Tables of the catalogue."""

from __future__ import annotations

__all__ = ["CATALOGUE"]

CATALOGUE = """
CREATE TABLE item (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL,
    created INTEGER NOT NULL     -- times are milliseconds since 1970
);
"""
