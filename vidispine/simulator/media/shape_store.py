"""Shapes, their components, and essence versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._documents.json import load_json
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.formats import from_milliseconds, serial_of, site_id

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.database.simple_metadata import SimpleMetadataStore
    from vidispine.simulator.jobs.extensions import Extension
    from vidispine.simulator.media.file_store import File, FileStore
    from vidispine.simulator.media.probe import Component as Described

KINDS = ("container", "video", "audio", "subtitle", "binary", "descriptor")
"""Kinds of components, in the order of documents. A shape has at most one container."""


class Shape(NamedTuple):
    """A row of the table ``shape``."""

    serial: int
    item: int
    version: int
    created: int
    tags: str
    mime: str
    wanted: str = "[]"

    @property
    def id(self) -> str:
        """The shape's id, such as ``VX-56``."""
        return site_id(self.serial)

    @property
    def tag_names(self) -> list[str]:
        """The shape's tags."""
        return list(load_json(self.tags))

    @property
    def mime_types(self) -> list[str]:
        """The shape's MIME types."""
        return list(load_json(self.mime))


class Component(NamedTuple):
    """A row of the table ``component``."""

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


class ShapeStore:
    """Stores shapes, components and essence versions."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        simple_metadata: SimpleMetadataStore,
        extensions: Sequence[Extension],
    ) -> None:
        self._database = database
        self._files = files
        self._simple_metadata = simple_metadata
        self._extensions = extensions

    # Read

    def get(self, item: Item, id: str) -> Shape:
        """Return a shape of an item.

        :raises ApiError: the shape is missing
        """
        shape = self.find(serial_of(id, "SHAPE"))
        if shape is None or shape.item != item.serial:
            raise not_found("shape", id)
        return shape

    def by_serial(self, serial: int) -> Shape:
        """Return an existing shape by its serial number."""
        return Shape(*self._database.rows("SELECT * FROM shape WHERE serial = ?", serial)[0])

    def find(self, serial: int | None) -> Shape | None:
        """Return a shape by its serial number, ``None`` when it is missing."""
        return self._database.find(Shape, "SELECT * FROM shape WHERE serial = ?", serial)

    def of(self, item: int) -> list[Shape]:
        """Return all shapes of an item, by id."""
        return self._database.records(Shape, "SELECT * FROM shape WHERE item = ? ORDER BY serial", item)

    def latest(self, item: int) -> list[Shape]:
        """Return the shapes of the latest essence version, without placeholders."""
        version = self.latest_version(item)
        return [shape for shape in self.of(item) if shape.version == version and not self.is_placeholder(shape)]

    def tagged(self, item: int, tags: Iterable[str], version: int | None = None) -> Shape | None:
        """Return the newest shape with the first of the tags that any shape has.

        :param version: essence version. Default: the latest
        """
        number = self.latest_version(item) if version is None else version
        shapes = [shape for shape in self.of(item) if shape.version == number and not self.is_placeholder(shape)]
        for tag in tags:
            for shape in reversed(shapes):
                if tag in shape.tag_names:
                    return shape
        return None

    def is_placeholder(self, shape: Shape) -> bool:
        """Return whether the shape still expects files."""
        return self._database.value("SELECT 1 FROM component WHERE shape = ? AND awaited = 1", shape.serial) is not None

    def components(self, shape: Shape) -> list[Component]:
        """Return the components of a shape, by kind and position."""
        statement = "SELECT * FROM component WHERE shape = ? ORDER BY position, serial"
        components = self._database.records(Component, statement, shape.serial)
        return sorted(components, key=lambda component: KINDS.index(component.kind))

    def component(self, shape: Shape, id: str) -> Component:
        """Return a component of a shape.

        :raises ApiError: the component is missing
        """
        number = serial_of(id, "COMPONENT")
        for component in self.components(shape):
            if component.serial == number:
                return component
        raise not_found("component", id)

    def find_component(self, serial: int) -> Component | None:
        """Return a component by its serial number, ``None`` when it is missing."""
        return self._database.find(Component, "SELECT * FROM component WHERE serial = ?", serial)

    def components_with_file(self, file: int) -> list[Component]:
        """Return the components with a file."""
        statement = "SELECT component.* FROM component JOIN component_file ON component = serial WHERE file = ?"
        return self._database.records(Component, statement, file)

    def free_components(self, item: int, kind: str, shape: int | None = None) -> list[Component]:
        """Return the placeholder components of an item that no job has reserved."""
        free = "shape.item = ? AND kind = ? AND awaited = 1 AND job IS NULL ORDER BY shape.serial, position"
        statement = f"SELECT component.* FROM component JOIN shape ON shape.serial = component.shape WHERE {free}"  # noqa: S608
        components = self._database.records(Component, statement, item, kind)
        return [component for component in components if shape in (None, component.shape)]

    def release_component(self, component: int, job: int) -> None:
        """Release a component that a job reserved, but did not fill."""
        statement = "UPDATE component SET job = NULL WHERE serial = ? AND job = ? AND awaited = 1"
        self._database.execute(statement, [component, job])

    def files(self, shape: Shape) -> list[File]:
        """Return the files of a shape."""
        serials = [serial for component in self.components(shape) for serial in self.file_serials(component)]
        return [self._files.by_serial(serial) for serial in dict.fromkeys(serials)]

    def file_serials(self, component: Component) -> list[int]:
        """Return the serial numbers of the files of a component."""
        statement = "SELECT file FROM component_file WHERE component = ? ORDER BY file"
        return self._database.column(statement, component.serial)

    # Essence versions

    def latest_version(self, item: int) -> int:
        """Return the latest essence version of an item. Default: 0."""
        return int(self._database.value("SELECT max(version) FROM essence_version WHERE item = ?", item) or 0)

    def new_version(self, item: int, now: int) -> int:
        """Create an essence version of an item. Return its number."""
        self._version(item, 0, now)
        number = self.latest_version(item) + 1
        self._version(item, number, now)
        return number

    def versions(self, item: int) -> list[tuple[int, int]]:
        """Return the essence versions of an item, with their creation times."""
        rows = self._database.rows("SELECT version, created FROM essence_version WHERE item = ? ORDER BY 1", item)
        return [(row["version"], row["created"]) for row in rows]

    def _version(self, item: int, version: int, now: int) -> None:
        self._database.execute("INSERT OR IGNORE INTO essence_version VALUES (?, ?, ?)", [item, version, now])

    def delete_version(self, item: int, version: int) -> None:
        """Delete an essence version without shapes."""
        self._database.delete("essence_version", item=item, version=version)

    # Create and update

    def create(
        self, item: int, now: int, *, tags: Iterable[str] = (), mime: Iterable[str] = (), version: int | None = None
    ) -> Shape:
        """Create a shape without components.

        :param version: essence version. Default: the latest
        """
        number = self.latest_version(item) if version is None else version
        self._version(item, number, now)
        values: dict[str, Any] = {"item": item, "version": number, "created": now}
        values |= {"tags": _list(tags), "mime": _list(mime)}
        return Shape(self._database.insert("shape", **values), **values)

    def notify(self, event: str, shape: Shape, now: int) -> None:
        """Let the extensions handle an event."""
        for extension in self._extensions:
            extension.shape_changed(event, shape, now)

    def set(self, shape: Shape, **values: Iterable[str]) -> Shape:
        """Set ``tags``, ``mime`` or ``wanted`` of a shape."""
        lists: dict[str, Any] = {name: _list(value) for name, value in values.items()}
        self._database.update("shape", shape.serial, **lists)
        return shape._replace(**lists)

    def add_component(
        self, shape: Shape, kind: str, document: Mapping[str, Any], files: Iterable[int] = (), awaited: bool = False
    ) -> Component:
        """Append a component to those of its kind."""
        statement = "SELECT count(*) FROM component WHERE shape = ? AND kind = ?"
        position = self._database.value(statement, shape.serial, kind)
        values: dict[str, Any] = {"shape": shape.serial, "kind": kind, "position": position, "awaited": int(awaited)}
        values |= {"job": None, "document": json.dumps(document)}
        component = Component(self._database.insert("component", **values), **values)
        for file in files:
            self.attach_file(component.serial, file)
        return component

    def add_described(self, shape: Shape, described: Iterable[Described], file: File) -> None:
        """Add the components of a probed file."""
        for kind, document in described:
            self.add_component(shape, kind, document, [file.serial])

    def set_component(self, component: Component, **values: Any) -> None:
        """Set columns of a component."""
        if "document" in values:
            values["document"] = json.dumps(values["document"])
        self._database.update("component", component.serial, **values)

    def attach_file(self, component: int, file: int) -> None:
        """Add a file to a component."""
        self._database.execute("INSERT OR IGNORE INTO component_file VALUES (?, ?)", [component, file])

    def detach_file(self, component: Component, file: File) -> bool:
        """Remove a file from a component. Return whether it was attached."""
        return self._database.delete("component_file", component=component.serial, file=file.serial) > 0

    def delete_component(self, component: Component) -> list[int]:
        """Delete a component. Return the serial numbers of its files."""
        files = self.file_serials(component)
        self._database.delete("component_file", component=component.serial)
        self._database.delete("component", serial=component.serial)
        self._simple_metadata.clear(f"component:{component.serial}")
        return files

    def delete(self, shape: Shape, now: int, keep_files: bool = False, kept_on: Container[str] = ()) -> None:
        """Delete a shape, and its files that no other shape uses, except on some storages."""
        self.notify("delete", shape, now)
        files = [serial for component in self.components(shape) for serial in self.delete_component(component)]
        self._database.delete("shape", serial=shape.serial)
        self._simple_metadata.clear(f"shape:{shape.serial}")
        if not keep_files:
            self._files.remove_unused(dict.fromkeys(files), now, kept_on)

    def copy(self, shape: Shape, version: int, now: int) -> Shape:
        """Copy a shape to an essence version. Both share their files."""
        copied = self.create(shape.item, now, tags=shape.tag_names, mime=shape.mime_types, version=version)
        for component in self.components(shape):
            self.copy_component(component, copied)
        self._simple_metadata.put_pairs(f"shape:{copied.serial}", self._simple_metadata.pairs(f"shape:{shape.serial}"))
        self.notify("create", copied, now)
        return copied

    def copy_component(self, component: Component, shape: Shape) -> Component:
        """Copy a component to a shape. Both share their files."""
        document = load_json(component.document)
        files = self.file_serials(component)
        return self.add_component(shape, component.kind, document, files, bool(component.awaited))

    def described(self, shape: Shape) -> list[Described]:
        """Return the kinds and documents of the components of a shape."""
        return [(component.kind, load_json(component.document)) for component in self.components(shape)]

    # Documents

    def document(self, shape: Shape, placeholders: bool = True) -> dict[str, Any]:
        """Return the document of a shape.

        :param placeholders: include components that expect files
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
        pairs = self._simple_metadata.pairs(f"shape:{shape.serial}")
        if pairs:
            document["metadata"] = {"field": pairs}
        return document

    def component_document(self, component: Component) -> dict[str, Any]:
        """Return the document of a component, with the documents of its files."""
        files = [self._files.document(self._files.by_serial(serial)) for serial in self.file_serials(component)]
        simple_metadata = self._simple_metadata.pairs(f"component:{component.serial}")
        document: dict[str, Any] = {"id": component.id}
        if files:
            document["file"] = files
        if simple_metadata:
            document["metadata"] = simple_metadata
        return {**document, **load_json(component.document)}


def _list(values: Iterable[str] | Sequence[str]) -> str:
    return json.dumps(list(dict.fromkeys(values)))
