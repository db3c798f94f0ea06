"""The shape, component or file that a request addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import requested_item
from vidispine.simulator.http.errors import invalid_input
from vidispine.simulator.http.formats import site_id
from vidispine.simulator.media.effects import Source

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.shape_store import Component, Shape


def requested_shape(request: Request, permission: str = "READ") -> Shape:
    """Return the shape that the path addresses.

    :raises ApiError: the shape is missing, or the user does not have the permission on its item
    """
    return request.state.media.shapes.get(requested_item(request, permission), request.arguments["shape-id"])


def requested_component(request: Request, permission: str = "READ") -> Component:
    """Return the component that the path addresses.

    :raises ApiError: the component is missing, or the user does not have the permission on its item
    """
    return request.state.media.shapes.component(requested_shape(request, permission), request.arguments["component-id"])


def importable_file(request: Request, id: str) -> File:
    """Return a file that may be imported.

    :raises ApiError: the file is missing, or belongs to an item and ``allowReimport`` is omitted
    """
    file = request.state.media.files.get(id)
    if request.state.media.files.item_documents(file) and not request.arguments.get("allowReimport", False):
        explanation = "the file already belongs to an item; use allowReimport=true to import it again"
        raise invalid_input("file-id", id, explanation, context="file")
    return file


def requested_source(request: Request) -> Source:
    """Return the import source of the request: its parameter ``uri`` or ``fileId``.

    :raises ApiError: not exactly one of them is given, or the file is missing
    """
    uri, id = request.arguments.get("uri"), request.arguments.get("fileId")
    if (uri is None) == (id is None):
        raise invalid_input("uri", uri, "specify either uri or fileId")
    source = Source(uri=uri) if id is None else Source(file=importable_file(request, id).serial)
    if request.arguments.get("storageId"):
        source.storage = request.state.media.storages.get(request.arguments["storageId"]).id
    return source


def file_document(request: Request, file: File) -> dict[str, Any]:
    """Return the document of a file, with the requested URIs and items."""
    document = request.state.media.files.document(file)
    if request.arguments.get("methodType") == "AUTO":
        document["uri"] = [f"{request.base_url}/file/{site_id(file.serial)}/data"]
    scheme = request.arguments.get("scheme")
    if scheme:
        document["uri"] = [uri for uri in document["uri"] if uri.startswith(f"{scheme}:")]
    if request.arguments.get("includeItem", False):
        items = request.state.media.files.item_documents(file)
        document.update({"item": items} if items else {})
    return document
