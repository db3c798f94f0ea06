"""Operations on components of shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine._documents.json import load_json
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.requests import operation, register
from vidispine.simulator.http.responses import Response
from vidispine.simulator.media.entities import importable_file, requested_component, requested_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.shape_store import Component, Shape

READ, WRITE = "_item_shape_read", "_item_shape_write"

_GENERAL = ("id", "file", "metadata")
"""Members of ComponentDocument. The others belong to the document of the shape."""


def _response(request: Request, component: Component, full: bool = False) -> Response:
    document = request.state.media.shapes.component_document(component)
    if not full:
        document = {name: document[name] for name in _GENERAL if name in document}
    return Response(document, component.id)


@operation(READ)
def get_components(request: Request) -> Response:
    components = request.state.media.shapes.components(requested_shape(request))
    documents = [_response(request, component).document for component in components]
    return Response({"component": documents} if documents else {})


@operation(READ)
def get_component(request: Request) -> Response:
    return _response(request, requested_component(request), request.arguments.get("full", False))


@operation(WRITE)
def delete_component(request: Request) -> Response:
    """Delete a component, and its files that nothing else uses."""
    media, component = request.state.media, requested_component(request, "WRITE")
    files = media.shapes.delete_component(component)
    if not request.arguments.get("keepFiles", False):
        media.files.remove_unused(files, request.now)
    return _notify(request, requested_shape(request, "WRITE"))


def _notify(request: Request, shape: Shape) -> Response:
    request.state.media.shapes.notify("modify", shape, request.now)
    return Response()


@operation(WRITE)
def add_file_to_component(request: Request) -> Response:
    media, component = request.state.media, requested_component(request, "WRITE")
    file = importable_file(request, request.arguments["file-id"])
    media.shapes.attach_file(component.serial, file.serial)
    if component.awaited:
        media.shapes.set_component(component, awaited=0)
    _notify(request, requested_shape(request))
    return _response(request, component)


@operation(WRITE)
def remove_file_from_component(request: Request) -> Response:
    media, component = request.state.media, requested_component(request, "WRITE")
    file = media.files.get(request.arguments["file-id"])
    if not media.shapes.detach_file(component, file):
        raise not_found("File", file.id)
    return _notify(request, requested_shape(request))


# Copy and move


def _target(request: Request) -> Shape:
    item = request.state.items.get(request.arguments["target-id"])
    request.state.access.check(item.ref, request.user, "WRITE")
    return request.state.media.shapes.get(item, request.arguments["target-shape-id"])


def _to_shape(request: Request, component: Component) -> Response:
    shapes, target = request.state.media.shapes, _target(request)
    if component.kind == "container" and any(part.kind == "container" for part in shapes.components(target)):
        raise invalid_input("component-id", component.id, f"shape {target.id} has a container already")
    copied = shapes.copy_component(component, target)
    if request.arguments.get("index") is not None:
        shapes.set_component(copied, position=request.arguments["index"])
    _keep_metadata(request, component, copied)
    shapes.notify("modify", target, request.now)
    return Response(shapes.document(target))


def _to_component(request: Request, component: Component) -> Response:
    shapes, target = request.state.media.shapes, _target(request)
    old = shapes.component(target, request.arguments["target-component-id"])
    if old.kind != component.kind:
        explanation = f"{old.id} is {old.kind}, {component.id} is {component.kind}"
        raise invalid_input("target-component-id", old.id, explanation)
    for serial in shapes.file_serials(old):
        shapes.detach_file(old, request.state.media.files.by_serial(serial))
    for serial in shapes.file_serials(component):
        shapes.attach_file(old.serial, serial)
    shapes.set_component(old, document=load_json(component.document), awaited=component.awaited)
    _keep_metadata(request, component, old)
    shapes.notify("modify", target, request.now)
    return Response(shapes.document(target))


def _keep_metadata(request: Request, component: Component, copied: Component) -> None:
    metadata = request.state.media.simple_metadata
    if request.arguments.get("keepMetadata", False):
        metadata.put_pairs(f"component:{copied.serial}", metadata.pairs(f"component:{component.serial}"))


def _register_copy(target: str, copy: Callable[[Request, Component], Response]) -> None:
    """Register the handlers that copy and move a component."""

    def move(request: Request) -> Response:
        component = requested_component(request, "WRITE")
        copy(request, component)
        request.state.media.shapes.delete_component(component)
        return Response(request.state.media.shapes.document(_target(request)))

    register(f"copy_component_to_{target}", lambda request: copy(request, requested_component(request)), WRITE)
    register(f"move_component_to_{target}", move, WRITE)


def _owner(request: Request) -> str:
    return f"component:{requested_component(request).serial}"


_register_copy("shape", _to_shape)
_register_copy("component", _to_component)
register_simple_metadata("component", _owner, READ, WRITE)
