"""What the simulated server does with the metadata of items and collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import entity_of
from vidispine.simulator.http.arguments import page_of, refuse
from vidispine.simulator.http.errors import invalid, not_found
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.accounts.entities import Subject
    from vidispine.simulator.catalog.metadata_store import Node
    from vidispine.simulator.http.requests import Call

__all__ = ["METADATA", "change_sets", "write_metadata"]


def get_metadata(call: Call) -> Answer:
    """Answer with the metadata of an entity."""
    call.need("_metadata_read")
    refuse(call, projection=("default",))
    subject = entity_of(call, "READ")
    selection = call.world.metadata.selection(call.arguments)
    document = call.world.metadata.document(subject, selection, call.arguments.get("revision"))
    if selection.terse:
        return Answer({"item": [{"id": subject.id, **document}]})
    return Answer({"item": [{"id": subject.id, "metadata": document}]})


def update_metadata(call: Call) -> Answer:
    """Change the metadata of an entity."""
    call.need("_metadata_write")
    refuse(call, projection=("default",), **{"output-projection": ("default",)})
    subject = entity_of(call, "WRITE")
    document = write_metadata(call, subject, call.body, call.arguments.get("onlyReturnChanges", False))
    # Seen so: items come in a list, collections by themselves.
    if subject.kind == "item":
        return Answer({"item": [{"metadata": document}]})
    return Answer(document, model="MetadataType")


def write_metadata(
    call: Call, subject: Subject, document: Mapping[str, Any], only_changes: bool = False
) -> dict[str, Any]:
    """Write a document and return what there is then, or only what is different."""
    revision = call.arguments.get("revision") or document.get("revision")
    if revision:
        call.world.metadata.rows.check_revision(subject, revision)
    change = call.world.metadata.write(call, subject, document)
    selection = call.world.metadata.selection({})
    if not only_changes:
        return call.world.metadata.document(subject, selection)
    changes = call.world.metadata.changes(subject, [] if change is None else [change], selection)
    found: dict[str, Any] = changes["changeSet"][0]["metadata"] if changes else {}
    return found


# History


def get_metadata_change_sets(call: Call) -> Answer:
    """Answer with the changes that were made to an entity's metadata."""
    call.need("_metadata_read")
    return change_sets(call, entity_of(call, "READ"))


def change_sets(call: Call, subject: Subject) -> Answer:
    """Answer with the page of an entity's change sets that a request asks for, or with the one that it names."""
    selection = call.world.metadata.selection({})
    if "change" in call.arguments:
        serials = [call.world.metadata.change(subject, call.arguments["change"])]
    else:
        first, number, _ = page_of(call, 0)
        every = [change.serial for change in call.world.metadata.rows.changes(subject)]
        start = max(first - 1, 0)
        serials = every[start : start + number] if number else every[start:]
    return Answer(call.world.metadata.changes(subject, serials, selection))


def get_metadata_change_set(call: Call) -> Answer:
    """Answer with one change."""
    call.need("_metadata_read")
    subject = entity_of(call, "READ")
    serial = call.world.metadata.change(subject, call.arguments["changeset-id"])
    return Answer(call.world.metadata.changes(subject, [serial], call.world.metadata.selection({})))


# Single entries


def update_metadata_entry(call: Call) -> Answer:
    """Change a field, group or value by its UUID."""
    call.need("_metadata_write")
    return _write_entries(call, [(call.arguments["entry-uuid"], call.body)])


def update_metadata_entries(call: Call) -> Answer:
    """Change fields, groups and values by their UUIDs."""
    call.need("_metadata_write")
    entries = []
    for entry in call.body.get("entry", ()):
        part = entry.get("field") or entry.get("group") or entry.get("value") or {}
        entries.append((part.get("uuid", ""), entry))
    return _write_entries(call, entries)


def move_metadata(call: Call) -> Answer:
    """Give a field or group another time range."""
    call.need("_metadata_write")
    subject, given = entity_of(call, "WRITE"), call.arguments
    call.world.metadata.move(call, subject, given["uuid"], given.get("start", "-INF"), given.get("end", "+INF"))
    return Answer(call.world.metadata.document(subject, call.world.metadata.selection({})))


def _write_entries(call: Call, entries: list[tuple[str, Mapping[str, Any]]]) -> Answer:
    subject = entity_of(call, "WRITE")
    for uuid, entry in entries:
        nodes = {node.uuid: node for node in call.world.metadata.rows.live(subject)}
        if uuid not in nodes:
            raise not_found("metadata-entry", uuid)
        call.world.metadata.write(call, subject, _around(nodes, nodes[uuid], entry))
    return Answer(call.world.metadata.document(subject, call.world.metadata.selection({})))


def _around(nodes: Mapping[str, Node], node: Node, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document that changes one entry, with all that is around it."""
    part = entry.get(node.node)
    if part is None:
        raise invalid(node.node, node.uuid, f"the entry is a {node.node}; give it as that", context="metadata")
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


METADATA = table(
    [
        get_metadata,
        get_metadata_change_set,
        get_metadata_change_sets,
        move_metadata,
        update_metadata,
        update_metadata_entries,
        update_metadata_entry,
    ]
)
