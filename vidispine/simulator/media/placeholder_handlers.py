"""What the simulated server does with placeholders: items and shapes whose media comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.models import PlaceholderComponent
from vidispine.simulator.accounts.entities import item_of
from vidispine.simulator.formats import job_serial
from vidispine.simulator.http.errors import Fault, invalid
from vidispine.simulator.http.responses import Answer
from vidispine.simulator.media.entities import shape_of, source_of
from vidispine.simulator.media.folders import without_credentials
from vidispine.simulator.media.import_handlers import import_raw, wishes
from vidispine.simulator.media.job_requests import start_job
from vidispine.simulator.media.shape_builder import fill_component
from vidispine.simulator.media.shape_tag_store import ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.http.requests import Call, Handler
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.shape_store import Component, Shape

__all__ = ["PLACEHOLDER_HANDLERS"]

KINDS = PlaceholderComponent.values()
MOST_COMPONENTS = 1000


def _counts(call: Call) -> dict[str, int]:
    """Return how many files of each kind will come."""
    counts = {kind: call.arguments.get(kind, 0) for kind in KINDS}
    for kind, count in counts.items():
        most = 1 if kind == "container" else MOST_COMPONENTS
        if not 0 <= count <= most:
            raise invalid(kind, str(count), f"{kind} must be from 0 to {most}")
    return counts


def _await(call: Call, shape: Shape) -> None:
    for kind, count in _counts(call).items():
        for _ in range(count):
            call.world.media.shapes.add_component(shape, kind, {}, awaited=True)


def create_placeholder(call: Call) -> Answer:
    """Make an item with a shape that waits for its files."""
    call.need("_import")
    media = call.world.media
    _counts(call)
    tags = [tag for text in call.arguments.get("importTag", ()) for tag in text.split(",") if tag]
    tags = media.shape_tags.check(tags or [ORIGINAL])
    item = call.world.metadata.create_item(call, call.body)
    if any(_counts(call).values()):
        _await(call, media.shapes.create(item.serial, call.now, tags=tags))
    media.notifier.item("create", item, call.now)
    return Answer({"id": item.id}, item.id)


def create_shape_placeholder(call: Call) -> Answer:
    """Add a shape that waits for its files."""
    call.need("_item_shape_write")
    item, media = item_of(call, "WRITE"), call.world.media
    tag = call.arguments.get("tag")
    shape = media.shapes.create(item.serial, call.now, tags=media.shape_tags.check([tag] if tag else []))
    _await(call, shape)
    _put_metadata(call, shape)
    return Answer(text=shape.id)


def update_shape_placeholder(call: Call) -> Answer:
    """Let a shape wait for further files."""
    call.need("_item_shape_write")
    shape, media = shape_of(call, "WRITE"), call.world.media
    if call.arguments.get("tag"):
        media.shapes.set(shape, tags=[*shape.tag_names, *media.shape_tags.check([call.arguments["tag"]])])
    _await(call, shape)
    _put_metadata(call, shape)
    return Answer()


def _put_metadata(call: Call, shape: Shape) -> None:
    for pair in (call.body or {}).get("field", ()):
        call.world.media.metadata.put(f"shape:{shape.serial}", pair["key"], pair.get("value", ""))


def create_placeholder_component(call: Call) -> Answer:
    """Let a shape wait for one more file."""
    call.need("_item_shape_write")
    shape, shapes = shape_of(call, "WRITE"), call.world.media.shapes
    component = shapes.add_component(shape, _kind(call.arguments["type"]), {}, awaited=True)
    return Answer(shapes.component_document(component))


def _kind(word: str) -> str:
    if word not in KINDS:
        raise invalid("component-type", word, f"a component is one of {', '.join(KINDS)}")
    return word


def _slot(call: Call, item: Item, kind: str) -> Component:
    """Return the component that the next file of a kind is for.

    :raises Fault: none waits for one
    """
    media, id = call.world.media, call.arguments.get("shapeId")
    shape = None if id is None else media.shapes.get(item, id).serial
    free = media.shapes.free_slots(item.serial, kind, shape)
    if not free:
        raise _full(item, kind)
    return free[0]


def _full(item: Item, kind: str) -> Fault:
    value = f"{kind.upper()}_COMPONENT"
    return invalid(None, value, f"item {item.id} expects no further file of this kind", context="job")


def _start(call: Call, type: str, item: Item, pairs: Iterable[tuple[Component, dict[str, Any]]]) -> Answer:
    """Start the job that brings files to components, which wait for nothing else from then on."""
    shapes, sources = call.world.media.shapes, []
    work = {"do": "fill", "item": item.id, **wishes(call)}
    for component, source in pairs:
        sources.append({**source, "component": component.serial, "storage": work.get("storage")})
        work["shape"] = component.shape
    work["sources"] = sources
    data = {"itemId": item.id, "tags": ",".join(work["transcode"])}
    if "uri" in sources[0]:
        data["uri"] = without_credentials(sources[0]["uri"])
    answer = start_job(call, type, work, data)
    job = job_serial((answer.document or {})["jobId"])
    for source in sources:
        waiting = shapes.find_component(source["component"])
        if waiting is not None and waiting.awaited:
            shapes.set_component(waiting, job=job)
    return answer


def import_to_placeholder(call: Call) -> Answer:
    """Start a job that brings a file to a placeholder."""
    call.need("_import")
    item = item_of(call, "WRITE")
    source = source_of(call)
    component = _slot(call, item, _kind(call.arguments["component-type"]))
    return _start(call, "PLACEHOLDER_IMPORT", item, [(component, source)])


def import_placeholder_raw(call: Call) -> Answer:
    """Take the bytes of a file and start a job that brings it to a placeholder."""
    call.need("_import")
    item, kind = item_of(call, "WRITE"), _kind(call.arguments["component-type"])
    if call.world.media.transfers.find(call.arguments.get("transferId")) is None:
        _slot(call, item, kind)

    def start(file: File) -> Answer:
        source = {"file": file.serial, "made": True, "name": call.arguments.get("filename")}
        return _start(call, "PLACEHOLDER_IMPORT", item, [(_slot(call, item, kind), source)])

    return import_raw(call, f"placeholder {item.id} {kind}", start)


def import_placeholder_bulk(call: Call) -> Answer:
    """Start a job that brings several files to a placeholder."""
    call.need("_import")
    item, shapes = item_of(call, "WRITE"), call.world.media.shapes
    uris = {kind: call.body.get(kind, ()) for kind in KINDS}
    uris["container"] = [uris["container"]] if uris["container"] else []
    pairs = []
    for kind, wanted in uris.items():
        free = shapes.free_slots(item.serial, kind)
        if len(free) < len(wanted):
            raise _full(item, kind)
        pairs += [(component, {"uri": uri}) for component, uri in zip(free, wanted)]
    if not pairs:
        raise invalid(None, None, "the document names no file", context="job")
    return _start(call, "PLACEHOLDER_IMPORT", item, pairs)


def adopt_file(call: Call) -> Answer:
    """Make a file the media of a placeholder, without a job."""
    call.need("_import")
    item, media = item_of(call, "WRITE"), call.world.media
    file = media.files.get(call.arguments["file-id"])
    component = _slot(call, item, _kind(call.arguments["component-type"]))
    shape = media.shapes.by_serial(component.shape)
    shape = fill_component(media, shape, component, file, file.name)
    media.shapes.tell("modify" if media.shapes.is_placeholder(shape) else "create", shape, call.now)
    media.tag_item(item, call.now)
    return Answer()


PLACEHOLDER_HANDLERS: list[Handler] = [
    adopt_file,
    create_placeholder,
    create_placeholder_component,
    create_shape_placeholder,
    import_placeholder_bulk,
    import_placeholder_raw,
    import_to_placeholder,
    update_shape_placeholder,
]
