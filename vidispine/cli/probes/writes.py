"""Probes that write to a scratch item: how metadata is written, and what deletion does."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from vidispine.cli.probes.probe import NotCheckedError, Probe
from vidispine.exceptions import ApiException

if TYPE_CHECKING:
    from vidispine.cli.probes.probe import Server
    from vidispine.models import MetadataType, MetadataValueType

__all__ = ["PROBES"]

FIELD = "title"
"""A field that every server has and that users may write."""


def _replace(server: Server) -> str:
    _write(server, [{"value": "one"}])
    return f"{' '.join(_write(server, [{'value': 'two'}]))}"


def _unnamed(server: Server) -> str:
    other = _other_field(server)
    _write(server, [{"value": "one"}])
    _put(server, _document([{"value": "two"}], other))
    stays = _texts(server) == ["one"]
    _put(server, _document([], other))
    return "stay" if stays else "are removed"


def _empty_timespan(server: Server) -> str:
    _write(server, [{"value": "one"}])
    _put(server, {"timespan": [{"start": "-INF", "end": "+INF"}]})
    return "its fields are removed" if not _texts(server) else "nothing"


def _add(server: Server) -> str:
    _write(server, [{"value": "one"}])
    return " ".join(_write(server, [{"value": "two", "mode": "add"}]))


def _remove(server: Server) -> str:
    _write(server, [{"value": "one"}, {"value": "two"}])
    value = _values(server)[-1]
    if not value.uuid:
        raise NotCheckedError("values have no uuid")
    return " ".join(_write(server, [{"uuid": value.uuid, "mode": "remove"}]))


def _empty(server: Server) -> str:
    _write(server, [{"value": "one"}])
    return "removed" if not _write(server, []) else "kept"


def _revision(server: Server) -> str:
    return "present" if _metadata(server).revision else "missing"


def _conflict(server: Server) -> str:
    _write(server, [{"value": "one"}])
    outdated = _metadata(server).revision
    _write(server, [{"value": "two"}])
    try:
        _put(server, {"revision": outdated, **_document([{"value": "three"}])})
    except ApiException as error:
        return f"status {error.status}"
    return "both values are kept" if len(_texts(server)) > 1 else "the last write wins"


def _identifiers(server: Server) -> str:
    _write(server, [{"value": "one"}])
    return "present" if all(value.uuid for value in _values(server)) else "missing"


def _delete(server: Server) -> str:
    item_id = server.scratch_item()
    response = server.request("DELETE", f"/item/{item_id}")
    gone = server.request("GET", f"/item/{item_id}").status
    if gone == HTTPStatus.NOT_FOUND:
        server.forget_scratch_item()
    return f"status {response.status}, then {gone}"


def _document(values: list[dict[str, Any]], field: str = FIELD) -> dict[str, Any]:
    return {"timespan": [{"start": "-INF", "end": "+INF", "field": [{"name": field, "value": values}]}]}


def _other_field(server: Server) -> str:
    """Return another field that takes any text."""
    for field in server.client.metadata_field.get_metadata_fields().field or []:
        if field.type == "string" and field.system != "true" and not field.constraint and field.name != FIELD:
            return str(field.name)
    raise NotCheckedError("needs another field of type string")


def _write(server: Server, values: list[dict[str, Any]]) -> list[str]:
    _put(server, _document(values))
    return _texts(server)


def _put(server: Server, document: dict[str, Any]) -> None:
    server.client.metadata.update_metadata("item", server.scratch_item(), document)


def _metadata(server: Server) -> MetadataType:
    item = server.client.item.get_item(server.scratch_item(), content="metadata", field=[FIELD])
    if item.metadata is None:
        raise NotCheckedError("the item has no metadata")
    return item.metadata


def _values(server: Server) -> list[MetadataValueType]:
    spans = _metadata(server).timespan or []
    return [value for span in spans for field in span.field or [] if field.name == FIELD for value in field.value or []]


def _texts(server: Server) -> list[str]:
    return sorted(str(value.value) for value in _values(server))


PROBES = tuple(
    Probe(f"metadata.{name}", question, observe, expected, writes=True)
    for name, question, observe, expected in (
        ("replace", "Writing a value to a field that has one", _replace, "two"),
        ("unnamed", "Fields that a write does not name", _unnamed, "stay"),
        ("timespan", "Writing a timespan without fields", _empty_timespan, "its fields are removed"),
        ("add", 'Writing a value with mode="add"', _add, "one two"),
        ("remove", 'Removing a value by its uuid with mode="remove"', _remove, "one"),
        ("empty", "Writing an empty list of values", _empty, "removed"),
        ("identifiers", "uuid of values", _identifiers, "present"),
        ("revision", "Revision of metadata", _revision, "present"),
        ("conflict", "Writing with an outdated revision", _conflict, "status 409"),
        ("delete", "Deleting an item, and reading it afterwards", _delete, "status 200, then 404"),
    )
)
