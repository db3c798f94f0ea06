"""What the simulated server does with the components of shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import invalid, not_found
from vidispine.simulator.http.responses import Answer
from vidispine.simulator.media.entities import component_of, shape_of, to_be_imported
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call, Handler
    from vidispine.simulator.media.shape_store import Component, Shape

__all__ = ["COMPONENT_HANDLERS"]

_GENERAL = ("id", "file", "metadata")
"""What ComponentDocument has; the rest belongs to the document of the shape."""


def _answer(call: Call, component: Component, full: bool = False) -> Answer:
    document = call.world.media.shapes.component_document(component)
    if not full:
        document = {name: document[name] for name in _GENERAL if name in document}
    return Answer(document, component.id)


def get_components(call: Call) -> Answer:
    """Answer with the components of a shape."""
    call.need("_item_shape_read")
    documents = [_answer(call, component).document for component in call.world.media.shapes.components(shape_of(call))]
    return Answer({"component": documents} if documents else {})


def get_component(call: Call) -> Answer:
    """Answer with one component."""
    call.need("_item_shape_read")
    return _answer(call, component_of(call), call.arguments.get("full", False))


def delete_component(call: Call) -> Answer:
    """Remove a component, and those of its files that nothing else uses."""
    call.need("_item_shape_write")
    media, component = call.world.media, component_of(call, "WRITE")
    files = media.shapes.delete_component(component)
    if not call.arguments.get("keepFiles", False):
        media.files.remove_unused(files, call.now)
    return _tell(call, shape_of(call, "WRITE"))


def _tell(call: Call, shape: Shape) -> Answer:
    call.world.media.shapes.tell("modify", shape, call.now)
    return Answer()


def add_file_to_component(call: Call) -> Answer:
    """Make a file one of a component's."""
    call.need("_item_shape_write")
    media, component = call.world.media, component_of(call, "WRITE")
    file = to_be_imported(call, call.arguments["file-id"])
    media.shapes.tie(component.serial, file.serial)
    if component.awaited:
        media.shapes.set_component(component, awaited=0)
    _tell(call, shape_of(call))
    return _answer(call, component)


def remove_file_from_component(call: Call) -> Answer:
    """Untie a file from a component."""
    call.need("_item_shape_write")
    media, component = call.world.media, component_of(call, "WRITE")
    file = media.files.get(call.arguments["file-id"])
    if not media.shapes.untie(component, file):
        raise not_found("File", file.id)
    return _tell(call, shape_of(call))


# Copying and moving


def _target(call: Call) -> Shape:
    """Return the shape that receives a component."""
    item = call.world.items.get(call.arguments["target-id"])
    call.world.access.check(item.subject, call.user, "WRITE")
    return call.world.media.shapes.get(item, call.arguments["target-shape-id"])


def _to_shape(call: Call, component: Component) -> Answer:
    shapes, target = call.world.media.shapes, _target(call)
    if component.kind == "container" and any(part.kind == "container" for part in shapes.components(target)):
        raise invalid("component-id", component.id, f"shape {target.id} has a container already")
    made = shapes.copy_component(component, target)
    if call.arguments.get("index") is not None:
        shapes.set_component(made, position=call.arguments["index"])
    _keep_metadata(call, component, made)
    shapes.tell("modify", target, call.now)
    return Answer(shapes.document(target))


def _to_component(call: Call, component: Component) -> Answer:
    shapes, target = call.world.media.shapes, _target(call)
    old = shapes.component(target, call.arguments["target-component-id"])
    if old.kind != component.kind:
        raise invalid("target-component-id", old.id, f"{old.id} is {old.kind}, {component.id} is {component.kind}")
    for serial in shapes.file_serials(old):
        shapes.untie(old, call.world.media.files.by_serial(serial))
    for serial in shapes.file_serials(component):
        shapes.tie(old.serial, serial)
    shapes.set_component(old, document=json.loads(component.document), awaited=component.awaited)
    _keep_metadata(call, component, old)
    shapes.tell("modify", target, call.now)
    return Answer(shapes.document(target))


def _keep_metadata(call: Call, component: Component, made: Component) -> None:
    metadata = call.world.media.metadata
    if call.arguments.get("keepMetadata", False):
        for pair in metadata.pairs(f"component:{component.serial}"):
            metadata.put(f"component:{made.serial}", pair["key"], pair["value"])


def copy_component_to_shape(call: Call) -> Answer:
    """Add a copy of a component to a shape."""
    call.need("_item_shape_write")
    return _to_shape(call, component_of(call))


def copy_component_to_component(call: Call) -> Answer:
    """Copy a component over another one."""
    call.need("_item_shape_write")
    return _to_component(call, component_of(call))


def move_component_to_shape(call: Call) -> Answer:
    """Give a component to a shape."""
    call.need("_item_shape_write")
    component = component_of(call, "WRITE")
    _to_shape(call, component)
    return _moved(call, component)


def move_component_to_component(call: Call) -> Answer:
    """Put a component in the place of another one."""
    call.need("_item_shape_write")
    component = component_of(call, "WRITE")
    _to_component(call, component)
    return _moved(call, component)


def _moved(call: Call, component: Component) -> Answer:
    shapes = call.world.media.shapes
    shapes.delete_component(component)
    return Answer(shapes.document(_target(call)))


COMPONENT_HANDLERS: list[Handler] = [
    add_file_to_component,
    copy_component_to_component,
    copy_component_to_shape,
    delete_component,
    get_component,
    get_components,
    move_component_to_component,
    move_component_to_shape,
    remove_file_from_component,
    *metadata_handlers(
        "component", lambda call: f"component:{component_of(call).serial}", "_item_shape_read", "_item_shape_write"
    ),
]
