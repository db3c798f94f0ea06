"""All tables of the state. Each folder defines its own."""

from __future__ import annotations

from vidispine.simulator.accounts.schema import ACCOUNTS
from vidispine.simulator.catalog.schema import CATALOG
from vidispine.simulator.jobs.schema import JOBS
from vidispine.simulator.media.schema import MEDIA

VERSION = 2
"""Version of the schema. Increment it in each release that changes a table."""

SHARED = """
CREATE TABLE setting (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE simple_metadata (
    owner TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, key)
) WITHOUT ROWID;
"""

SCHEMA = SHARED + ACCOUNTS + JOBS + CATALOG + MEDIA
"""All statements, each terminated by a semicolon."""
