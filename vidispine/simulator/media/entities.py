"""What requests about media have in common: which item, shape or file is meant, and how a job is started for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import item_of
from vidispine.simulator.formats import site_id
from vidispine.simulator.http.errors import invalid

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.shape_store import Component, Shape

__all__ = [
    "component_of",
    "file_document",
    "shape_of",
    "source_of",
    "to_be_imported",
]


def shape_of(call: Call, permission: str = "READ") -> Shape:
    """Return the shape that a call's path names.

    :raises Fault: there is none, or the user has no such permission on its item
    """
    return call.world.media.shapes.get(item_of(call, permission), call.arguments["shape-id"])


def component_of(call: Call, permission: str = "READ") -> Component:
    """Return the component that a call's path names.

    :raises Fault: there is none, or the user has no such permission on its item
    """
    return call.world.media.shapes.component(shape_of(call, permission), call.arguments["component-id"])


def to_be_imported(call: Call, id: str) -> File:
    """Return a file that is to belong to an item.

    :raises Fault: there is none, or it belongs to one already and ``allowReimport`` is not given
    """
    file = call.world.media.files.get(id)
    if call.world.media.files.item_documents(file) and not call.arguments.get("allowReimport", False):
        explanation = "the file belongs to an item already; allowReimport=true takes it all the same"
        raise invalid("file-id", id, explanation, context="file")
    return file


def source_of(call: Call) -> dict[str, Any]:
    """Return where a file comes from, as works have it: the call names it by ``uri`` or by ``fileId``.

    :raises Fault: it names none or two, or there is no such file
    """
    uri, id = call.arguments.get("uri"), call.arguments.get("fileId")
    if (uri is None) == (id is None):
        raise invalid("uri", uri, "give one of uri and fileId")
    source: dict[str, Any] = {"uri": uri} if id is None else {"file": to_be_imported(call, id).serial}
    if call.arguments.get("storageId"):
        source["storage"] = call.world.media.storages.get(call.arguments["storageId"]).id
    return source


def file_document(call: Call, file: File) -> dict[str, Any]:
    """Return a file's document with the URIs that the call wants, and with its items when it wants them."""
    document = call.world.media.files.document(file)
    if call.arguments.get("methodType") == "AUTO":
        document["uri"] = [f"{call.root}/file/{site_id(file.serial)}/data"]
    scheme = call.arguments.get("scheme")
    if scheme:
        document["uri"] = [uri for uri in document["uri"] if uri.startswith(f"{scheme}:")]
    if call.arguments.get("includeItem", False):
        items = call.world.media.files.item_documents(file)
        document.update({"item": items} if items else {})
    return document
