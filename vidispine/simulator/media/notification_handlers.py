"""Operations on notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.formats import serial_of, site_id
from vidispine.simulator.http.errors import invalid, not_found, not_implemented
from vidispine.simulator.http.responses import Answer, lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine.simulator.http.requests import Call, Handler

from vidispine.simulator.media.notification_store import EVENTS

__all__ = ["NOTIFICATION_HANDLERS"]

_WATCHES = {"job": ("job",), "item": ("item", "shape"), "storage": ("file",), "file": ("file",)}
"""By the type of the watched entity, the triggers that go with it."""


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
