"""Operations on the metadata of items and collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import requested_entity
from vidispine.simulator.http.arguments import read_page, reject_unsupported
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.accounts.entities import EntityRef
    from vidispine.simulator.catalog.metadata_store import Node
    from vidispine.simulator.http.requests import Handler, Request

__all__ = ["METADATA_HANDLERS", "change_sets", "write_metadata"]


def get_metadata(request: Request) -> Response:
    """Get the metadata of an entity."""
    request.require_role("_metadata_read")
    reject_unsupported(request, projection=("default",))
    entity = requested_entity(request, "READ")
    selection = request.state.metadata.selection(request.arguments)
    document = request.state.metadata.document(entity, selection, request.arguments.get("revision"))
    if selection.terse:
        return Response({"item": [{"id": entity.id, **document}]})
    # Observed: items are returned in a list, collections are not.
    if entity.kind == "collection":
        return Response(document, model="MetadataType")
    return Response({"item": [{"id": entity.id, "metadata": document}]})


def update_metadata(request: Request) -> Response:
    """Update the metadata of an entity."""
    request.require_role("_metadata_write")
    reject_unsupported(request, projection=("default",), **{"output-projection": ("default",)})
    entity = requested_entity(request, "WRITE")
    document = write_metadata(request, entity, request.body, request.arguments.get("onlyReturnChanges", False))
    if entity.kind == "collection":
        return Response(document, model="MetadataType")
    return Response({"item": [{"metadata": document}]})


def write_metadata(
    request: Request, entity: EntityRef, document: Mapping[str, Any], only_changes: bool = False
) -> dict[str, Any]:
    """Write a document. Return the new state, or only the changes."""
    revision = request.arguments.get("revision") or document.get("revision")
    if revision:
        request.state.metadata.store.check_revision(entity, revision)
    change = request.state.metadata.write(request, entity, document)
    selection = request.state.metadata.selection({})
    if not only_changes:
        return request.state.metadata.document(entity, selection)
    changes = request.state.metadata.changes(entity, [] if change is None else [change], selection)
    found: dict[str, Any] = changes["changeSet"][0]["metadata"] if changes else {}
    return found


# Change sets


def get_metadata_change_sets(request: Request) -> Response:
    """List the change sets of an entity."""
    request.require_role("_metadata_read")
    return change_sets(request, requested_entity(request, "READ"))


def change_sets(request: Request, entity: EntityRef) -> Response:
    """Return a page of the change sets of an entity, or the requested one."""
    selection = request.state.metadata.selection({})
    if "change" in request.arguments:
        serials = [request.state.metadata.change(entity, request.arguments["change"])]
    else:
        first, number, _ = read_page(request, 0)
        every = [change.serial for change in request.state.metadata.store.changes(entity)]
        start = max(first - 1, 0)
        serials = every[start : start + number] if number else every[start:]
    return Response(request.state.metadata.changes(entity, serials, selection))


def get_metadata_change_set(request: Request) -> Response:
    """Get one change set."""
    request.require_role("_metadata_read")
    entity = requested_entity(request, "READ")
    serial = request.state.metadata.change(entity, request.arguments["changeset-id"])
    return Response(request.state.metadata.changes(entity, [serial], request.state.metadata.selection({})))


# Entries


def update_metadata_entry(request: Request) -> Response:
    """Update a field, group or value by its UUID."""
    request.require_role("_metadata_write")
    return _write_entries(request, [(request.arguments["entry-uuid"], request.body)])


def update_metadata_entries(request: Request) -> Response:
    """Update fields, groups and values by their UUIDs."""
    request.require_role("_metadata_write")
    entries = []
    for entry in request.body.get("entry", ()):
        part = entry.get("field") or entry.get("group") or entry.get("value") or {}
        entries.append((part.get("uuid", ""), entry))
    return _write_entries(request, entries)


def move_metadata(request: Request) -> Response:
    """Move a field or group to another timespan."""
    request.require_role("_metadata_write")
    entity, given = requested_entity(request, "WRITE"), request.arguments
    request.state.metadata.move(request, entity, given["uuid"], given.get("start", "-INF"), given.get("end", "+INF"))
    return Response(request.state.metadata.document(entity, request.state.metadata.selection({})))


def _write_entries(request: Request, entries: list[tuple[str, Mapping[str, Any]]]) -> Response:
    entity = requested_entity(request, "WRITE")
    for uuid, entry in entries:
        nodes = {node.uuid: node for node in request.state.metadata.store.current(entity)}
        if uuid not in nodes:
            raise not_found("metadata-entry", uuid)
        request.state.metadata.write(request, entity, _nest_entry(nodes, nodes[uuid], entry))
    return Response(request.state.metadata.document(entity, request.state.metadata.selection({})))


def _nest_entry(nodes: Mapping[str, Node], node: Node, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document that changes one entry, nested in its parents."""
    part = entry.get(node.node)
    if part is None:
        raise invalid_input(node.node, node.uuid, f"the entry is a {node.node}; give it as that", context="metadata")
    inner: dict[str, Any] = {**part, "uuid": node.uuid}
    inner.setdefault("name", node.name)
    if node.node == "value":
        inner.pop("name")
        inner = {"uuid": node.parent, "name": node.name, "value": [{"mode": "add", **inner}]}
        node = nodes[node.parent or ""]
    while node.parent is not None:
        group = nodes[node.parent]
        inner, node = {"uuid": group.uuid, "name": group.name, node.node: [inner]}, group
    return {"timespan": [{"start": node.start, "end": node.stop, node.node: [inner]}]}


METADATA_HANDLERS: list[Handler] = [
    get_metadata,
    get_metadata_change_set,
    get_metadata_change_sets,
    move_metadata,
    update_metadata,
    update_metadata_entries,
    update_metadata_entry,
]
