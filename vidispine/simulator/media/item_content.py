"""The content of items that media provides, and its cleanup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.formats import site_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.state import MediaState

    ContentProvider = Callable[["Request", "Sequence[Item]"], "Mapping[int, Mapping[str, Any]]"]

__all__ = ["RESOURCE", "content_providers", "image_url", "remove_item_media", "shape_fields"]

RESOURCE = "VX-1"
"""Id of the thumbnail resource and of the poster resource."""


def image_url(base_url: str, kind: str, item: str, time: str = "") -> str:
    """Return the URL of an image, or without a time of all images of an item."""
    return f"{base_url}/{kind}/{RESOURCE}/{item}{f'/{time}' if time else ''}"


def content_providers(media: MediaState) -> dict[str, ContentProvider]:
    """Return the providers for the parameter ``content``."""

    def provider(member: str, find: Callable[[Request, Item], Any]) -> ContentProvider:
        def find_all(request: Request, items: Sequence[Item]) -> Mapping[int, Mapping[str, Any]]:
            found = {item.serial: find(request, item) for item in items}
            return {serial: {member: value} for serial, value in found.items() if value}

        return find_all

    def images(kind: str) -> ContentProvider:
        def urls(request: Request, item: Item) -> Any:
            times = media.images.times(item.serial, kind)
            return {"uri": [image_url(request.base_url, kind, item.id, time) for time in times]} if times else None

        return provider(f"{kind}s", urls)

    return {
        "shape": provider("shape", lambda _, item: _shapes(media, item)),
        "uri": provider("files", lambda _, item: _uris(media, item)),
        "thumbnail": images("thumbnail"),
        "poster": images("poster"),
    }


def _shapes(media: MediaState, item: Item) -> list[dict[str, Any]]:
    return [media.shapes.document(shape) for shape in media.shapes.latest(item.serial)]


def _uris(media: MediaState, item: Item) -> dict[str, list[str]] | None:
    files = {file.serial: file for shape in media.shapes.latest(item.serial) for file in media.shapes.files(shape)}
    uris = [uri for _, file in sorted(files.items()) for uri in media.files.uris(file)]
    return {"uri": uris} if uris else None


def shape_fields(database: Database, serials: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Return the transient fields about shapes, by the serial numbers of items."""
    marks = ", ".join("?" * len(serials))
    rows = database.rows(
        f"SELECT item, serial, EXISTS (SELECT 1 FROM component WHERE shape = shape.serial AND awaited) AS waits"  # noqa: S608
        f" FROM shape WHERE item IN ({marks}) ORDER BY serial",
        *serials,
    )
    found: dict[int, dict[str, list[str]]] = {}
    for serial in serials:
        fields = found[serial] = {}
        for waits, name in enumerate(("__shape", "__placeholder_shape")):
            ids = [site_id(row["serial"]) for row in rows if (row["item"], row["waits"]) == (serial, waits)]
            fields[f"{name}_size"] = [str(len(ids))]
            if ids and not waits:
                fields[name] = ids
    return found


def remove_item_media(media: MediaState, item: Item, now: int) -> None:
    """Delete the shapes and images of an item."""
    for shape in media.shapes.of(item.serial):
        media.shapes.delete(shape, now)
    for version, _ in media.shapes.versions(item.serial):
        media.shapes.delete_version(item.serial, version)
    for kind in ("thumbnail", "poster"):
        media.images.delete(item.serial, kind)
    media.notifications.delete("item", item.serial)
