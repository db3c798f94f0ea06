"""Operations on relations between items."""

from __future__ import annotations

from sqlite3 import Row
from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.formats import serial_of, site_id
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.database.simple_metadata import SimpleMetadataStore
    from vidispine.simulator.http.requests import Request

ROLE = "_relation_read"

DIRECTIONS = {
    "S": "directed AND source = ?1",
    "T": "directed AND target = ?1",
    "D": "directed",
    "U": "NOT directed",
    "A": "1",
}
"""Conditions on the relations of an item, by the values of ``direction``."""


def _item(request: Request, id: str, permission: str) -> Item:
    item = request.state.items.get(id)
    request.state.access.check(item.ref, request.user, permission)
    return item


def _is_directed(direction: str | None) -> bool:
    if direction not in ("D", "U"):
        raise invalid_input("direction", direction, "direction must be D or U")
    return direction == "D"


def _create(request: Request, direction: Mapping[str, Any], pairs: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """Create a relation, or return an equal one when the request allows no duplicates."""
    directed = _is_directed(direction.get("type"))
    source, target = (_item(request, direction.get(end, ""), "WRITE").serial for end in ("source", "target"))
    database = request.state.database
    if not request.arguments.get("allowDuplicate", True):
        statement = "SELECT * FROM relation WHERE source = ? AND target = ? AND directed = ?"
        equal = database.row(statement, source, target, directed)
        if equal is not None:
            return _document(request, equal)
    serial = database.insert("relation", source=source, target=target, directed=directed)
    request.state.simple_metadata.put_pairs(f"relation:{serial}", pairs)
    return _document(request, _row(request, site_id(serial)))


def _document(request: Request, row: Row) -> dict[str, Any]:
    pairs = request.state.simple_metadata.pairs(f"relation:{row['serial']}")
    ends = {"source": site_id(row["source"]), "target": site_id(row["target"])}
    direction = {"type": "D" if row["directed"] else "U", **ends}
    return {"id": site_id(row["serial"]), "direction": direction, **({"value": pairs} if pairs else {})}


def _row(request: Request, id: str) -> Row:
    row = request.state.database.row("SELECT * FROM relation WHERE serial = ?", serial_of(id, "RELATION"))
    if row is None:
        raise not_found("relation", id)
    return row


def _requested(request: Request, permission: str) -> Row:
    row = _row(request, request.arguments["relation-id"])
    for end in ("source", "target"):
        request.state.access.check(EntityRef("item", row[end]), request.user, permission)
    return row


def _of(request: Request, item: Item, other: Item | None = None) -> list[Row]:
    """Return the relations of an item in the requested direction, as seen from it."""
    direction = request.arguments.get("direction", "A")
    if direction not in DIRECTIONS:
        raise invalid_input("direction", direction, f"direction must be one of {', '.join(DIRECTIONS)}")
    ends = "(source = ?1 OR target = ?1) AND (?2 IS NULL OR source = ?2 OR target = ?2)"
    statement = f"SELECT * FROM relation WHERE {DIRECTIONS[direction]} AND {ends} ORDER BY serial"  # noqa: S608
    return request.state.database.rows(statement, item.serial, None if other is None else other.serial)


def _delete(request: Request, rows: Iterable[Row]) -> Response:
    for row in rows:
        _forget(request.state.database, request.state.simple_metadata, row["serial"])
    return Response()


def _forget(database: Database, pairs: SimpleMetadataStore, serial: int) -> None:
    pairs.clear(f"relation:{serial}")
    database.delete("relation", serial=serial)


def delete_relations(database: Database, pairs: SimpleMetadataStore, item: int) -> None:
    """Delete all relations of an item."""
    for serial in database.column("SELECT serial FROM relation WHERE source = ?1 OR target = ?1", item):
        _forget(database, pairs, serial)


@operation()
def create_item_relation(request: Request) -> Response:
    given = request.arguments
    return Response(_create(request, {"type": given["direction"], "source": given["id1"], "target": given["id2"]}))


@operation()
def create_item_relations(request: Request) -> Response:
    relations = request.body.get("relation", ())
    made = [_create(request, relation["direction"], relation.get("value", ())) for relation in relations]
    return Response({"relation": made} if made else {})


@operation(ROLE)
def get_item_relation(request: Request) -> Response:
    return Response(_document(request, _requested(request, "READ")))


@operation(ROLE)
def get_item_relations(request: Request) -> Response:
    rows = _of(request, _item(request, request.arguments["id"], "READ"))
    relations = [_document(request, row) for row in rows]
    return Response({"relation": relations} if rows else {}, text_lines([site_id(row["serial"]) for row in rows]))


@operation()
def update_item_relation(request: Request) -> Response:
    row = _requested(request, "WRITE")
    if "direction" in request.arguments:
        directed = _is_directed(request.arguments["direction"])
        request.state.database.update("relation", row["serial"], directed=directed)
    return Response(_document(request, _row(request, request.arguments["relation-id"])))


@operation()
def delete_item_relation(request: Request) -> Response:
    return _delete(request, [_requested(request, "WRITE")])


@operation()
def delete_item_relations(request: Request) -> Response:
    return _delete(request, _of(request, _item(request, request.arguments["id"], "WRITE")))


@operation()
def delete_item_to_item_relation(request: Request) -> Response:
    ends = [_item(request, request.arguments[name], "WRITE") for name in ("id1", "id2")]
    rows = _of(request, *ends)
    if not rows:
        raise not_found("relation", f"{ends[0].id}-{ends[1].id}")
    return _delete(request, rows)
