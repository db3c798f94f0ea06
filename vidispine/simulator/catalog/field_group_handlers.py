"""Groups of metadata fields, and what the simulated server does with their definitions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.field_handlers import field_document
from vidispine.simulator.catalog.field_store import NAME
from vidispine.simulator.formats import SITE
from vidispine.simulator.http.arguments import texts_of
from vidispine.simulator.http.errors import invalid, not_found
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call

__all__ = ["FIELD_GROUPS"]

WRITE = "_metadata_field_write"


def _group(call: Call, name: str) -> dict[str, Any]:
    """Return the definition of a group, without its members.

    :raises Fault: there is no such group
    """
    text = call.world.database.value("SELECT document FROM field_group WHERE name = ?", name)
    if text is None:
        raise not_found("namespace", name)
    found: dict[str, Any] = json.loads(text)
    return found


def _members(call: Call, name: str, kind: str) -> list[str]:
    rows = call.world.database.rows(
        "SELECT name FROM field_group_member WHERE parent = ? AND kind = ? ORDER BY name", name, kind
    )
    return [row["name"] for row in rows]


def _document(call: Call, name: str, above: tuple[str, ...] = (), traverse: bool = False) -> dict[str, Any]:
    """Return a group with its fields and groups; the content of these too when the request wants all."""
    document: dict[str, Any] = {"name": name, **_group(call, name)}
    keys = texts_of(call.arguments.get("data"))
    pairs = call.world.simple_metadata.pairs(f"field-group:{name}") if keys else []
    chosen = [pair for pair in pairs if "all" in keys or pair["key"] in keys]
    if chosen:
        document["data"] = chosen
    fields = [call.world.fields.find(field) for field in _members(call, name, "field")]
    document["field"] = [field_document(call, field) for field in fields if field is not None]
    groups = _members(call, name, "group")
    if traverse:
        document["group"] = [_document(call, g, (*above, name), True) for g in groups if g not in (*above, name)]
    else:
        document["group"] = [{"name": group} for group in groups]
    return {key: value for key, value in document.items() if value != []}


def update_or_create_metadata_field_group(call: Call) -> Answer:
    """Define a group, or change its definition."""
    call.need(WRITE)
    name, body = call.arguments["group-name"], call.body or {}
    if not NAME.fullmatch(name):
        explanation = "the name of a field group is a namespace, an underscore and more, such as acme_person"
        raise invalid(name, name, explanation, context="metadata-field-group")
    definition = {key: body[key] for key in ("inheritance", "externalId", "schema") if key in body}
    call.world.database.execute(
        "INSERT OR REPLACE INTO field_group VALUES (?, ?)",
        [name, json.dumps({"inheritance": "false", "origin": SITE, **definition})],
    )
    if call.arguments.get("clear", False):
        call.world.database.execute("DELETE FROM field_group_member WHERE parent = ?", [name])
    for kind in ("field", "group"):
        for member in body.get(kind, ()):
            _add(call, name, kind, member.get("name", ""))
    for pair in body.get("data", ()):
        call.world.simple_metadata.put(f"field-group:{name}", pair["key"], pair["value"])
    return Answer()


def _add(call: Call, parent: str, kind: str, name: str) -> None:
    _group(call, parent)
    if kind == "field":
        call.world.fields.get(name, "namespace")
    else:
        _group(call, name)
    call.world.database.execute("INSERT OR IGNORE INTO field_group_member VALUES (?, ?, ?)", [parent, kind, name])


def _remove(call: Call, parent: str, kind: str, name: str) -> None:
    _group(call, parent)
    cursor = call.world.database.execute(
        "DELETE FROM field_group_member WHERE parent = ? AND kind = ? AND name = ?", [parent, kind, name]
    )
    if not cursor.rowcount:
        raise not_found("namespace", name)


def get_metadata_field_group(call: Call) -> Answer:
    """Answer with the definition of a group."""
    traverse = call.arguments.get("traverse", False)
    return Answer(_document(call, call.arguments["group-name"], traverse=traverse))


def get_metadata_field_groups(call: Call) -> Answer:
    """Answer with all groups."""
    names = [row["name"] for row in call.world.database.rows("SELECT name FROM field_group ORDER BY name")]
    if call.arguments.get("content", False):
        traverse = call.arguments.get("traverse", False)
        return Answer({"group": [_document(call, name, traverse=traverse) for name in names]}, lines(names))
    return Answer({"group": [{"name": name} for name in names]}, lines(names))


def delete_metadata_field_group(call: Call) -> Answer:
    """Remove a definition, and not the fields in the group."""
    call.need(WRITE)
    name = call.arguments["group-name"]
    _group(call, name)
    call.world.database.execute("DELETE FROM field_group WHERE name = ?", [name])
    call.world.database.execute("DELETE FROM field_group_member WHERE parent = ?", [name])
    call.world.database.execute("DELETE FROM field_group_member WHERE kind = 'group' AND name = ?", [name])
    call.world.simple_metadata.clear(f"field-group:{name}")
    return Answer()


def update_metadata_field_group(call: Call) -> Answer:
    """Put a field into a group."""
    return _change(call, "group-name", "field", "field-name", add=True)


def delete_metadata_field_group_field(call: Call) -> Answer:
    """Take a field out of a group."""
    return _change(call, "group-name", "field", "field-name", add=False)


def add_metadata_field_group_to_field_group(call: Call) -> Answer:
    """Put a group into another."""
    return _change(call, "parent-group-name", "group", "child-group-name", add=True)


def delete_metadata_field_group_from_field_group(call: Call) -> Answer:
    """Take a group out of another."""
    return _change(call, "parent-group-name", "group", "child-group-name", add=False)


def _change(call: Call, parent: str, kind: str, name: str, add: bool) -> Answer:
    call.need(WRITE)
    (_add if add else _remove)(call, call.arguments[parent], kind, call.arguments[name])
    return Answer()


def _owner(call: Call) -> str:
    name: str = call.arguments["group-name"]
    _group(call, name)
    return f"field-group:{name}"


FIELD_GROUPS = table(
    [
        add_metadata_field_group_to_field_group,
        delete_metadata_field_group,
        delete_metadata_field_group_field,
        delete_metadata_field_group_from_field_group,
        get_metadata_field_group,
        get_metadata_field_groups,
        update_metadata_field_group,
        update_or_create_metadata_field_group,
        *metadata_handlers("metadata_field_group", _owner, None, WRITE),
    ]
)
