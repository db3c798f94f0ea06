"""Tables of the catalog."""

from __future__ import annotations

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
    member INTEGER NOT NULL,     -- serial number
    position INTEGER NOT NULL,   -- sort order, possibly with gaps
    PRIMARY KEY (collection, kind, member)
) WITHOUT ROWID;
CREATE INDEX collection_member_of ON collection_member (kind, member);

CREATE TABLE library (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, created INTEGER NOT NULL,
    document TEXT NOT NULL DEFAULT '{}',  -- the settings, as JSON
    refreshed INTEGER            -- time of the last search; NULL: due
);
CREATE TABLE library_member (
    library INTEGER NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (library, item)
) WITHOUT ROWID;
CREATE INDEX library_member_item ON library_member (item);

CREATE TABLE relation (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL, target INTEGER NOT NULL, directed INTEGER NOT NULL
);
CREATE INDEX relation_source ON relation (source);
CREATE INDEX relation_target ON relation (target);

CREATE TABLE external_id (
    id TEXT PRIMARY KEY, namespace TEXT NOT NULL, kind TEXT NOT NULL, owner INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX external_id_owner ON external_id (kind, owner);
CREATE TABLE external_id_namespace (name TEXT PRIMARY KEY, pattern TEXT NOT NULL, priority INTEGER) WITHOUT ROWID;

CREATE TABLE saved_search (
    hash TEXT NOT NULL, operation TEXT NOT NULL,
    document TEXT NOT NULL,      -- parameters and body, as JSON
    PRIMARY KEY (hash, operation)
) WITHOUT ROWID;

CREATE TABLE document (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, created INTEGER NOT NULL, name TEXT NOT NULL UNIQUE
);

CREATE TABLE metadata_field (
    name TEXT PRIMARY KEY, type TEXT NOT NULL,
    document TEXT NOT NULL       -- the definition, as JSON
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

-- Versions of groups, fields and values. A new version keeps the uuid. Old versions are kept.
CREATE TABLE metadata (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,          -- kind of the entity: item, collection, document or global
    owner INTEGER NOT NULL,      -- serial number of the entity
    uuid TEXT NOT NULL,
    parent TEXT,                 -- uuid of the parent group or field
    within TEXT,                 -- uuid of the innermost group, for values
    node TEXT NOT NULL,          -- group, field or value; or type: a group that defines the type of the entity
    name TEXT NOT NULL,          -- for values, the name of the field
    start TEXT NOT NULL, stop TEXT NOT NULL,
    track TEXT, lang TEXT,
    user TEXT NOT NULL, changed INTEGER NOT NULL,
    change INTEGER NOT NULL,     -- the change set that added it
    removed INTEGER,             -- the change set that removed or replaced it
    value TEXT,
    folded TEXT,                 -- search column: the value in lowercase
    number REAL                  -- search column for numbers, times (milliseconds since 1970) and time codes (seconds)
);
CREATE INDEX metadata_owner ON metadata (kind, owner);
CREATE INDEX metadata_folded ON metadata (kind, name, folded, value, owner) WHERE removed IS NULL AND node = 'value';
CREATE INDEX metadata_number ON metadata (kind, name, number, owner) WHERE removed IS NULL AND node = 'value';
CREATE INDEX metadata_sorted ON metadata (kind, owner, name) WHERE removed IS NULL AND node = 'value';
CREATE INDEX metadata_group ON metadata (kind, name, uuid) WHERE removed IS NULL AND node = 'group';
CREATE INDEX metadata_uuid ON metadata (uuid);
-- Full-text index of the current values, by id of the row.
CREATE VIRTUAL TABLE free_text USING fts5(value);
"""
