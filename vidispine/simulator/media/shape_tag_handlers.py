"""Operations on shape tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import invalid
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call, Handler

from vidispine.simulator.media.shape_tag_store import ORIGINAL

__all__ = ["SHAPE_TAG_HANDLERS"]


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
