"""Tables of users, groups, access keys and access controls."""

from __future__ import annotations

READABLE = "level >= 1 AND json_type(document, '$.operation') IS NULL"
"""Condition for access controls that let users read the whole entity."""

ACCOUNTS = f"""
CREATE TABLE user (
    name TEXT PRIMARY KEY, password TEXT, real_name TEXT, enabled INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE token (
    digest TEXT PRIMARY KEY, user TEXT NOT NULL, milliseconds INTEGER NOT NULL, refreshing INTEGER NOT NULL,
    begun INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE access_control (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, owner INTEGER NOT NULL,
    grantor TEXT,
    user TEXT, user_group TEXT,  -- the user or the group that it applies to
    permission TEXT NOT NULL,
    level INTEGER NOT NULL,      -- position of the permission in the order of permissions
    recursive INTEGER NOT NULL,
    document TEXT NOT NULL       -- other members, as JSON
);
CREATE INDEX access_control_owner ON access_control (kind, owner);
CREATE INDEX access_control_user ON access_control (kind, user, owner) WHERE {READABLE};
CREATE INDEX access_control_group ON access_control (kind, user_group, owner) WHERE {READABLE};

CREATE TABLE user_group (name TEXT PRIMARY KEY, description TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE membership (
    user_group TEXT NOT NULL,
    kind TEXT NOT NULL,          -- user or group
    member TEXT NOT NULL,
    PRIMARY KEY (user_group, kind, member)
) WITHOUT ROWID;
CREATE INDEX membership_of ON membership (kind, member);

CREATE TABLE secret (
    alias TEXT NOT NULL,
    key TEXT NOT NULL,           -- a key with a value; empty: the secret itself
    PRIMARY KEY (alias, key)
) WITHOUT ROWID;

CREATE TABLE access_key (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT, is_active INTEGER NOT NULL, digest TEXT NOT NULL,
    created INTEGER NOT NULL
) WITHOUT ROWID;
"""
