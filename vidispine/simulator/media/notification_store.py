"""Notifications: who wants to hear of what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.simulator.formats import serial_of, site_id
from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.simulator.database import Database

__all__ = ["EVENTS", "Notification", "Notifications"]

EVENTS: dict[str, tuple[str, ...]] = {
    "job": ("create", "update", "finished", "fail", "stop"),
    "item": ("create", "delete"),
    "shape": ("create", "modify", "delete"),
    "file": ("new", "close", "change", "hash", "delete"),
}
"""The triggers that are fired, with their events."""


class Notification(NamedTuple):
    """A notification's row."""

    serial: int
    type: str | None
    entity: int | None
    document: str

    @property
    def content(self) -> dict[str, Any]:
        """The document that it was made with."""
        return dict(json.loads(self.document))


class Notifications:
    """All notifications."""

    def __init__(self, database: Database) -> None:
        """Speak about the notifications in this database."""
        self._database = database

    def add(self, type: str | None, entity: int | None, document: Mapping[str, Any]) -> int:
        """Add a notification and return its number."""
        return self._database.insert("notification", type=type, entity=entity, document=json.dumps(document))

    def ids(self, type: str | None, entity: int | None) -> list[str]:
        """Return the ids of those that watch an entity, all of a type, or nothing by themselves."""
        rows = self._database.rows(
            "SELECT serial FROM notification WHERE type IS ? AND entity IS ? ORDER BY serial", type, entity
        )
        return [site_id(row["serial"]) for row in rows]

    def get(self, type: str | None, entity: int | None, id: str) -> Notification:
        """Return a notification by its id.

        :raises Fault: there is none
        """
        row = self._database.row(
            "SELECT * FROM notification WHERE serial = ? AND type IS ? AND entity IS ?",
            serial_of(id, "NOTIFICATION"), type, entity,
        )  # fmt: skip
        if row is None:
            raise not_found("notification", id)
        return Notification(*row)

    def named(self, id: str | None) -> int | None:
        """Return the number of the placeholder notification that a request names.

        :raises Fault: there is none
        """
        return None if not id else self.get(None, None, id).serial

    def update(self, notification: Notification, document: Mapping[str, Any]) -> None:
        """Give a notification another document."""
        self._database.update("notification", notification.serial, document=json.dumps(document))

    def delete(self, type: str | None, entity: int | None, id: str | None = None) -> None:
        """Remove one notification, or all that watch the same.

        :raises Fault: there is none of this id
        """
        for name in self.ids(type, entity) if id is None else [id]:
            notification = self.get(type, entity, name)
            self._database.execute("DELETE FROM notification WHERE serial = ?", [notification.serial])

    def any(self) -> bool:
        """Return whether there are any."""
        return self._database.value("SELECT 1 FROM notification LIMIT 1") is not None

    def watching(self, entities: Iterable[tuple[str, int]]) -> list[Notification]:
        """Return those that watch one of some entities, or all of its type."""
        found = {}
        for type, serial in entities:
            rows = self._database.rows(
                "SELECT * FROM notification WHERE type = ? AND (entity IS NULL OR entity = ?) ORDER BY serial",
                type, serial,
            )  # fmt: skip
            found.update({row["serial"]: Notification(*row) for row in rows})
        return list(found.values())

    def of_job(self, job: int) -> tuple[Notification, str | None] | None:
        """Return the placeholder notification that was named when a job was created, and what it is to add."""
        row = self._database.row("SELECT notification, extra FROM job_work WHERE job = ?", job)
        if row is None or row["notification"] is None:
            return None
        found = self._database.row("SELECT * FROM notification WHERE serial = ?", row["notification"])
        return None if found is None else (Notification(*found), row["extra"])
