"""Shapes of items, their components, and the essence versions that they belong to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine.simulator.formats import from_milliseconds, serial_of, site_id
from vidispine.simulator.http.errors import not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.database import Database
    from vidispine.simulator.media.file_store import File, Files
    from vidispine.simulator.media.probe import Component as Described
    from vidispine.simulator.simple_metadata import SimpleMetadata

__all__ = ["KINDS", "Component", "Shape", "Shapes"]

KINDS = ("container", "video", "audio", "subtitle", "binary", "descriptor")
"""Kinds of components, in the order of documents; of the first a shape has one, of the others any number."""


class Shape(NamedTuple):
    """A shape's row."""

    serial: int
    item: int
    version: int
    created: int
    tags: str
    mime: str
    wanted: str

    @property
    def id(self) -> str:
        """The shape's id, such as ``VX-56``."""
        return site_id(self.serial)

    @property
    def tag_names(self) -> list[str]:
        """The shape's tags."""
        return list(json.loads(self.tags))

    @property
    def mime_types(self) -> list[str]:
        """The shape's MIME types."""
        return list(json.loads(self.mime))


class Component(NamedTuple):
    """A component's row."""

    serial: int
    shape: int
    kind: str
    position: int
    awaited: int
    job: int | None
    document: str

    @property
    def id(self) -> str:
        """The component's id, such as ``VX-101``."""
        return site_id(self.serial)


class Shapes:
    """All shapes."""

    def __init__(self, database: Database, files: Files, metadata: SimpleMetadata) -> None:
        """Speak about the shapes in this database."""
        self._database = database
        self._files = files
        self._metadata = metadata
        self.on_event: list[Callable[[str, Shape, int], None]] = []
        """Called when something happened to a shape: ``create``, ``modify`` or ``delete``."""

    # Finding

    def get(self, item: Item, id: str) -> Shape:
        """Return one of an item's shapes by its id.

        :raises Fault: there is none
        """
        row = self._database.row(
            "SELECT * FROM shape WHERE serial = ? AND item = ?", serial_of(id, "SHAPE"), item.serial
        )
        if row is None:
            raise not_found("shape", id)
        return Shape(*row)

    def by_serial(self, serial: int) -> Shape:
        """Return a shape that is known to be there."""
        return Shape(*self._database.rows("SELECT * FROM shape WHERE serial = ?", serial)[0])

    def find(self, serial: int | None) -> Shape | None:
        """Return a shape by its number, ``None`` when there is none."""
        row = self._database.row("SELECT * FROM shape WHERE serial = ?", serial)
        return None if row is None else Shape(*row)

    def of(self, item: int) -> list[Shape]:
        """Return all shapes of an item, in the order of their ids."""
        return [Shape(*row) for row in self._database.rows("SELECT * FROM shape WHERE item = ? ORDER BY serial", item)]

    def latest(self, item: int) -> list[Shape]:
        """Return the shapes of an item's latest essence version that have their media."""
        version = self.latest_version(item)
        return [shape for shape in self.of(item) if shape.version == version and not self.is_placeholder(shape)]

    def tagged(self, item: int, tags: Iterable[str], version: int | None = None) -> Shape | None:
        """Return the newest shape with the first of some tags that there is one for.

        :param version: number of the essence version, the latest when ``None``
        """
        number = self.latest_version(item) if version is None else version
        shapes = [shape for shape in self.of(item) if shape.version == number and not self.is_placeholder(shape)]
        for tag in tags:
            for shape in reversed(shapes):
                if tag in shape.tag_names:
                    return shape
        return None

    def is_placeholder(self, shape: Shape) -> bool:
        """Return whether files of the shape are still to come."""
        return self._database.value("SELECT 1 FROM component WHERE shape = ? AND awaited = 1", shape.serial) is not None

    def components(self, shape: Shape) -> list[Component]:
        """Return a shape's components, by kind and position."""
        rows = self._database.rows("SELECT * FROM component WHERE shape = ? ORDER BY position, serial", shape.serial)
        return sorted((Component(*row) for row in rows), key=lambda component: KINDS.index(component.kind))

    def component(self, shape: Shape, id: str) -> Component:
        """Return one of a shape's components by its id.

        :raises Fault: there is none
        """
        number = serial_of(id, "COMPONENT")
        for component in self.components(shape):
            if component.serial == number:
                return component
        raise not_found("component", id)

    def find_component(self, serial: int) -> Component | None:
        """Return a component by its number, ``None`` when there is none."""
        row = self._database.row("SELECT * FROM component WHERE serial = ?", serial)
        return None if row is None else Component(*row)

    def components_of(self, file: int) -> list[Component]:
        """Return the components that have a file."""
        rows = self._database.rows(
            "SELECT component.* FROM component JOIN component_file ON component = serial WHERE file = ?", file
        )
        return [Component(*row) for row in rows]

    def free_slots(self, item: int, kind: str, shape: int | None = None) -> list[Component]:
        """Return the components of an item's placeholders that no job brings a file to yet."""
        rows = self._database.rows(
            "SELECT component.* FROM component JOIN shape ON shape.serial = component.shape "
            "WHERE shape.item = ? AND kind = ? AND awaited = 1 AND job IS NULL AND (? IS NULL OR shape = ?) "
            "ORDER BY shape.serial, position",
            item, kind, shape, shape,
        )  # fmt: skip
        return [Component(*row) for row in rows]

    def await_again(self, component: int, job: int) -> None:
        """Leave a component to another job, since this one did not bring its file."""
        self._database.execute(
            "UPDATE component SET job = NULL WHERE serial = ? AND job = ? AND awaited = 1", [component, job]
        )

    def files(self, shape: Shape) -> list[File]:
        """Return the files of a shape, each once."""
        serials = [serial for component in self.components(shape) for serial in self.file_serials(component)]
        return [self._files.by_serial(serial) for serial in dict.fromkeys(serials)]

    def file_serials(self, component: Component) -> list[int]:
        """Return the numbers of a component's files."""
        rows = self._database.rows(
            "SELECT file FROM component_file WHERE component = ? ORDER BY file", component.serial
        )
        return [row["file"] for row in rows]

    # Versions

    def latest_version(self, item: int) -> int:
        """Return the number of an item's latest essence version; 0 before any."""
        return int(self._database.value("SELECT max(version) FROM essence_version WHERE item = ?", item) or 0)

    def new_version(self, item: int, now: int) -> int:
        """Open another essence version of an item and return its number."""
        self._version(item, 0, now)
        number = self.latest_version(item) + 1
        self._version(item, number, now)
        return number

    def versions(self, item: int) -> list[tuple[int, int]]:
        """Return an item's essence versions, each with when it was opened."""
        rows = self._database.rows("SELECT version, created FROM essence_version WHERE item = ? ORDER BY 1", item)
        return [(row["version"], row["created"]) for row in rows]

    def _version(self, item: int, version: int, now: int) -> None:
        self._database.execute("INSERT OR IGNORE INTO essence_version VALUES (?, ?, ?)", [item, version, now])

    def delete_version(self, item: int, version: int) -> None:
        """Remove an essence version that has no shapes."""
        self._database.execute("DELETE FROM essence_version WHERE item = ? AND version = ?", [item, version])

    # Making and changing

    def create(
        self, item: int, now: int, *, tags: Iterable[str] = (), mime: Iterable[str] = (), version: int | None = None
    ) -> Shape:
        """Add a shape without components.

        :param version: number of its essence version, the latest when ``None``
        """
        number = self.latest_version(item) if version is None else version
        self._version(item, number, now)
        serial = self._database.insert(
            "shape", item=item, version=number, created=now, tags=_list(tags), mime=_list(mime)
        )
        return self.by_serial(serial)

    def tell(self, event: str, shape: Shape, now: int) -> None:
        """Let everybody know what happened to a shape."""
        for listener in self.on_event:
            listener(event, shape, now)

    def set(self, shape: Shape, **values: Iterable[str]) -> Shape:
        """Change a shape's ``tags``, ``mime`` or ``wanted``."""
        self._database.update("shape", shape.serial, **{name: _list(value) for name, value in values.items()})
        return self.by_serial(shape.serial)

    def add_component(
        self, shape: Shape, kind: str, document: Mapping[str, Any], files: Iterable[int] = (), awaited: bool = False
    ) -> Component:
        """Add a component behind the others of its kind."""
        position = self._database.value(
            "SELECT count(*) FROM component WHERE shape = ? AND kind = ?", shape.serial, kind
        )
        serial = self._database.insert(
            "component",
            shape=shape.serial,
            kind=kind,
            position=position,
            awaited=awaited,
            document=json.dumps(document),
        )
        for file in files:
            self.tie(serial, file)
        return Component(*self._database.rows("SELECT * FROM component WHERE serial = ?", serial)[0])

    def add_described(self, shape: Shape, described: Iterable[Described], file: File) -> None:
        """Add the components that a file is taken to have."""
        for kind, document in described:
            self.add_component(shape, kind, document, [file.serial])

    def set_component(self, component: Component, **values: Any) -> None:
        """Change columns of a component; a document is given as such."""
        if "document" in values:
            values["document"] = json.dumps(values["document"])
        self._database.update("component", component.serial, **values)

    def tie(self, component: int, file: int) -> None:
        """Make a file one of a component's."""
        self._database.execute("INSERT OR IGNORE INTO component_file VALUES (?, ?)", [component, file])

    def untie(self, component: Component, file: File) -> bool:
        """Take a file from a component and return whether it had it."""
        cursor = self._database.execute(
            "DELETE FROM component_file WHERE component = ? AND file = ?", [component.serial, file.serial]
        )
        return cursor.rowcount > 0

    def delete_component(self, component: Component) -> list[int]:
        """Remove a component and return the numbers of the files that it had."""
        files = self.file_serials(component)
        self._database.execute("DELETE FROM component_file WHERE component = ?", [component.serial])
        self._database.execute("DELETE FROM component WHERE serial = ?", [component.serial])
        self._metadata.clear(f"component:{component.serial}")
        return files

    def delete(self, shape: Shape, now: int, keep_files: bool = False) -> None:
        """Remove a shape, and those of its files that no other one uses."""
        self.tell("delete", shape, now)
        files = [serial for component in self.components(shape) for serial in self.delete_component(component)]
        self._database.execute("DELETE FROM shape WHERE serial = ?", [shape.serial])
        self._metadata.clear(f"shape:{shape.serial}")
        if not keep_files:
            self._files.remove_unused(dict.fromkeys(files), now)

    def copy(self, shape: Shape, version: int, now: int) -> Shape:
        """Add a copy of a shape, with the same files, to an essence version."""
        copied = self.create(shape.item, now, tags=shape.tag_names, mime=shape.mime_types, version=version)
        for component in self.components(shape):
            self.copy_component(component, copied)
        for pair in self._metadata.pairs(f"shape:{shape.serial}"):
            self._metadata.put(f"shape:{copied.serial}", pair["key"], pair["value"])
        self.tell("create", copied, now)
        return copied

    def copy_component(self, component: Component, shape: Shape) -> Component:
        """Add a copy of a component, with the same files, to a shape."""
        document = json.loads(component.document)
        return self.add_component(
            shape, component.kind, document, self.file_serials(component), bool(component.awaited)
        )

    def described(self, shape: Shape) -> list[Described]:
        """Return what is known of a shape's components."""
        return [(component.kind, json.loads(component.document)) for component in self.components(shape)]

    # Documents

    def document(self, shape: Shape, placeholders: bool = True) -> dict[str, Any]:
        """Return a shape's document.

        :param placeholders: with the components whose files are still to come
        """
        document: dict[str, Any] = {
            "id": shape.id,
            "created": from_milliseconds(shape.created),
            "essenceVersion": shape.version,
            "tag": shape.tag_names,
        }
        if shape.mime_types:
            document["mimeType"] = shape.mime_types
        for component in self.components(shape):
            if component.awaited and not placeholders:
                continue
            described = self.component_document(component)
            if component.kind == "container":
                document["containerComponent"] = described
            else:
                document.setdefault(f"{component.kind}Component", []).append(described)
        pairs = self._metadata.pairs(f"shape:{shape.serial}")
        if pairs:
            document["metadata"] = {"field": pairs}
        return document

    def component_document(self, component: Component) -> dict[str, Any]:
        """Return a component's document, with its files whole."""
        files = [self._files.document(self._files.by_serial(serial)) for serial in self.file_serials(component)]
        metadata = self._metadata.pairs(f"component:{component.serial}")
        document: dict[str, Any] = {"id": component.id}
        if files:
            document["file"] = files
        if metadata:
            document["metadata"] = metadata
        return {**document, **json.loads(component.document)}


def _list(values: Iterable[str] | Sequence[str]) -> str:
    return json.dumps(list(dict.fromkeys(values)))
