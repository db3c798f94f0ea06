"""Operations on notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.errors import invalid_input, not_found, not_implemented
from vidispine.simulator.http.formats import serial_of, site_id
from vidispine.simulator.http.requests import register
from vidispine.simulator.http.responses import Response, text_lines
from vidispine.simulator.media.notification_store import EVENTS

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


_TRIGGERS = {
    "collection": ("collection", "metadata", "access"),
    "deletion-lock": ("deletionLock",),
    "document": ("document", "metadata"),
    "file": ("file",),
    "group": ("group",),
    "item": ("item", "metadata", "shape", "access"),
    "job": ("job",),
    "quota": ("quota",),
    "storage": ("storage", "file"),
}
"""Triggers by the type of the watched entity."""


def _watched_entity(request: Request) -> tuple[str | None, int | None]:
    """Return type and serial number of the watched entity."""
    type = request.arguments.get("type")
    if type is None:
        return None, None
    if type not in _TRIGGERS:
        raise not_implemented(f"the simulator does not support notifications about {type}")
    id = request.arguments.get("entity-id")
    if (type, id) == ("storage", "file"):
        return "file", None  # the path of older servers, storage/file/notification
    return type, None if id is None else _entity(request, type, id)


def _entity(request: Request, type: str, id: str) -> int:
    state = request.state
    stores: dict[str, Any] = {
        "item": state.items,
        "collection": state.collections,
        "file": state.media.files,
        "storage": state.media.storages,
    }
    if type in stores:
        return int(stores[type].get(id).serial)
    if type == "document":
        found: int | None = request.state.database.value("SELECT serial FROM document WHERE name = ?", id)
        if found is None:
            raise not_found("document", id)
        return found
    if type != "job":
        raise not_implemented(f"the simulator does not support notifications about a single {type}")
    serial = serial_of(id, "JOB")
    if serial is None or request.state.scheduler.jobs.get(serial) is None:
        raise not_found("Job", id)
    return serial


def _require_role(request: Request, right: str) -> None:
    request.require_role(f"_{request.arguments.get('type', 'placeholder')}_notification_{right}")


def _read_document(request: Request, type: str | None) -> dict[str, Any]:
    """Return the notification of a request.

    :raises ApiError: the notification is invalid or not supported
    """
    document: dict[str, Any] = request.body
    if set(document["action"]) != {"http"}:
        raise not_implemented("the simulator supports http notifications only: specify the action http")
    url = document["action"]["http"]["url"]
    if not url.startswith(("http://", "https://")):
        raise invalid_input("action.http.url", url, "url must begin with http:// or https://", context="body")
    if document["action"]["http"].get("method", "POST") not in ("POST", "PUT"):
        raise invalid_input("action.http.method", None, "method must be POST or PUT", context="body")
    triggers = _TRIGGERS[type] if type is not None else ("job",)
    for name, trigger in document["trigger"].items():
        if name not in triggers:
            explanation = f"this path is for {type or 'jobs'}, not {name}s"
            raise invalid_input(f"trigger.{name}", None, explanation, context="body")
        if not set(trigger) & set(EVENTS[name]) and not trigger.get("placeholder"):
            raise invalid_input(f"trigger.{name}", None, f"specify one of {', '.join(EVENTS[name])}", context="body")
    if len(document["trigger"]) != 1:
        raise invalid_input("trigger", None, "specify exactly one trigger", context="body")
    return document


def _create(request: Request) -> Response:
    _require_role(request, "write")
    type, entity = _watched_entity(request)
    id = site_id(request.state.media.notifications.add(type, entity, _read_document(request, type)))
    request.state.media.notifier.wake()
    return Response({"uri": [id]}, id)


def _list(request: Request) -> Response:
    _require_role(request, "read")
    ids = request.state.media.notifications.ids(*_watched_entity(request))
    path = [request.arguments[name] for name in ("type", "entity-id") if name in request.arguments]
    base = "/".join([request.base_url, *path, "notification"])
    uris = [f"{base}/{id}" for id in ids]
    return Response({"uri": uris} if uris else {}, text_lines(uris))


def _get(request: Request) -> Response:
    _require_role(request, "read")
    notifications, id = request.state.media.notifications, request.arguments["notification-id"]
    return Response(notifications.get(*_watched_entity(request), id).content)


def _update(request: Request) -> Response:
    _require_role(request, "write")
    type, entity = _watched_entity(request)
    notification = request.state.media.notifications.get(type, entity, request.arguments["notification-id"])
    document = _read_document(request, type)
    request.state.media.notifications.update(notification, document)
    return Response(document)


def _delete(request: Request) -> Response:
    _require_role(request, "write")
    request.state.media.notifications.delete(*_watched_entity(request), request.arguments.get("notification-id"))
    return Response()


# The same handlers are for all entities, for one entity, and for placeholder notifications.
for _kind in ("", "entity_", "placeholder_"):
    for _name, _action in (
        (f"create_{_kind}notification", _create),
        (f"get_{_kind}notifications", _list),
        (f"get_{_kind}notification", _get),
        (f"update_{_kind}notification", _update),
        (f"delete_{_kind}notification", _delete),
        (f"delete_{_kind}notifications", _delete),
    ):
        register(_name, _action)
