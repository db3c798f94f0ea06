"""Shape tags and their presets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.errors import invalid, not_found
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Call, Handler

__all__ = ["ORIGINAL", "SHAPE_TAG_HANDLERS", "ShapeTags"]

ORIGINAL = "original"
"""The tag of the media that an item began with; always there."""


class ShapeTags:
    """All shape tags."""

    def __init__(self, database: Database) -> None:
        """Speak about the shape tags in this database."""
        self._database = database

    def names(self) -> list[str]:
        """Return the names, ``original`` first."""
        rows = self._database.rows("SELECT name FROM shape_tag ORDER BY name")
        return [ORIGINAL, *(row["name"] for row in rows if row["name"] != ORIGINAL)]

    def find(self, name: str) -> dict[str, Any] | None:
        """Return a tag's preset, ``None`` when there is no such tag."""
        text = self._database.value("SELECT document FROM shape_tag WHERE name = ?", name)
        if text is None:
            return {} if name == ORIGINAL else None
        return dict(json.loads(text))

    def get(self, name: str) -> dict[str, Any]:
        """Return a tag's preset.

        :raises Fault: there is no such tag
        """
        preset = self.find(name)
        if preset is None:
            raise not_found("shape-tag", name)
        return preset

    def check(self, names: Iterable[str]) -> list[str]:
        """Return the names of some tags, each once.

        :raises Fault: one of them is no tag
        """
        unique = list(dict.fromkeys(names))
        for name in unique:
            self.get(name)
        return unique

    def put(self, name: str, preset: Mapping[str, Any]) -> None:
        """Make a tag, or give it another preset."""
        self._database.execute("INSERT OR REPLACE INTO shape_tag VALUES (?, ?)", [name, json.dumps(preset)])

    def delete(self, name: str) -> None:
        """Remove a tag."""
        self._database.execute("DELETE FROM shape_tag WHERE name = ?", [name])


def _tag(call: Call) -> str:
    """Return the name of the tag that a call is about."""
    name: str = call.arguments["tag-name"]
    call.world.media.shape_tags.get(name)
    return name


def _list(call: Call) -> Answer:
    call.need("_shape_tag_read")
    names = call.world.media.shape_tags.names()
    if call.arguments.get("url", False):
        names = [f"{call.root}/shape-tag/{name}" for name in names]
    return Answer({"uri": names}, lines(names))


def get_all_shape_tags(call: Call) -> Answer:
    """Answer with the names of all tags."""
    return _list(call)


def get_shape_tag_list(call: Call) -> Answer:
    """Answer with the names of all tags."""
    return _list(call)


def get_shape_tag(call: Call) -> Answer:
    """Answer with a tag's preset."""
    call.need("_shape_tag_read")
    name = _tag(call)
    document = call.world.media.shape_tags.get(name)
    pairs = call.world.media.metadata.pairs(f"shape-tag:{name}")
    return Answer({"name": name, **document, **({"metadata": {"field": pairs}} if pairs else {})})


def update_or_create_shape_tag(call: Call) -> Answer:
    """Make a tag, or change its preset."""
    call.need("_shape_tag_write")
    name = call.arguments["tag-name"]
    preset = {key: value for key, value in (call.body or {}).items() if key != "metadata"}
    if preset.get("script"):
        raise invalid("script", None, "the simulator runs no scripts of shape tags", context="body")
    call.world.media.shape_tags.put(name, preset)
    for pair in (call.body or {}).get("metadata", {}).get("field", ()):
        call.world.media.metadata.put(f"shape-tag:{name}", pair["key"], pair.get("value", ""))
    return Answer()


def delete_shape_tag(call: Call) -> Answer:
    """Remove a tag; the shapes that have it keep it."""
    call.need("_shape_tag_write")
    name = _tag(call)
    if name == ORIGINAL:
        raise invalid("tag-name", name, f"{ORIGINAL} is always there")
    call.world.media.shape_tags.delete(name)
    call.world.media.metadata.clear(f"shape-tag:{name}")
    return Answer()


SHAPE_TAG_HANDLERS: list[Handler] = [
    delete_shape_tag,
    get_all_shape_tags,
    get_shape_tag,
    get_shape_tag_list,
    update_or_create_shape_tag,
    *metadata_handlers("shape_tag", lambda call: f"shape-tag:{_tag(call)}", "_shape_tag_read", "_shape_tag_write"),
]
