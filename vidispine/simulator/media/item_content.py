"""The content of items that media provides, and its cleanup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.database.conditions import marks
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.formats import site_id
from vidispine.simulator.jobs.extensions import Extension
from vidispine.simulator.media.media_search import CRITERIA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.database.conditions import Condition
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.state import MediaState


RESOURCE = "VX-1"
"""Id of the thumbnail resource and of the poster resource."""


def image_url(base_url: str, kind: str, item: str, time: str = "") -> str:
    """Return the URL of an image, or without a time of all images of an item."""
    return f"{base_url}/{kind}/{RESOURCE}/{item}{f'/{time}' if time else ''}"


class ItemMedia(Extension):
    """The media of items: content, searches, transient fields and cleanup."""

    def __init__(self, media: MediaState, database: Database) -> None:
        self._media = media
        self._database = database

    def item_content(
        self, value: str, request: Request, items: Sequence[Item]
    ) -> Mapping[int, Mapping[str, Any]] | None:
        """Return the shapes, URIs or images of items."""
        if value not in ("shape", "uri", "thumbnail", "poster"):
            return None
        found = {item.serial: self._content(value, request, item) for item in items}
        return {serial: members for serial, members in found.items() if members}

    def _content(self, value: str, request: Request, item: Item) -> dict[str, Any]:
        if value == "shape":
            shapes = [self._media.shapes.document(shape) for shape in self._media.shapes.latest(item.serial)]
            return {"shape": shapes} if shapes else {}
        if value == "uri":
            uris = _uris(self._media, item)
            return {"files": {"uri": uris}} if uris else {}
        times = self._media.images.times(item.serial, value)
        urls = [image_url(request.base_url, value, item.id, time) for time in times]
        return {f"{value}s": {"uri": urls}} if urls else {}

    def item_condition(self, name: str, criterion: Mapping[str, Any]) -> Condition | None:
        """Return the condition for items with a shape or file."""
        return CRITERIA[name](criterion) if name in CRITERIA else None

    def transient_fields(self, kind: str, serials: Sequence[int]) -> Mapping[int, Mapping[str, Sequence[str]]]:
        """Return the transient fields about shapes."""
        return _shape_fields(self._database, serials) if kind == "item" else {}

    def item_deleted(self, item: Item, now: int, arguments: Mapping[str, Any]) -> None:
        """Delete the shapes, images and notifications of an item."""
        media = self._media
        tags = set(split_values(arguments.get("keepShapeTagMedia")))
        storages = split_values(arguments.get("keepShapeTagStorage"))
        kept = [(not tags.isdisjoint(shape.tag_names), shape) for shape in media.shapes.of(item.serial)]
        for is_kept, shape in sorted(kept):  # those last, because shapes can share files
            media.shapes.delete(shape, now, is_kept and not storages, storages if is_kept else ())
        for version, _ in media.shapes.versions(item.serial):
            media.shapes.delete_version(item.serial, version)
        for kind in ("thumbnail", "poster"):
            media.images.delete(item.serial, kind)
        media.notifications.delete("item", item.serial)


def _uris(media: MediaState, item: Item) -> list[str]:
    files = {file.serial: file for shape in media.shapes.latest(item.serial) for file in media.shapes.files(shape)}
    return [uri for _, file in sorted(files.items()) for uri in media.files.uris(file)]


def _shape_fields(database: Database, serials: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Return the transient fields about shapes, by the serial numbers of items."""
    waits = "EXISTS (SELECT 1 FROM component WHERE shape = shape.serial AND awaited) AS waits"
    shapes = f"shape WHERE item IN ({marks(serials)}) ORDER BY serial"
    rows = database.rows(f"SELECT item, serial, {waits} FROM {shapes}", *serials)  # noqa: S608 - values are bound
    found: dict[int, dict[str, list[str]]] = {}
    for serial in serials:
        fields = found[serial] = {}
        for awaited, name in enumerate(("__shape", "__placeholder_shape")):
            ids = [site_id(row["serial"]) for row in rows if (row["item"], row["waits"]) == (serial, awaited)]
            fields[f"{name}_size"] = [str(len(ids))]
            if ids and not awaited:
                fields[name] = ids
    return found
