"""Notifications: who wants to hear of what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.simulator.formats import serial_of, site_id
from vidispine.simulator.http.errors import invalid, not_found, not_implemented
from vidispine.simulator.http.responses import Answer, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Call, Handler

__all__ = ["EVENTS", "NOTIFICATION_HANDLERS", "Notification", "Notifications"]

EVENTS: dict[str, tuple[str, ...]] = {
    "job": ("create", "update", "finished", "fail", "stop"),
    "item": ("create", "delete"),
    "shape": ("create", "modify", "delete"),
    "file": ("new", "close", "change", "hash", "delete"),
}
"""The triggers that are fired, with their events."""

_WATCHES = {"job": ("job",), "item": ("item", "shape"), "storage": ("file",), "file": ("file",)}
"""By the type of the watched entity, the triggers that go with it."""


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


# Requests


def _subject(call: Call) -> tuple[str | None, int | None]:
    """Return type and number of what a notification watches, as its path says."""
    type = call.arguments.get("type")
    if type is None:
        return None, None
    if type not in _WATCHES:
        raise not_implemented(f"the simulator has no notifications about {type}")
    id = call.arguments.get("entity-id")
    return type, None if id is None else _entity(call, type, id)


def _entity(call: Call, type: str, id: str) -> int:
    media = call.world.media
    if type == "item":
        return call.world.items.get(id).serial
    if type == "file":
        return media.files.get(id).serial
    if type == "storage":
        return media.storages.get(id).serial
    serial = serial_of(id, "JOB")
    if serial is None or call.world.scheduler.job(serial) is None:
        raise not_found("Job", id)
    return serial


def _need(call: Call, right: str) -> None:
    call.need(f"_{call.arguments.get('type', 'placeholder')}_notification_{right}")


def _checked(call: Call, type: str | None) -> dict[str, Any]:
    """Return the document of a request.

    :raises Fault: it asks for what is not simulated
    """
    document: dict[str, Any] = call.body
    if set(document["action"]) != {"http"}:
        raise not_implemented("the simulator notifies by http alone: give one action, http")
    url = document["action"]["http"]["url"]
    if not url.startswith(("http://", "https://")):
        raise invalid("action.http.url", url, "url must begin with http:// or https://", context="body")
    if document["action"]["http"].get("method", "POST") not in ("POST", "PUT"):
        raise invalid("action.http.method", None, "method must be POST or PUT", context="body")
    triggers = _WATCHES[type] if type is not None else ("job",)
    for name, trigger in document["trigger"].items():
        if name not in EVENTS:
            raise not_implemented(f"the simulator never fires {name} triggers")
        if name not in triggers:
            raise invalid(f"trigger.{name}", None, f"this watches {type or 'jobs'}, not {name}s", context="body")
        if not set(trigger) & set(EVENTS[name]) and not trigger.get("placeholder"):
            raise invalid(f"trigger.{name}", None, f"name one of {', '.join(EVENTS[name])}", context="body")
    if len(document["trigger"]) != 1:
        raise invalid("trigger", None, "give one trigger", context="body")
    return document


def _create(call: Call) -> Answer:
    _need(call, "write")
    type, entity = _subject(call)
    id = site_id(call.world.media.notifications.add(type, entity, _checked(call, type)))
    call.world.media.notifier.wake()
    return Answer({"uri": [id]}, id)


def _list(call: Call) -> Answer:
    _need(call, "read")
    ids = call.world.media.notifications.ids(*_subject(call))
    return Answer({"uri": ids} if ids else {}, lines(ids))


def _get(call: Call) -> Answer:
    _need(call, "read")
    return Answer(call.world.media.notifications.get(*_subject(call), call.arguments["notification-id"]).content)


def _update(call: Call) -> Answer:
    _need(call, "write")
    type, entity = _subject(call)
    notification = call.world.media.notifications.get(type, entity, call.arguments["notification-id"])
    document = _checked(call, type)
    call.world.media.notifications.update(notification, document)
    return Answer(document)


def _delete(call: Call) -> Answer:
    _need(call, "write")
    call.world.media.notifications.delete(*_subject(call), call.arguments.get("notification-id"))
    return Answer()


def _handlers() -> Iterable[Handler]:
    """Return the same five for all, for one entity, and for jobs that name them."""
    for kind in ("", "entity_", "placeholder_"):
        for name, action in (
            (f"create_{kind}notification", _create),
            (f"get_{kind}notifications", _list),
            (f"get_{kind}notification", _get),
            (f"update_{kind}notification", _update),
            (f"delete_{kind}notification", _delete),
            (f"delete_{kind}notifications", _delete),
        ):
            yield _named(name, action)


def _named(name: str, action: Handler) -> Handler:
    def handler(call: Call) -> Answer:
        return action(call)

    handler.__name__ = name
    return handler


NOTIFICATION_HANDLERS: list[Handler] = list(_handlers())
