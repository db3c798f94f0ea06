"""Operations on groups of metadata fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.catalog.field_handlers import field_document
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.formats import SITE
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request

WRITE = "_metadata_field_write"


def _group(request: Request, name: str) -> dict[str, Any]:
    """Return the definition of a group, without its members.

    :raises ApiError: the group is missing
    """
    text = request.state.database.value("SELECT document FROM field_group WHERE name = ?", name)
    if text is None:
        raise not_found("namespace", name)
    found: dict[str, Any] = load_json(text)
    return found


def _members(request: Request, name: str, kind: str) -> list[str]:
    rows = request.state.database.rows(
        "SELECT name FROM field_group_member WHERE parent = ? AND kind = ? ORDER BY name", name, kind
    )
    return [row["name"] for row in rows]


def _document(request: Request, name: str, above: tuple[str, ...] = (), traverse: bool = False) -> dict[str, Any]:
    """Return the document of a group. With ``traverse``, include the content of groups within it."""
    document: dict[str, Any] = {"name": name, **_group(request, name)}
    keys = split_values(request.arguments.get("data"))
    pairs = request.state.simple_metadata.pairs(f"field-group:{name}") if keys else []
    chosen = [pair for pair in pairs if "all" in keys or pair["key"] in keys]
    if chosen:
        document["data"] = chosen
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
    request.state.database.execute(
        "INSERT OR REPLACE INTO field_group VALUES (?, ?)",
        [name, json.dumps({"inheritance": "false", "origin": SITE, **definition})],
    )
    if request.arguments.get("clear", False):
        request.state.database.execute("DELETE FROM field_group_member WHERE parent = ?", [name])
    for kind in ("field", "group"):
        for member in body.get(kind, ()):
            _add(request, name, kind, member.get("name", ""))
    for pair in body.get("data", ()):
        request.state.simple_metadata.put(f"field-group:{name}", pair["key"], pair["value"])


def _add(request: Request, parent: str, kind: str, name: str) -> None:
    _group(request, parent)
    if kind == "field":
        request.state.fields.get(name, "namespace")
    else:
        _group(request, name)
    request.state.database.execute("INSERT OR IGNORE INTO field_group_member VALUES (?, ?, ?)", [parent, kind, name])


def _remove(request: Request, parent: str, kind: str, name: str) -> None:
    _group(request, parent)
    cursor = request.state.database.execute(
        "DELETE FROM field_group_member WHERE parent = ? AND kind = ? AND name = ?", [parent, kind, name]
    )
    if not cursor.rowcount:
        raise not_found("namespace", name)


@operation()
def get_metadata_field_group(request: Request) -> Response:
    traverse = request.arguments.get("traverse", False)
    return Response(_document(request, request.arguments["group-name"], traverse=traverse))


@operation()
def get_metadata_field_groups(request: Request) -> Response:
    names = [row["name"] for row in request.state.database.rows("SELECT name FROM field_group ORDER BY name")]
    if request.arguments.get("content", False):
        traverse = request.arguments.get("traverse", False)
        return Response({"group": [_document(request, name, traverse=traverse) for name in names]}, text_lines(names))
    return Response({"group": [{"name": name} for name in names]}, text_lines(names))


@operation(WRITE)
def delete_metadata_field_group(request: Request) -> None:
    """Delete a field group. Its fields remain."""
    name = request.arguments["group-name"]
    _group(request, name)
    request.state.database.execute("DELETE FROM field_group WHERE name = ?", [name])
    request.state.database.execute("DELETE FROM field_group_member WHERE parent = ?", [name])
    request.state.database.execute("DELETE FROM field_group_member WHERE kind = 'group' AND name = ?", [name])
    request.state.simple_metadata.clear(f"field-group:{name}")


@operation()
def update_metadata_field_group(request: Request) -> Response:
    return _change(request, "group-name", "field", "field-name", add=True)


@operation()
def delete_metadata_field_group_field(request: Request) -> Response:
    return _change(request, "group-name", "field", "field-name", add=False)


@operation()
def add_metadata_field_group_to_field_group(request: Request) -> Response:
    return _change(request, "parent-group-name", "group", "child-group-name", add=True)


@operation()
def delete_metadata_field_group_from_field_group(request: Request) -> Response:
    return _change(request, "parent-group-name", "group", "child-group-name", add=False)


def _change(request: Request, parent: str, kind: str, name: str, add: bool) -> Response:
    request.require_role(WRITE)
    (_add if add else _remove)(request, request.arguments[parent], kind, request.arguments[name])
    return Response()


def _owner(request: Request) -> str:
    name: str = request.arguments["group-name"]
    _group(request, name)
    return f"field-group:{name}"


register_simple_metadata("metadata_field_group", _owner, None, WRITE)
