"""Groups of users, and roles: groups that are built in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine.simulator.database.connection import Database

_MEDIA_AREAS = ("file", "item_shape", "job", "job_notification", "shape_tag", "storage", "storage_group", "thumbnail")
_OTHER_AREAS = ("accesscontrol", "collection", "group", "library", "metadata", "sequence", "taskdefinition")
_READ_ONLY = ("configuration", "item_id", "relation", "user")
_WRITE_ONLY = ("deletion_lock", "item", "metadata_field", "metadata_global", "user_metadata")

ROLES = (
    *(f"_{area}_read" for area in (*_MEDIA_AREAS, *_OTHER_AREAS, *_READ_ONLY)),
    *(f"_{area}_write" for area in (*_MEDIA_AREAS, *_OTHER_AREAS, *_WRITE_ONLY)),
    *("_administrator", "_export", "_import", "_item_uri", "_super_access_user"),
)
"""The roles that are listed. Users may be granted others."""

_ANCESTORS = """
    WITH RECURSIVE above (name) AS (
        SELECT user_group FROM membership WHERE kind = ? AND member = ?
        UNION SELECT user_group FROM membership, above WHERE kind = 'group' AND member = name
    ) SELECT name FROM above ORDER BY name
"""
_DESCENDANTS = """
    WITH RECURSIVE below (name) AS (
        SELECT member FROM membership WHERE kind = 'group' AND user_group = ?
        UNION SELECT member FROM membership, below WHERE kind = 'group' AND user_group = name
    ) SELECT name FROM below ORDER BY name
"""


def is_role(name: str) -> bool:
    """Return whether a name is the name of a role."""
    return name.startswith("_")


class GroupStore:
    """Stores groups and their members."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ancestors: dict[tuple[str, str], list[str]] = database.new_cache()

    def exists(self, name: str) -> bool:
        """Return whether a group or role exists."""
        if name in ROLES or self._database.row("SELECT 1 FROM user_group WHERE name = ?", name) is not None:
            return True
        return is_role(name) and bool(self._database.value("SELECT 1 FROM membership WHERE user_group = ?", name))

    def check(self, name: str) -> str:
        """Return the name of an existing group or role.

        :raises ApiError: it is missing
        """
        if not self.exists(name):
            raise not_found("Group", name)
        return name

    def names(self, role: bool | None = None) -> list[str]:
        """Return the names of groups.

        :param role: only roles (``True``) or only groups (``False``). Default: both
        """
        custom = self._database.column("SELECT name FROM user_group")
        return sorted([*(custom if role is not True else ()), *(ROLES if role is not False else ())])

    def description(self, name: str) -> str:
        """Return the description of a group."""
        return self._database.value("SELECT description FROM user_group WHERE name = ?", name) or ""

    def put(self, name: str, description: str | None = None) -> None:
        """Create a group or update its description."""
        self._database.execute("INSERT OR IGNORE INTO user_group (name) VALUES (?)", [name])
        if description is not None:
            self._database.execute("UPDATE user_group SET description = ? WHERE name = ?", [description, name])

    def remove(self, name: str) -> None:
        """Delete a group."""
        self._ancestors.clear()
        self._database.delete("user_group", name=name)
        self._database.delete("membership", user_group=name)
        self._database.delete("membership", kind="group", member=name)
        self._database.delete("access_control", user_group=name)

    # Members

    def add_member(self, group: str, kind: str, member: str) -> None:
        """Add a user or group to a group."""
        self._ancestors.clear()
        self._database.execute("INSERT OR IGNORE INTO membership VALUES (?, ?, ?)", [group, kind, member])

    def remove_member(self, group: str, kind: str, member: str) -> bool:
        """Remove a user or group from a group. Return whether it was a member."""
        self._ancestors.clear()
        return self._database.delete("membership", user_group=group, kind=kind, member=member) > 0

    def remove_members(self, group: str) -> None:
        """Remove all users and groups from a group."""
        self._ancestors.clear()
        self._database.delete("membership", user_group=group)

    def set_roles(self, user: str, roles: Iterable[str]) -> None:
        """Replace the roles that are granted to a user directly."""
        for name in self.parents("user", user):
            if is_role(name):
                self.remove_member(name, "user", user)
        for name in roles:
            self.add_member(name, "user", user)

    def parents(self, kind: str, member: str, traverse: bool = False) -> list[str]:
        """Return the groups that contain a user or group.

        :param traverse: include indirect ones
        """
        if traverse:
            if (kind, member) not in self._ancestors:
                self._ancestors[kind, member] = self._database.column(_ANCESTORS, kind, member)
            return self._ancestors[kind, member]
        statement = "SELECT user_group FROM membership WHERE kind = ? AND member = ? ORDER BY user_group"
        return self._database.column(statement, kind, member)

    def groups_of_user(self, user: str) -> list[str]:
        """Return the groups and roles of a user, including indirect ones."""
        return self.parents("user", user, traverse=True)

    def roles_of(self, user: str) -> list[str]:
        """Return the roles of a user, including indirect ones."""
        return [name for name in self.groups_of_user(user) if is_role(name)]

    def children(self, group: str, traverse: bool = False) -> list[str]:
        """Return the groups within a group. With ``traverse``, at any depth."""
        if traverse:
            return self._database.column(_DESCENDANTS, group)
        return self._members(group, "group")

    def users(self, group: str, traverse: bool = False) -> list[str]:
        """Return the users in a group. With ``traverse``, including groups within it."""
        found = set(self._members(group, "user"))
        for child in self.children(group, traverse=True) if traverse else ():
            found.update(self._members(child, "user"))
        return sorted(found)

    def _members(self, group: str, kind: str) -> list[str]:
        statement = "SELECT member FROM membership WHERE user_group = ? AND kind = ? ORDER BY member"
        return self._database.column(statement, group, kind)
