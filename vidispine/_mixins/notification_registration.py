"""Registers callbacks, each one once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vidispine._documents.registry import find_model
from vidispine._values.checks import check_integer, check_media_type, check_seconds
from vidispine.exceptions import (
    ApiDecodeError,
    ApiTypeError,
    ApiValueError,
    NotFoundException,
    did_you_mean,
    short_repr,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine.types import Strings

__all__ = ["KIND", "register"]

KIND = "vidispine-kind"
"""The parameter that is added to the query of a callback's URL: the kind of notification."""

_DETAILS = frozenset({"contentFilters", "filter", "item", "metadata", "placeholder", "storage", "type"})
"""Members of triggers that are not events."""
_DEFAULTS = {"content_type": "application/json", "method": "POST", "timeout": 10, "retry": 3}
_ACTION = ("content_type", "method", "timeout", "retry", "group", "extradata", "synchronous")


def register(
    api: Any,
    kind: str,
    trigger: str,
    url: str,
    events: Strings,
    entity: str | None,
    more: Mapping[str, Any],
    options: Mapping[str, Any],
) -> str:
    """Create a notification unless there is an equal one, and return its id.

    :param api: the ``NotificationApi`` that makes the calls
    :param kind: the kind of entity, as in the path of the operation
    :param trigger: the member of the trigger, such as ``job``
    :param more: other members of the trigger
    :raises ApiTypeError, ApiValueError: an argument is invalid; nothing was sent
    """
    _check_kind(kind)
    action = _action(_callback_url(url, trigger), options)
    if "filter" in more:
        _check_filter(more["filter"])
    wanted = {"action": {"http": action}, "trigger": {trigger: {**_events(trigger, events), **more}}}
    calls = {name: value for name, value in options.items() if name not in _ACTION}
    for id, present in _registered(api, kind, entity, calls):
        if _is_equal(present, wanted, trigger):
            return id
    if entity is None:
        result = api.create_notification(kind, wanted, **calls)
    else:
        result = api.create_entity_notification(kind, entity, wanted, **calls)
    if not result.uri:
        raise ApiDecodeError(200, "the response contains no URI of the notification", operation="create_notification")
    return _id_of(result.uri[0])


def _check_kind(kind: Any) -> None:
    """Check for a misspelled kind of entity. A server may have other kinds than those that are known."""
    known = find_model("NotificationEntityKind").values()
    near = did_you_mean(kind, known) if isinstance(kind, str) else f": must be one of {', '.join(known)}"
    if kind not in known and near:
        raise ApiValueError(f"there is no kind of entity {short_repr(kind)}{near}")


def _callback_url(url: Any, trigger: str) -> str:
    if not isinstance(url, str):
        raise ApiTypeError(f"the URL of a callback must be a string, not {type(url).__name__}")
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid:
        raise ApiValueError("the URL of a callback must begin with http:// or https:// and a host")
    parts = urlsplit(url)
    kind = "deletion-lock" if trigger == "deletionLock" else trigger
    query = f"{parts.query}&{KIND}={kind}" if parts.query else f"{KIND}={kind}"
    return parts._replace(path=parts.path or "/", query=query).geturl()


def _action(url: str, options: Mapping[str, Any]) -> dict[str, Any]:
    given = {**_DEFAULTS, **{name: options[name] for name in _ACTION if options.get(name) is not None}}
    if given["method"] not in ("POST", "PUT"):
        raise ApiValueError(f"the method of a callback must be POST or PUT, not {given['method']!r}")
    check_media_type("the content type of a callback", given["content_type"])
    check_integer("the retry of a callback", given["retry"], 0)
    timeout = check_seconds("the timeout of a callback", given.pop("timeout"), may_be_zero=True)
    action = {
        "url": url,
        "synchronous": False,
        "timeout": f"{timeout:f}".rstrip("0").rstrip("."),
        "contentType": given.pop("content_type"),
    }
    return {**action, **given}


def _events(trigger: str, events: Strings) -> dict[str, Any]:
    if not isinstance(events, str) and not hasattr(events, "__iter__"):
        raise ApiTypeError(f"events must be text or a list, not {type(events).__name__}")
    names = [events] if isinstance(events, str) else list(events)
    model = find_model(find_model("NotificationTypeTrigger").fields()[_attribute(trigger)].type)
    known = {field.wire: field.type for field in model.fields().values() if field.wire not in _DETAILS}
    if not names:
        raise ApiValueError(f"pass at least one event: {', '.join(known)}")
    for name in names:
        if not isinstance(name, str):
            raise ApiTypeError(f"events must be text or a list of text, not of {type(name).__name__}")
        if name not in known:
            near = did_you_mean(str(name), known)
            raise ApiValueError(f"{trigger} has no event {name!r}{near or ': must be one of ' + ', '.join(known)}")
    # An event is a member with empty text or, if it can have a filter, an empty document.
    return {name: "" if known[name] == "str" else {} for name in names}


def _check_filter(filter: Any) -> None:
    """Check the names of a filter, because a server that ignores unknown ones sends callbacks of all jobs.

    :raises ApiTypeError, ApiValueError: it is not a mapping, or has an unknown name
    """
    model = find_model("NotificationJobTriggerTypeAllOfFilter")
    if isinstance(filter, model):
        return
    if not isinstance(filter, Mapping):
        raise ApiTypeError(f"filter must be a mapping such as {{'type': 'TRANSCODE'}}, not {short_repr(filter)}")
    known = [field.wire for field in model.fields().values()]
    for name in filter:
        if name not in known:
            near = did_you_mean(str(name), known) or f": must be one of {', '.join(known)}"
            raise ApiValueError(f"a filter of jobs has no {name!r}{near}")


def _attribute(trigger: str) -> str:
    return "deletion_lock" if trigger == "deletionLock" else trigger


def _registered(api: Any, kind: str, entity: str | None, calls: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the notifications of a kind, with their ids."""
    whom = (kind,) if entity is None else (kind, entity)
    name = "" if entity is None else "entity_"
    listed = getattr(api, f"get_{name}notifications")(*whom, **calls)
    for id in map(_id_of, (listed and listed.uri) or ()):
        with suppress(NotFoundException):  # deleted since it was listed
            yield id, getattr(api, f"get_{name}notification")(*whom, id, **calls)


def _id_of(uri: str) -> str:
    """Return the id in an entry of the list, which is an id or a URL."""
    return uri.rstrip("/").rpartition("/")[2]


def _is_equal(present: Any, wanted: Mapping[str, Any], trigger: str) -> bool:
    document = present.to_document()
    http = (document.get("action") or {}).get("http") or {}
    found = (document.get("trigger") or {}).get(trigger)
    action = wanted["action"]["http"]
    same = all(http.get(name, _HTTP.get(name)) == action[name] for name in ("url", "method", "contentType"))
    return same and found is not None and _significant(found) == _significant(wanted["trigger"][trigger])


_HTTP = {"method": "POST"}


def _significant(trigger: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trigger without empty members, which servers add or omit."""
    return {name: value for name, value in trigger.items() if value not in (None, False)}
