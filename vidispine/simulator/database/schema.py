"""Tables of the whole server."""

from __future__ import annotations

SHARED = """
CREATE TABLE setting (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE simple_metadata (
    owner TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, key)
) WITHOUT ROWID;
"""
