"""Operations on groups of metadata fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.field_handlers import field_document, requested_data
from vidispine.simulator.database.named_documents import NamedDocuments
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.formats import SITE
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request

WRITE = "_metadata_field_write"


def _groups(request: Request) -> NamedDocuments:
    """Return the definitions of groups, without their members."""
    return NamedDocuments(request.state.database, "field_group", "namespace")


def _members(request: Request, name: str, kind: str) -> list[str]:
    statement = "SELECT name FROM field_group_member WHERE parent = ? AND kind = ? ORDER BY name"
    return request.state.database.column(statement, name, kind)


def _document(request: Request, name: str, above: tuple[str, ...] = (), traverse: bool = False) -> dict[str, Any]:
    """Return the document of a group. With ``traverse``, include the content of groups within it."""
    document: dict[str, Any] = {"name": name, **_groups(request).get(name)}
    document.update(requested_data(request, f"field-group:{name}"))
    fields = [request.state.fields.find(field) for field in _members(request, name, "field")]
    document["field"] = [field_document(request, field) for field in fields if field is not None]
    groups = _members(request, name, "group")
    if traverse:
        document["group"] = [_document(request, g, (*above, name), True) for g in groups if g not in (*above, name)]
    else:
        document["group"] = [{"name": group} for group in groups]
    return {key: value for key, value in document.items() if value != []}


@operation(WRITE)
def update_or_create_metadata_field_group(request: Request) -> None:
    name, body = request.arguments["group-name"], request.body or {}
    if not name.strip() or not name.isprintable():
        raise invalid_input(name, name, "the name of a field group is text", context="metadata-field-group")
    definition = {key: body[key] for key in ("inheritance", "externalId", "schema") if key in body}
    definition.setdefault("schema", {"min": 0, "max": -1, "name": name})
    _groups(request).put(name, {"inheritance": "false", "origin": SITE, **definition})
    if request.arguments.get("clear", False):
        request.state.database.delete("field_group_member", parent=name)
    for kind in ("field", "group"):
        for member in body.get(kind, ()):
            _add(request, name, kind, member.get("name", ""))
    request.state.simple_metadata.put_pairs(f"field-group:{name}", body.get("data", ()))


def _add(request: Request, parent: str, kind: str, name: str) -> None:
    _groups(request).get(parent)
    if kind == "field":
        request.state.fields.get(name, "namespace")
    else:
        _groups(request).get(name)
    request.state.database.execute("INSERT OR IGNORE INTO field_group_member VALUES (?, ?, ?)", [parent, kind, name])


def _remove(request: Request, parent: str, kind: str, name: str) -> None:
    _groups(request).get(parent)
    if not request.state.database.delete("field_group_member", parent=parent, kind=kind, name=name):
        raise not_found("namespace", name)


@operation()
def get_metadata_field_group(request: Request) -> Response:
    traverse = request.arguments.get("traverse", False)
    return Response(_document(request, request.arguments["group-name"], traverse=traverse))


@operation()
def get_metadata_field_groups(request: Request) -> Response:
    names, traverse = _groups(request).names(), request.arguments.get("traverse", False)
    groups: list[dict[str, Any]] = [{"name": name} for name in names]
    if request.arguments.get("content", False):
        groups = [_document(request, name, traverse=traverse) for name in names]
    return Response({"group": groups}, text_lines(names))


@operation(WRITE)
def delete_metadata_field_group(request: Request) -> None:
    """Delete a field group. Its fields remain."""
    name = request.arguments["group-name"]
    _groups(request).delete(name)
    request.state.database.delete("field_group_member", parent=name)
    request.state.database.delete("field_group_member", kind="group", name=name)
    request.state.simple_metadata.clear(f"field-group:{name}")


@operation(WRITE)
def update_metadata_field_group(request: Request) -> None:
    _add(request, request.arguments["group-name"], "field", request.arguments["field-name"])


@operation(WRITE)
def delete_metadata_field_group_field(request: Request) -> None:
    _remove(request, request.arguments["group-name"], "field", request.arguments["field-name"])


@operation(WRITE)
def add_metadata_field_group_to_field_group(request: Request) -> None:
    _add(request, request.arguments["parent-group-name"], "group", request.arguments["child-group-name"])


@operation(WRITE)
def delete_metadata_field_group_from_field_group(request: Request) -> None:
    _remove(request, request.arguments["parent-group-name"], "group", request.arguments["child-group-name"])


def _owner(request: Request) -> str:
    name: str = request.arguments["group-name"]
    _groups(request).get(name)
    return f"field-group:{name}"


register_simple_metadata("metadata_field_group", _owner, None, WRITE)
