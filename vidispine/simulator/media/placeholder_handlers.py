"""Operations on placeholders: items and shapes whose media follows later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.models import PlaceholderComponent
from vidispine.simulator.accounts.entities import requested_item
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import ApiError, invalid_input
from vidispine.simulator.http.formats import job_serial
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response
from vidispine.simulator.media.effects import FillPlaceholder, Source
from vidispine.simulator.media.entities import requested_shape, requested_source
from vidispine.simulator.media.folders import without_credentials
from vidispine.simulator.media.import_handlers import import_raw, requested_outputs, uploaded_source
from vidispine.simulator.media.job_requests import start_job
from vidispine.simulator.media.shape_builder import fill_component
from vidispine.simulator.media.shape_tag_store import ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.shape_store import Component, Shape

KINDS = PlaceholderComponent.values()
MAX_COMPONENTS = 1000


def _expected_counts(request: Request) -> dict[str, int]:
    """Return the number of expected files of each kind."""
    counts = {kind: request.arguments.get(kind, 0) for kind in KINDS}
    for kind, count in counts.items():
        most = 1 if kind == "container" else MAX_COMPONENTS
        if not 0 <= count <= most:
            raise invalid_input(kind, str(count), f"{kind} must be from 0 to {most}")
    return counts


def _add_expected(request: Request, shape: Shape) -> None:
    for kind, count in _expected_counts(request).items():
        for _ in range(count):
            request.state.media.shapes.add_component(shape, kind, {}, awaited=True)


@operation("_import")
def create_placeholder(request: Request) -> Response:
    media = request.state.media
    _expected_counts(request)
    tags = split_values(request.arguments.get("importTag"))
    tags = media.shape_tags.check(tags or [ORIGINAL])
    item = request.state.metadata.create_item(request, request.body)
    if any(_expected_counts(request).values()):
        _add_expected(request, media.shapes.create(item.serial, request.now, tags=tags))
    media.notifier.item("create", item, request.now)
    return Response({"id": item.id}, item.id)


@operation("_item_shape_write")
def create_shape_placeholder(request: Request) -> Response:
    item, media = requested_item(request, "WRITE"), request.state.media
    tags = media.shape_tags.check(split_values(request.arguments.get("tag")))
    shape = media.shapes.create(item.serial, request.now, tags=tags)
    _add_expected(request, shape)
    _put_metadata(request, shape)
    return Response(text=shape.id)


@operation("_item_shape_write")
def update_shape_placeholder(request: Request) -> None:
    shape, media = requested_shape(request, "WRITE"), request.state.media
    tags = split_values(request.arguments.get("tag"))
    if tags:
        media.shapes.set(shape, tags=[*shape.tag_names, *media.shape_tags.check(tags)])
    _add_expected(request, shape)
    _put_metadata(request, shape)


def _put_metadata(request: Request, shape: Shape) -> None:
    request.state.media.simple_metadata.put_pairs(f"shape:{shape.serial}", (request.body or {}).get("field", ()))


@operation("_item_shape_write")
def create_placeholder_component(request: Request) -> Response:
    shape, shapes = requested_shape(request, "WRITE"), request.state.media.shapes
    component = shapes.add_component(shape, _checked_kind(request.arguments["type"]), {}, awaited=True)
    return Response(shapes.component_document(component))


def _checked_kind(word: str) -> str:
    if word not in KINDS:
        raise invalid_input("component-type", word, f"a component is one of {', '.join(KINDS)}")
    return word


def _free_component(request: Request, item: Item, kind: str) -> Component:
    """Return the component for the next file of a kind.

    :raises ApiError: no component expects a file
    """
    media, id = request.state.media, request.arguments.get("shapeId")
    shape = None if id is None else media.shapes.get(item, id).serial
    free = media.shapes.free_components(item.serial, kind, shape)
    if not free:
        raise _no_free_component(item, kind)
    return free[0]


def _no_free_component(item: Item, kind: str) -> ApiError:
    value = f"{kind.upper()}_COMPONENT"
    return invalid_input(None, value, f"item {item.id} expects no further file of this kind", context="job")


def _start(request: Request, type: str, item: Item, pairs: Sequence[tuple[Component, Source]]) -> Response:
    """Start the job that imports files to components, and reserve the components."""
    shapes, outputs = request.state.media.shapes, requested_outputs(request)
    for component, source in pairs:
        source.component, source.storage = component.serial, outputs.storage
    sources = [source for _, source in pairs]
    effect = FillPlaceholder(item.id, sources, pairs[-1][0].shape, outputs)
    data = {"itemId": item.id, "tags": ",".join(outputs.transcode)}
    if sources[0].uri is not None:
        data["uri"] = without_credentials(sources[0].uri)
    response = start_job(request, type, effect, data)
    job = job_serial((response.document or {})["jobId"])
    for component, _ in pairs:
        waiting = shapes.find_component(component.serial)
        if waiting is not None and waiting.awaited:
            shapes.set_component(waiting, job=job)
    return response


@operation("_import")
def import_to_placeholder(request: Request) -> Response:
    item = requested_item(request, "WRITE")
    source = requested_source(request)
    component = _free_component(request, item, _checked_kind(request.arguments["component-type"]))
    return _start(request, "PLACEHOLDER_IMPORT", item, [(component, source)])


@operation("_import")
def import_placeholder_raw(request: Request) -> Response:
    item, kind = requested_item(request, "WRITE"), _checked_kind(request.arguments["component-type"])
    if request.state.media.transfers.find(request.arguments.get("transferId")) is None:
        _free_component(request, item, kind)

    def start(file: File) -> Response:
        pair = (_free_component(request, item, kind), uploaded_source(request, file))
        return _start(request, "PLACEHOLDER_IMPORT", item, [pair])

    return import_raw(request, f"placeholder {item.id} {kind}", start)


@operation("_import")
def import_placeholder_bulk(request: Request) -> Response:
    item, shapes = requested_item(request, "WRITE"), request.state.media.shapes
    uris = {kind: request.body.get(kind, ()) for kind in KINDS}
    uris["container"] = [uris["container"]] if uris["container"] else []
    pairs = []
    for kind, wanted in uris.items():
        free = shapes.free_components(item.serial, kind)
        if len(free) < len(wanted):
            raise _no_free_component(item, kind)
        pairs += [(component, Source(uri=uri)) for component, uri in zip(free, wanted)]
    if not pairs:
        raise invalid_input(None, None, "the document contains no file", context="job")
    return _start(request, "PLACEHOLDER_IMPORT", item, pairs)


@operation("_import")
def adopt_file(request: Request) -> None:
    """Attach a file to a placeholder, without a job."""
    item, media = requested_item(request, "WRITE"), request.state.media
    file = media.files.get(request.arguments["file-id"])
    component = _free_component(request, item, _checked_kind(request.arguments["component-type"]))
    shape = media.shapes.by_serial(component.shape)
    shape = fill_component(media, shape, component, file, file.name)
    media.shapes.notify("modify" if media.shapes.is_placeholder(shape) else "create", shape, request.now)
    media.update_shape_tags(item, request.now)
