"""Tables of the catalog."""

from __future__ import annotations

__all__ = ["CATALOG"]

CATALOG = """
CREATE TABLE item (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL,
    created INTEGER NOT NULL     -- times are milliseconds since 1970
);

CREATE TABLE collection (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, created INTEGER NOT NULL
);
CREATE TABLE collection_member (
    collection INTEGER NOT NULL,
    kind TEXT NOT NULL,          -- item or collection
    member INTEGER NOT NULL,     -- its serial number
    position INTEGER NOT NULL,   -- members are in this order; there may be gaps
    PRIMARY KEY (collection, kind, member)
) WITHOUT ROWID;
CREATE INDEX collection_member_of ON collection_member (kind, member);

CREATE TABLE document (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, created INTEGER NOT NULL, name TEXT NOT NULL UNIQUE
);

CREATE TABLE metadata_field (
    name TEXT PRIMARY KEY, type TEXT NOT NULL,
    document TEXT NOT NULL       -- the definition, as it was given
) WITHOUT ROWID;
CREATE TABLE field_group (name TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE field_group_member (
    parent TEXT NOT NULL,
    kind TEXT NOT NULL,          -- field or group
    name TEXT NOT NULL,
    PRIMARY KEY (parent, kind, name)
) WITHOUT ROWID;

CREATE TABLE change_set (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, owner INTEGER NOT NULL, user TEXT NOT NULL, changed INTEGER NOT NULL
);
CREATE INDEX change_set_owner ON change_set (kind, owner);

-- Each version of each group, field and value. What replaces one has its uuid; none is changed or deleted.
CREATE TABLE metadata (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,          -- of the entity that it describes: item, collection or document
    owner INTEGER NOT NULL,      -- the entity's serial number
    uuid TEXT NOT NULL,
    parent TEXT,                 -- uuid of the group or field that it is in
    within TEXT,                 -- uuid of the innermost group that it is in, for values
    node TEXT NOT NULL,          -- group, field or value, or type: a group that the whole is made by
    name TEXT NOT NULL,          -- a value has its field's
    start TEXT NOT NULL, stop TEXT NOT NULL,
    track TEXT, lang TEXT,
    user TEXT NOT NULL, changed INTEGER NOT NULL,
    change INTEGER NOT NULL,     -- the change set that wrote it
    removed INTEGER,             -- the change set that took it away or replaced it
    value TEXT,
    folded TEXT,                 -- what searches compare: the value in small letters
    number REAL                  -- the same for numbers, times (milliseconds since 1970) and time codes (seconds)
);
CREATE INDEX metadata_owner ON metadata (kind, owner);
CREATE INDEX metadata_folded ON metadata (kind, name, folded, owner) WHERE removed IS NULL AND node = 'value';
CREATE INDEX metadata_number ON metadata (kind, name, number, owner) WHERE removed IS NULL AND node = 'value';
CREATE INDEX metadata_sorted ON metadata (kind, owner, name) WHERE removed IS NULL AND node = 'value';
CREATE INDEX metadata_group ON metadata (kind, name, uuid) WHERE removed IS NULL AND node = 'group';
CREATE INDEX metadata_uuid ON metadata (uuid);
-- The words of values that are there now, by the row of the value.
CREATE VIRTUAL TABLE free_text USING fts5(value);
"""
