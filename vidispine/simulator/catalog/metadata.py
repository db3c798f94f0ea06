"""Reads and writes metadata documents of entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.catalog.metadata_documents import MetadataSelection, metadata_document, terse_document
from vidispine.simulator.catalog.metadata_store import MetadataStore
from vidispine.simulator.catalog.metadata_writer import MetadataWriter
from vidispine.simulator.catalog.time_codes import GENERIC
from vidispine.simulator.catalog.transient_fields import collection_fields, item_fields
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.formats import from_milliseconds, site_id, xml_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.accounts.access_store import AccessStore
    from vidispine.simulator.catalog.entity_store import Item, ItemStore
    from vidispine.simulator.catalog.field_store import FieldStore
    from vidispine.simulator.catalog.metadata_store import Node
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.jobs.extensions import Extension


class MetadataService:
    """Reads and writes metadata documents: ``state.metadata``."""

    def __init__(
        self,
        database: Database,
        fields: FieldStore,
        items: ItemStore,
        access: AccessStore,
        extensions: Sequence[Extension],
    ) -> None:
        self._database = database
        self._fields = fields
        self._items = items
        self._access = access
        self.store = MetadataStore(database)
        self._extensions = extensions

    # Writing

    def create_item(self, request: Request, document: Mapping[str, Any] | None = None) -> Item:
        """Create an item that the requesting user owns, with system fields and the fields of a document.

        :raises ApiError: the document is invalid
        """
        item = self._items.create(request.now, request.user.name)
        entity = EntityRef("item", item.serial)
        self._access.add_owner(entity, request.user.name)
        created = xml_time(from_milliseconds(request.now))
        fields = {"itemId": [item.id], "user": [request.user.name], "created": [created], "mediaType": ["none"]}
        self.set_fields(entity, request.now, fields)
        for id in request.arguments.get("externalId", ()):
            request.state.external_ids.add(entity, id)
        self._write(request.user.name, request.now, entity, document or {})
        return item

    def set_fields(self, entity: EntityRef | Item, now: int, fields: Mapping[str, Sequence[str]]) -> None:
        """Set system fields, such as ``{"mediaType": ["video"]}``. An empty list removes a field."""
        entity = entity if isinstance(entity, EntityRef) else EntityRef("item", entity.serial)
        values = [{"name": name, "value": [{"value": value} for value in fields[name]]} for name in fields]
        self._writer("system", now, entity).write(
            {"timespan": [{"start": GENERIC[0], "end": GENERIC[1], "field": values}]}
        )

    def write(self, request: Request, entity: EntityRef, document: Mapping[str, Any]) -> int | None:
        """Write a document as the requesting user.

        :returns: serial number of the change set, ``None`` when nothing changed
        :raises ApiError: the document is invalid
        """
        return self.write_as(request.user.name, request.now, entity, document)

    def write_as(self, user: str, now: int, entity: EntityRef, document: Mapping[str, Any]) -> int | None:
        """Write a document as a user. See :meth:`write`."""
        change = self._write(user, now, entity, document)
        if change is not None:
            written, removed = self.store.changed_by(entity, change)
            for extension in self._extensions:
                extension.metadata_written(entity, [*written, *removed], user)
        return change

    def _write(self, user: str, now: int, entity: EntityRef, document: Mapping[str, Any]) -> int | None:
        writer = self._writer(user, now, entity)
        writer.write(document)
        return writer.change

    def _writer(self, user: str, now: int, entity: EntityRef) -> MetadataWriter:
        return MetadataWriter(self.store, self._database, self._fields, entity, user, now)

    def move(self, request: Request, entity: EntityRef, uuid: str, start: str, stop: str) -> None:
        """Move a field or group to another timespan, as the requesting user.

        :raises ApiError: the field or group is missing, or the timespan is invalid
        """
        self._writer(request.user.name, request.now, entity).move(uuid, start, stop)

    # Reading

    def selection(self, arguments: Mapping[str, Any]) -> MetadataSelection:
        """Return the requested parts of metadata.

        :raises ApiError: an argument is invalid
        """
        return MetadataSelection(arguments, self._fields)

    def document(self, entity: EntityRef, selection: MetadataSelection, revision: str | None = None) -> dict[str, Any]:
        """Return the metadata of one entity.

        :param revision: ids of change sets. Return the state after the latest of them
        :raises ApiError: a change set is missing
        """
        if revision is None:
            return self.documents(entity.kind, [entity.serial], selection)[entity.serial]
        change = max(self.change(entity, id.strip()) for id in revision.split(","))
        return _render(self.store.at(entity, change), selection, {}, change)

    def entry(self, entity: EntityRef, uuid: str) -> dict[str, Any]:
        """Return a current field, group or value of an entity, as a member of a ``MetadataEntryDocument``."""
        nodes = self.store.current(entity)
        wanted = next(node for node in nodes if node.uuid == uuid)
        root = wanted if wanted.node != "value" else next(node for node in nodes if node.uuid == wanted.parent)
        kept = [root._replace(parent=None)]
        known = {root.uuid}
        # Parents are stored before their children.
        for node in nodes:
            if node.parent in known:
                known.add(node.uuid)
                kept.append(node)
        timespan = metadata_document(kept, self.selection({}), {}, None)["timespan"][0]
        document: dict[str, Any] = timespan[root.node][0]
        if wanted is not root:
            document = next(value for value in document["value"] if value["uuid"] == uuid)
        return {wanted.node: document}

    def change(self, entity: EntityRef, id: str) -> int:
        """Return the serial number of a change set.

        :raises ApiError: the change set is missing
        """
        change = self.store.change(entity, id)
        if change is None:
            raise not_found("metadata-change-set", id)
        return change.serial

    def documents(self, kind: str, serials: Sequence[int], selection: MetadataSelection) -> dict[int, dict[str, Any]]:
        """Return the metadata of several entities of one kind, by serial number."""
        nodes: dict[int, list[Node]] = {serial: [] for serial in serials}
        for node in self.store.of(serials, kind):
            nodes[node.owner].append(node)
        computed = self._transient(kind, serials, selection)
        documents = {}
        for serial in serials:
            extra = {**computed.get(serial, {}), **_defaults(selection, nodes[serial])}
            documents[serial] = _render(nodes[serial], selection, extra, self.store.latest(EntityRef(kind, serial)))
        return documents

    def _transient(
        self, kind: str, serials: Sequence[int], selection: MetadataSelection
    ) -> dict[int, dict[str, Sequence[str]]]:
        computed: dict[int, dict[str, Sequence[str]]] = {}
        if not selection.transient:
            return computed
        own = {"item": item_fields, "collection": collection_fields}.get(kind)
        found: list[Mapping[int, Mapping[str, Sequence[str]]]] = [] if own is None else [own(self._database, serials)]
        for each in [*found, *(extension.transient_fields(kind, serials) for extension in self._extensions)]:
            for serial, fields in each.items():
                wanted = {name: fields[name] for name in fields if selection.includes_field(name)}
                computed.setdefault(serial, {}).update(wanted)
        return computed

    def changes(self, entity: EntityRef, serials: Sequence[int], selection: MetadataSelection) -> dict[str, Any]:
        """Return change sets with their changes."""
        return {"changeSet": [self._change(entity, serial, selection) for serial in serials]} if serials else {}

    def _change(self, entity: EntityRef, serial: int, selection: MetadataSelection) -> dict[str, Any]:
        written, removed = self.store.changed_by(entity, serial)
        document = metadata_document(_move_to_root(written), selection, {}, serial)
        if removed:
            gone = _move_to_root([node for node in removed if node.node != "value"])
            removal = metadata_document(gone, selection, {}, None)
            for timespan in removal["timespan"]:
                for entry in (*timespan["field"], *timespan["group"]):
                    entry["mode"] = "remove"
            document["timespan"] = _merged(document["timespan"], removal["timespan"])
        return {"id": site_id(serial), "metadata": document}

    def forget(self, entity: EntityRef) -> None:
        """Delete the metadata and the access controls of an entity."""
        self.store.forget(entity)
        self._access.forget(entity)


def _render(
    nodes: Sequence[Node], selection: MetadataSelection, computed: Mapping[str, Sequence[str]], change: int | None
) -> dict[str, Any]:
    if selection.terse:
        return terse_document(nodes, selection, computed)
    return metadata_document(nodes, selection, computed, change)


def _move_to_root(nodes: Sequence[Node]) -> list[Node]:
    """Move nodes to the root when their group belongs to another change set."""
    known = {node.uuid for node in nodes}
    return [node if node.parent in known else node._replace(parent=None) for node in nodes if _is_kept(node, known)]


def _is_kept(node: Node, known: set[str]) -> bool:
    return node.node != "value" or node.parent in known


def _merged(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[dict[str, Any]]:
    spans = {(span["start"], span["end"]): span for span in first}
    for span in second:
        same = spans.setdefault((span["start"], span["end"]), span)
        if same is not span:
            same["field"] += span["field"]
            same["group"] += span["group"]
    return list(spans.values())


def _defaults(selection: MetadataSelection, nodes: Sequence[Node]) -> dict[str, list[str]]:
    present = {node.name for node in nodes if node.node == "field"}
    found = {}
    for name in selection.field_names:
        default = selection.default(name)
        if name not in present and default is not None:
            found[name] = [default]
    return found
