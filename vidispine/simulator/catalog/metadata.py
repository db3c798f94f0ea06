"""Metadata of entities: what handlers, and other areas, read and write it with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import Subject
from vidispine.simulator.catalog.metadata_documents import Selection, metadata_document, terse_document
from vidispine.simulator.catalog.metadata_store import Metadata
from vidispine.simulator.catalog.metadata_writer import MetadataWriter
from vidispine.simulator.catalog.time_codes import GENERIC
from vidispine.simulator.catalog.transient_fields import collection_fields, item_fields
from vidispine.simulator.formats import from_milliseconds, site_id
from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vidispine.simulator.accounts.access_store import AccessControls
    from vidispine.simulator.catalog.field_store import Fields
    from vidispine.simulator.catalog.item_store import Item, Items
    from vidispine.simulator.catalog.metadata_store import Node
    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Call

    Transient = Callable[[Database, Sequence[int]], Mapping[int, Mapping[str, Sequence[str]]]]

__all__ = ["Descriptions"]


class Descriptions:
    """Reads and writes metadata documents: ``world.metadata``."""

    def __init__(self, database: Database, fields: Fields, items: Items, access: AccessControls) -> None:
        """Speak about the metadata in this database."""
        self._database = database
        self._fields = fields
        self._items = items
        self._access = access
        self.rows = Metadata(database)
        self.transient: dict[str, list[Transient]] = {"item": [item_fields], "collection": [collection_fields]}
        """What makes transient fields, by the kind of entity: each takes the database and serial numbers and returns
        fields with their values by serial number, such as ``{93: {"__shape_size": ["1"]}}``."""

    # Writing

    def create_item(self, call: Call, document: Mapping[str, Any] | None = None) -> Item:
        """Add an item that the calling user owns, with the fields that the server sets and those of a document.

        :raises Fault: the document cannot be applied
        """
        item = self._items.create(call.now, call.user.name)
        subject = Subject("item", item.serial)
        self._access.add_owner(subject, call.user.name)
        created = from_milliseconds(call.now).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        fields = {"itemId": [item.id], "user": [call.user.name], "created": [created], "mediaType": ["none"]}
        self.set_fields(subject, call.now, fields)
        self.write(call, subject, document or {})
        return item

    def set_fields(self, entity: Subject | Item, now: int, fields: Mapping[str, Sequence[str]]) -> None:
        """Set fields that the server keeps, such as ``{"mediaType": ["video"]}``; without values one is removed."""
        subject = entity if isinstance(entity, Subject) else Subject("item", entity.serial)
        values = [{"name": name, "value": [{"value": value} for value in fields[name]]} for name in fields]
        writer = MetadataWriter(self.rows, self._database, self._fields, subject, "system", now)
        writer.write({"timespan": [{"start": GENERIC[0], "end": GENERIC[1], "field": values}]})

    def write(self, call: Call, subject: Subject, document: Mapping[str, Any]) -> int | None:
        """Apply a document as the calling user.

        :returns: number of the change set, ``None`` when everything was so already
        :raises Fault: the document cannot be applied
        """
        writer = MetadataWriter(self.rows, self._database, self._fields, subject, call.user.name, call.now)
        writer.write(document)
        return writer.change

    def move(self, call: Call, subject: Subject, uuid: str, start: str, stop: str) -> None:
        """Give a field or group another time range, as the calling user.

        :raises Fault: there is no such one, or the range is none
        """
        MetadataWriter(self.rows, self._database, self._fields, subject, call.user.name, call.now).move(
            uuid, start, stop
        )

    # Reading

    def selection(self, arguments: Mapping[str, Any]) -> Selection:
        """Return what a request wants of metadata.

        :raises Fault: an argument cannot be used
        """
        return Selection(arguments, self._fields)

    def document(self, subject: Subject, selection: Selection, revision: str | None = None) -> dict[str, Any]:
        """Return the metadata of one entity.

        :param revision: ids of change sets: the state after the latest of them
        :raises Fault: the entity's history has no such change set
        """
        if revision is None:
            return self.documents(subject.kind, [subject.serial], selection)[subject.serial]
        change = max(self.change(subject, id.strip()) for id in revision.split(","))
        return _render(self.rows.at(subject, change), selection, {}, change)

    def change(self, subject: Subject, id: str) -> int:
        """Return the number of a change set of an entity.

        :raises Fault: it has no such one
        """
        change = self.rows.change(subject, id)
        if change is None:
            raise not_found("metadata-change-set", id)
        return change.serial

    def documents(self, kind: str, serials: Sequence[int], selection: Selection) -> dict[int, dict[str, Any]]:
        """Return the metadata of entities of one kind, in the form that the selection wants, by serial number."""
        nodes: dict[int, list[Node]] = {serial: [] for serial in serials}
        for node in self.rows.of(serials, kind):
            nodes[node.owner].append(node)
        made = self._transient(kind, serials, selection)
        documents = {}
        for serial in serials:
            extra = {**made.get(serial, {}), **_defaults(selection, nodes[serial])}
            documents[serial] = _render(nodes[serial], selection, extra, self.rows.latest(Subject(kind, serial)))
        return documents

    def _transient(
        self, kind: str, serials: Sequence[int], selection: Selection
    ) -> dict[int, dict[str, Sequence[str]]]:
        made: dict[int, dict[str, Sequence[str]]] = {}
        if not selection.transient:
            return made
        for make in self.transient.get(kind, ()):
            for serial, fields in make(self._database, serials).items():
                wanted = {name: fields[name] for name in fields if selection.takes_field(name)}
                made.setdefault(serial, {}).update(wanted)
        return made

    def changes(self, subject: Subject, serials: Sequence[int], selection: Selection) -> dict[str, Any]:
        """Return change sets with what each wrote."""
        return {"changeSet": [self._change(subject, serial, selection) for serial in serials]} if serials else {}

    def _change(self, subject: Subject, serial: int, selection: Selection) -> dict[str, Any]:
        written, removed = self.rows.changed_by(subject, serial)
        document = metadata_document(_rooted(written), selection, {}, serial)
        if removed:
            gone = metadata_document(_rooted([node for node in removed if node.node != "value"]), selection, {}, None)
            for timespan in gone["timespan"]:
                for entry in (*timespan["field"], *timespan["group"]):
                    entry["mode"] = "remove"
            document["timespan"] = _merged(document["timespan"], gone["timespan"])
        return {"id": site_id(serial), "metadata": document}

    def forget(self, subject: Subject) -> None:
        """Delete all that is said of an entity, and who may do what with it."""
        self.rows.forget(subject)
        self._access.forget(subject)


def _render(
    nodes: Sequence[Node], selection: Selection, made: Mapping[str, Sequence[str]], change: int | None
) -> dict[str, Any]:
    if selection.terse:
        return terse_document(nodes, selection, made)
    return metadata_document(nodes, selection, made, change)


def _rooted(nodes: Sequence[Node]) -> list[Node]:
    """Return nodes with those at the top whose group was written at another time."""
    known = {node.uuid for node in nodes}
    return [
        node if node.parent in known else node._replace(parent=None) for node in nodes if _stands_alone(node, known)
    ]


def _stands_alone(node: Node, known: set[str]) -> bool:
    return node.node != "value" or node.parent in known


def _merged(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[dict[str, Any]]:
    spans = {(span["start"], span["end"]): span for span in first}
    for span in second:
        same = spans.setdefault((span["start"], span["end"]), span)
        if same is not span:
            same["field"] += span["field"]
            same["group"] += span["group"]
    return list(spans.values())


def _defaults(selection: Selection, nodes: Sequence[Node]) -> dict[str, list[str]]:
    present = {node.name for node in nodes if node.node == "field"}
    found = {}
    for name in selection.chosen:
        default = selection.default(name)
        if name not in present and default is not None:
            found[name] = [default]
    return found
