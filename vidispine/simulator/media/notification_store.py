"""Stores notifications."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._documents.json import load_json
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.formats import serial_of, site_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.database.connection import Database

EVENTS: dict[str, tuple[str, ...]] = {
    "access": ("create", "change", "delete"),
    "collection": ("create", "modify", "delete", "item", "metadata"),
    "deletionLock": ("create", "modify", "delete", "effective", "expire"),
    "document": ("create", "modify", "delete"),
    "file": ("new", "close", "change", "hash", "delete"),
    "group": ("create", "modify", "delete"),
    "item": ("create", "modify", "delete"),
    "job": ("create", "update", "finished", "fail", "stop"),
    "metadata": ("modify",),
    "quota": ("create", "delete", "warning"),
    "shape": ("create", "modify", "delete"),
    "storage": ("create", "delete", "filename"),
}
"""Triggers and their events. Those of quota rules and deletion locks, which the simulator lacks, never occur."""


class Notification(NamedTuple):
    """A row of the table ``notification``."""

    serial: int
    type: str | None
    entity: int | None
    document: str

    @property
    def id(self) -> str:
        """The notification's id."""
        return site_id(self.serial)

    @property
    def content(self) -> dict[str, Any]:
        """The document of the notification."""
        return dict(load_json(self.document))


class NotificationStore:
    """Stores notifications. They are few, and events are frequent, so the store keeps all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cache: dict[None, list[Notification]] = database.new_cache()

    def _all(self) -> list[Notification]:
        found = self._cache.get(None)
        if found is None:
            found = self._database.records(Notification, "SELECT * FROM notification ORDER BY serial")
            self._cache[None] = found
        return found

    def add(self, type: str | None, entity: int | None, document: Mapping[str, Any]) -> int:
        """Add a notification. Return its serial number."""
        self._cache.clear()
        return self._database.insert("notification", type=type, entity=entity, document=json.dumps(document))

    def ids(self, type: str | None, entity: int | None) -> list[str]:
        """Return the ids of the notifications for an entity, for a type, or of placeholder notifications."""
        return [each.id for each in self._all() if (each.type, each.entity) == (type, entity)]

    def get(self, type: str | None, entity: int | None, id: str) -> Notification:
        """Return a notification.

        :raises ApiError: the notification is missing
        """
        serial = serial_of(id, "NOTIFICATION")
        for notification in self._all():
            if notification[:3] == (serial, type, entity):
                return notification
        raise not_found("notification", id)

    def placeholder_serial(self, id: str | None) -> int | None:
        """Return the serial number of a placeholder notification.

        :raises ApiError: the notification is missing
        """
        return None if not id else self.get(None, None, id).serial

    def update(self, notification: Notification, document: Mapping[str, Any]) -> None:
        """Replace the document of a notification."""
        self._cache.clear()
        self._database.update("notification", notification.serial, document=json.dumps(document))

    def delete(self, type: str | None, entity: int | None, id: str | None = None) -> None:
        """Delete one notification, or all for the same entity or type.

        :raises ApiError: the notification is missing
        """
        for name in self.ids(type, entity) if id is None else [id]:
            notification = self.get(type, entity, name)
            self._cache.clear()
            self._database.delete("notification", serial=notification.serial)

    def any(self) -> bool:
        """Return whether there are notifications."""
        return bool(self._all())

    def watching(self, entities: Sequence[tuple[str, int]]) -> list[Notification]:
        """Return the notifications for any of the entities, or for their types."""
        return [
            each
            for type, serial in entities
            for each in self._all()
            if each.type == type and each.entity in (None, serial)
        ]

    def of_job(self, job: int) -> tuple[Notification, str | None] | None:
        """Return the placeholder notification of a job and its additional data."""
        row = self._database.row("SELECT notification, extra FROM job_work WHERE job = ?", job)
        if row is None:
            return None
        return next(((each, row["extra"]) for each in self._all() if each.serial == row["notification"]), None)
