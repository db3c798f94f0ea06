"""Tables of media."""

from __future__ import annotations

__all__ = ["MEDIA"]

MEDIA = """
CREATE TABLE storage (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL, state TEXT NOT NULL,
    created INTEGER NOT NULL,            -- times are milliseconds since 1970
    own INTEGER NOT NULL DEFAULT 0,      -- the one that the simulator brings
    document TEXT NOT NULL               -- all other members, as JSON
);
CREATE TABLE storage_method (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, storage INTEGER NOT NULL,
    uri TEXT NOT NULL, read INTEGER NOT NULL, write INTEGER NOT NULL, browse INTEGER NOT NULL,
    bandwidth INTEGER, type TEXT NOT NULL
);
CREATE INDEX storage_method_storage ON storage_method (storage);
CREATE TABLE storage_group (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE storage_group_member (
    name TEXT NOT NULL, storage INTEGER NOT NULL, PRIMARY KEY (name, storage)
) WITHOUT ROWID;

CREATE TABLE file (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    storage INTEGER NOT NULL, path TEXT NOT NULL, state TEXT NOT NULL,
    size INTEGER, hash TEXT, changed INTEGER NOT NULL,
    UNIQUE (storage, path)
);
CREATE INDEX file_hash ON file (hash) WHERE hash IS NOT NULL;
CREATE TABLE transfer (
    name TEXT PRIMARY KEY, state TEXT NOT NULL, priority INTEGER NOT NULL,
    target TEXT NOT NULL,                -- what the bytes are for
    part TEXT NOT NULL,                  -- where they are until all have come
    size INTEGER NOT NULL, held TEXT NOT NULL,  -- the pieces that have come, as JSON
    file INTEGER, job INTEGER
) WITHOUT ROWID;

CREATE TABLE shape (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    item INTEGER NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL,
    tags TEXT NOT NULL, mime TEXT NOT NULL,     -- both as JSON
    wanted TEXT NOT NULL DEFAULT '[]'    -- shape tags to make when all components have come, as JSON
);
CREATE INDEX shape_item ON shape (item);
CREATE TABLE component (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    shape INTEGER NOT NULL, kind TEXT NOT NULL, position INTEGER NOT NULL,
    awaited INTEGER NOT NULL DEFAULT 0,  -- a placeholder's: its file is still to come
    job INTEGER,                         -- the one that brings it
    document TEXT NOT NULL               -- what is known of the media, as JSON
);
CREATE INDEX component_shape ON component (shape);
CREATE TABLE component_file (
    component INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (component, file)
) WITHOUT ROWID;
CREATE INDEX component_file_file ON component_file (file);
CREATE TABLE essence_version (
    item INTEGER NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (item, version)
) WITHOUT ROWID;
CREATE TABLE shape_tag (name TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE picture (
    item INTEGER NOT NULL, kind TEXT NOT NULL,  -- thumbnail or poster
    at INTEGER NOT NULL, time TEXT NOT NULL,    -- in microseconds, and as it was given
    media_type TEXT NOT NULL, data BLOB NOT NULL, changed INTEGER NOT NULL,
    PRIMARY KEY (item, kind, at)
);

CREATE TABLE export_location (name TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE notification (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT,                           -- of what it watches; NULL: used by jobs that name it
    entity INTEGER,                      -- the one that it watches; NULL: all
    document TEXT NOT NULL
);
"""
