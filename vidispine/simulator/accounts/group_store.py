"""Groups of users. Roles are groups that the server has and nobody makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine.simulator.database import Database

__all__ = ["ROLES", "Groups", "is_role"]

ROLES = (
    "_accesscontrol_read", "_accesscontrol_write", "_administrator", "_collection_read", "_collection_write",
    "_configuration_read", "_deletion_lock_write", "_export", "_file_read", "_file_write", "_group_read",
    "_group_write", "_import", "_item_id_read", "_item_shape_read", "_item_shape_write", "_item_uri", "_item_write",
    "_job_notification_read", "_job_notification_write", "_job_read", "_job_write", "_library_read",
    "_library_write", "_metadata_field_write", "_metadata_global_write", "_metadata_read", "_metadata_write",
    "_relation_read", "_sequence_read", "_sequence_write", "_shape_tag_read", "_shape_tag_write",
    "_storage_group_read", "_storage_group_write", "_storage_read", "_storage_write", "_super_access_user",
    "_taskdefinition_read", "_taskdefinition_write", "_thumbnail_read", "_thumbnail_write", "_user_metadata_write",
    "_user_read",
)  # fmt: skip
"""Roles that are listed; a user may be given others."""

_UP = """
    WITH RECURSIVE above (name) AS (
        SELECT user_group FROM membership WHERE kind = ? AND member = ?
        UNION SELECT user_group FROM membership, above WHERE kind = 'group' AND member = name
    ) SELECT name FROM above ORDER BY name
"""
_DOWN = """
    WITH RECURSIVE below (name) AS (
        SELECT member FROM membership WHERE kind = 'group' AND user_group = ?
        UNION SELECT member FROM membership, below WHERE kind = 'group' AND user_group = name
    ) SELECT name FROM below ORDER BY name
"""


def is_role(name: str) -> bool:
    """Return whether a group's name is a role's."""
    return name.startswith("_")


class Groups:
    """All groups, and who is in them."""

    def __init__(self, database: Database) -> None:
        """Speak about the groups in this database."""
        self._database = database

    def exists(self, name: str) -> bool:
        """Return whether there is a group, or a role, of this name."""
        if name in ROLES or self._database.row("SELECT 1 FROM user_group WHERE name = ?", name) is not None:
            return True
        return is_role(name) and bool(self._database.value("SELECT 1 FROM membership WHERE user_group = ?", name))

    def names(self, role: bool | None = None) -> list[str]:
        """Return the names of groups.

        :param role: only roles, or only what is none; both when ``None``
        """
        made = [row["name"] for row in self._database.rows("SELECT name FROM user_group")]
        return sorted([*(made if role is not True else ()), *(ROLES if role is not False else ())])

    def description(self, name: str) -> str:
        """Return what a group is for, as somebody wrote it."""
        return self._database.value("SELECT description FROM user_group WHERE name = ?", name) or ""

    def put(self, name: str, description: str | None = None) -> None:
        """Add a group, or change its description; ``None`` leaves that."""
        self._database.execute("INSERT OR IGNORE INTO user_group (name) VALUES (?)", [name])
        if description is not None:
            self._database.execute("UPDATE user_group SET description = ? WHERE name = ?", [description, name])

    def remove(self, name: str) -> None:
        """Remove a group."""
        self._database.execute("DELETE FROM user_group WHERE name = ?", [name])
        self._database.execute("DELETE FROM membership WHERE user_group = ?", [name])
        self._database.execute("DELETE FROM membership WHERE kind = 'group' AND member = ?", [name])
        self._database.execute("DELETE FROM access_control WHERE user_group = ?", [name])

    # Members

    def join(self, group: str, kind: str, member: str) -> None:
        """Put a user or a group into a group."""
        self._database.execute("INSERT OR IGNORE INTO membership VALUES (?, ?, ?)", [group, kind, member])

    def leave(self, group: str, kind: str, member: str) -> bool:
        """Take a user or a group out of a group, and return whether it was in it."""
        cursor = self._database.execute(
            "DELETE FROM membership WHERE user_group = ? AND kind = ? AND member = ?", [group, kind, member]
        )
        return cursor.rowcount > 0

    def set_roles(self, user: str, roles: Iterable[str]) -> None:
        """Give a user roles in place of those that they have themselves."""
        for name in self.parents("user", user):
            if is_role(name):
                self.leave(name, "user", user)
        for name in roles:
            self.join(name, "user", user)

    def parents(self, kind: str, member: str, traverse: bool = False) -> list[str]:
        """Return the groups that a user or a group is in.

        :param traverse: also those that it is in by way of others
        """
        if traverse:
            return [row["name"] for row in self._database.rows(_UP, kind, member)]
        rows = self._database.rows(
            "SELECT user_group FROM membership WHERE kind = ? AND member = ? ORDER BY user_group", kind, member
        )
        return [row["user_group"] for row in rows]

    def of_user(self, user: str) -> list[str]:
        """Return the groups and roles that a user is in, by way of other groups too."""
        return self.parents("user", user, traverse=True)

    def roles_of(self, user: str) -> list[str]:
        """Return the roles that a user has, by way of groups too."""
        return [name for name in self.of_user(user) if is_role(name)]

    def children(self, group: str, traverse: bool = False) -> list[str]:
        """Return the groups inside a group; with ``traverse`` at any depth."""
        if traverse:
            return [row["name"] for row in self._database.rows(_DOWN, group)]
        return self._members(group, "group")

    def users(self, group: str, traverse: bool = False) -> list[str]:
        """Return the users in a group; with ``traverse`` those in groups inside it too."""
        found = set(self._members(group, "user"))
        for child in self.children(group, traverse=True) if traverse else ():
            found.update(self._members(child, "user"))
        return sorted(found)

    def _members(self, group: str, kind: str) -> list[str]:
        rows = self._database.rows(
            "SELECT member FROM membership WHERE user_group = ? AND kind = ? ORDER BY member", group, kind
        )
        return [row["member"] for row in rows]
