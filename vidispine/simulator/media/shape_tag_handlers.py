"""Operations on shape tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.errors import invalid_input
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request

from vidispine.simulator.media.shape_tag_store import ORIGINAL


def _tag(request: Request) -> str:
    """Return the name of the tag that the path addresses."""
    name: str = request.arguments["tag-name"]
    request.state.media.shape_tags.get(name)
    return name


def _list(request: Request) -> Response:
    request.require_role("_shape_tag_read")
    names = request.state.media.shape_tags.names()
    if request.arguments.get("url", False):
        names = [f"{request.base_url}/shape-tag/{name}" for name in names]
    return Response({"uri": names}, text_lines(names))


@operation()
def get_all_shape_tags(request: Request) -> Response:
    return _list(request)


@operation()
def get_shape_tag_list(request: Request) -> Response:
    return _list(request)


@operation("_shape_tag_read")
def get_shape_tag(request: Request) -> Response:
    name = _tag(request)
    document = request.state.media.shape_tags.get(name)
    pairs = request.state.media.simple_metadata.pairs(f"shape-tag:{name}")
    return Response({"name": name, **document, **({"metadata": {"field": pairs}} if pairs else {})})


@operation("_shape_tag_write")
def update_or_create_shape_tag(request: Request) -> None:
    name = request.arguments["tag-name"]
    document = request.body or {}
    preset = {key: value for key, value in document.items() if key != "metadata"}
    if preset.get("script"):
        raise invalid_input("script", None, "the simulator runs no scripts of shape tags", context="body")
    request.state.media.shape_tags.put(name, preset)
    pairs = document.get("metadata", {}).get("field", ())
    request.state.media.simple_metadata.put_pairs(f"shape-tag:{name}", pairs)


@operation("_shape_tag_write")
def delete_shape_tag(request: Request) -> None:
    """Delete a shape tag. Shapes keep it."""
    name = _tag(request)
    if name == ORIGINAL:
        raise invalid_input("tag-name", name, f"{ORIGINAL} is built in and cannot be deleted")
    request.state.media.shape_tags.delete(name)
    request.state.media.simple_metadata.clear(f"shape-tag:{name}")


register_simple_metadata(
    "shape_tag", lambda request: f"shape-tag:{_tag(request)}", "_shape_tag_read", "_shape_tag_write"
)
