"""Operations on the metadata of items and collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import EntityRef, requested_entity
from vidispine.simulator.http.arguments import read_page, reject_unsupported
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.catalog.metadata_store import Node
    from vidispine.simulator.http.requests import Request


@operation("_metadata_read")
def get_metadata(request: Request) -> Response:
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


@operation("_metadata_write")
def update_metadata(request: Request) -> Response:
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


@operation("_metadata_read")
def get_metadata_change_sets(request: Request) -> Response:
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


@operation("_metadata_read")
def get_metadata_change_set(request: Request) -> Response:
    entity = requested_entity(request, "READ")
    serial = request.state.metadata.change(entity, request.arguments["changeset-id"])
    return Response(request.state.metadata.changes(entity, [serial], request.state.metadata.selection({})))


# Entries


@operation("_metadata_write")
def update_metadata_entry(request: Request) -> Response:
    """Update a field, group or value by its UUID."""
    return _write_entries(request, [(request.arguments["entry-uuid"], request.body)])


@operation("_metadata_write")
def update_metadata_entries(request: Request) -> Response:
    """Update fields, groups and values by their UUIDs."""
    entries = []
    for entry in request.body.get("entry", ()):
        part = entry.get("field") or entry.get("group") or entry.get("value") or {}
        entries.append((part.get("uuid", ""), entry))
    return _write_entries(request, entries)


@operation("_metadata_write")
def move_metadata(request: Request) -> Response:
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


# Global metadata

GLOBAL = EntityRef("global", 1)


@operation("_metadata_read")
def get_global_metadata(request: Request) -> Response:
    selection = request.state.metadata.selection(request.arguments)
    return Response(request.state.metadata.document(GLOBAL, selection, request.arguments.get("revision")))


@operation("_metadata_global_write")
def update_global_metadata(request: Request) -> Response:
    only_changes = request.arguments.get("onlyReturnChanges", False)
    return Response(write_metadata(request, GLOBAL, request.body, only_changes))


@operation("_metadata_read")
def get_metadata_entry(request: Request) -> Response:
    """Get a field, group or value of any entity by its UUID."""
    entity, uuid = _owner(request, "READ"), request.arguments["uuid"]
    document = request.state.metadata.entry(entity, uuid)
    path = "metadata" if entity == GLOBAL else f"{entity.kind}/{entity.id}"
    source = {"loc": f"{request.base_url}/{path}", "type": entity.kind, "id": entity.id}
    return Response({**document, "source": source})


@operation("_metadata_write")
def delete_metadata_entry(request: Request) -> None:
    """Delete a field, group or value of any entity by its UUID."""
    entity, uuid = _owner(request, "WRITE"), request.arguments["uuid"]
    if entity == GLOBAL:
        request.require_role("_metadata_global_write")
    nodes = {node.uuid: node for node in request.state.metadata.store.current(entity)}
    removal = {nodes[uuid].node: {"mode": "remove"}}
    request.state.metadata.write(request, entity, _nest_entry(nodes, nodes[uuid], removal))


def _owner(request: Request, permission: str) -> EntityRef:
    """Return the entity that has the requested entry."""
    uuid = request.arguments["uuid"]
    entity = request.state.metadata.store.owner(uuid)
    if entity is None:
        raise not_found("metadata-entry", uuid)
    if entity != GLOBAL:
        request.state.access.check(entity, request.user, permission)
    return entity


def _nest_entry(nodes: Mapping[str, Node], node: Node, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document that changes one entry, nested in its parents."""
    part = entry.get(node.node)
    if part is None:
        explanation = f"the document contains no {node.node}, which the entry is"
        raise invalid_input(node.node, node.uuid, explanation, context="metadata")
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
