"""Tables of media."""

from __future__ import annotations

MEDIA = """
CREATE TABLE storage (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL, state TEXT NOT NULL,
    created INTEGER NOT NULL,            -- times are milliseconds since 1970
    own INTEGER NOT NULL DEFAULT 0,      -- the built-in storage
    document TEXT NOT NULL               -- other members, as JSON
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
    target TEXT NOT NULL,                -- purpose of the upload
    part TEXT NOT NULL,                  -- name of the incomplete file
    size INTEGER NOT NULL, held TEXT NOT NULL,  -- received ranges, as JSON
    file INTEGER, job INTEGER
) WITHOUT ROWID;

CREATE TABLE shape (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    item INTEGER NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL,
    tags TEXT NOT NULL, mime TEXT NOT NULL,     -- both as JSON
    wanted TEXT NOT NULL DEFAULT '[]'    -- shape tags of the renditions to create when the shape is complete, as JSON
);
CREATE INDEX shape_item ON shape (item);
CREATE TABLE component (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    shape INTEGER NOT NULL, kind TEXT NOT NULL, position INTEGER NOT NULL,
    awaited INTEGER NOT NULL DEFAULT 0,  -- whether its file is still expected
    job INTEGER,                         -- the job that imports the file
    document TEXT NOT NULL               -- the component document, as JSON
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
    at INTEGER NOT NULL, time TEXT NOT NULL,    -- in microseconds, and as a time code
    media_type TEXT NOT NULL, data BLOB NOT NULL, changed INTEGER NOT NULL,
    PRIMARY KEY (item, kind, at)
);

CREATE TABLE export_location (name TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE notification (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT,                           -- type of the watched entity; NULL: placeholder notification
    entity INTEGER,                      -- the watched entity; NULL: all
    document TEXT NOT NULL
);
"""
