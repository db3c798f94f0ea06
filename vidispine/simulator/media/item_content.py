"""What media adds to items: members of their documents, and what goes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.formats import site_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Call
    from vidispine.simulator.media.state import Media

    Part = Callable[["Call", "Sequence[Item]"], "Mapping[int, Mapping[str, Any]]"]

__all__ = ["RESOURCE", "forget_item", "item_parts", "picture_url", "shape_fields"]

RESOURCE = "VX-1"
"""Id of the place that holds all thumbnails, and of the one that holds all posters."""


def picture_url(root: str, kind: str, item: str, time: str = "") -> str:
    """Return where a picture is, or all of an item's without a time."""
    return f"{root}/{kind}/{RESOURCE}/{item}{f'/{time}' if time else ''}"


def item_parts(media: Media) -> dict[str, Part]:
    """Return what items can be asked for by ``content=``."""

    def part(member: str, find: Callable[[Call, Item], Any]) -> Part:
        def find_all(call: Call, items: Sequence[Item]) -> Mapping[int, Mapping[str, Any]]:
            found = {item.serial: find(call, item) for item in items}
            return {serial: {member: value} for serial, value in found.items() if value}

        return find_all

    def pictures(kind: str) -> Part:
        def urls(call: Call, item: Item) -> Any:
            times = media.pictures.times(item.serial, kind)
            return {"uri": [picture_url(call.root, kind, item.id, time) for time in times]} if times else None

        return part(f"{kind}s", urls)

    return {
        "shape": part("shape", lambda _, item: _shapes(media, item)),
        "uri": part("files", lambda _, item: _uris(media, item)),
        "thumbnail": pictures("thumbnail"),
        "poster": pictures("poster"),
    }


def _shapes(media: Media, item: Item) -> list[dict[str, Any]]:
    return [media.shapes.document(shape) for shape in media.shapes.latest(item.serial)]


def _uris(media: Media, item: Item) -> dict[str, list[str]] | None:
    files = {file.serial: file for shape in media.shapes.latest(item.serial) for file in media.shapes.files(shape)}
    uris = [uri for _, file in sorted(files.items()) for uri in media.files.uris(file)]
    return {"uri": uris} if uris else None


def shape_fields(database: Database, serials: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Return the fields of items that tell of their shapes, by the items' serial numbers."""
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


def forget_item(media: Media, item: Item, now: int) -> None:
    """Remove the shapes and pictures of an item that goes."""
    for shape in media.shapes.of(item.serial):
        media.shapes.delete(shape, now)
    for version, _ in media.shapes.versions(item.serial):
        media.shapes.delete_version(item.serial, version)
    for kind in ("thumbnail", "poster"):
        media.pictures.delete(item.serial, kind)
    media.notifications.delete("item", item.serial)
