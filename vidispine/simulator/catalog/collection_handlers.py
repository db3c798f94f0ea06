"""Operations on collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import listed_entities, requested_collection
from vidispine.simulator.catalog.item_documents import (
    EntityContent,
    brief_collection,
    brief_collections,
    member_documents,
    membership,
)
from vidispine.simulator.catalog.item_handlers import list_items
from vidispine.simulator.catalog.saved_search_handlers import save_search
from vidispine.simulator.catalog.search_results import search_response
from vidispine.simulator.catalog.time_codes import GENERIC
from vidispine.simulator.database.conditions import condition
from vidispine.simulator.http.arguments import split_pair, split_values
from vidispine.simulator.http.errors import invalid_input, not_found, not_implemented
from vidispine.simulator.http.formats import from_milliseconds, site_id, xml_time
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.accounts.entities import EntityRef
    from vidispine.simulator.catalog.collection_store import Collection
    from vidispine.simulator.catalog.search import Hit
    from vidispine.simulator.http.requests import Request


@operation("_collection_write")
def create_collection(request: Request) -> Response:
    state, body = request.state, request.body or {}
    collection = state.collections.create(request.now, request.user.name)
    state.access.add_owner(collection.ref, request.user.name)
    created = xml_time(from_milliseconds(request.now))
    fields = {"collectionId": [collection.id], "user": [request.user.name], "created": [created]}
    state.metadata.set_fields(collection.ref, request.now, fields)
    if "externalId" in request.arguments:
        state.external_ids.add(collection.ref, request.arguments["externalId"])
    name = request.arguments.get("name") or body.get("name")
    if name:
        _rename(request, collection, name)
    if "metadata" in body:
        state.metadata.write(request, collection.ref, body["metadata"])
    _apply(request, collection, body.get("content", ()))
    _notify(request, "create", collection)
    return Response(brief_collection(request, collection, EntityContent(request)), collection.id)


def _notify(request: Request, event: str, collection: Collection) -> None:
    fields = {"collectionId": collection.id, "user": request.user.name}
    request.state.media.notifier.entity("collection", event, collection.serial, fields)


def _rename(request: Request, collection: Collection, name: str) -> None:
    title = {"name": "title", "value": [{"value": name}]}
    timespan = {"start": GENERIC[0], "end": GENERIC[1], "field": [title]}
    request.state.metadata.write(request, collection.ref, {"timespan": [timespan]})


@operation("_collection_write")
def update_collection_name(request: Request) -> None:
    _rename(request, requested_collection(request, "WRITE"), request.arguments["name"])


@operation("_collection_read")
def get_collection(request: Request) -> Response:
    return _whole(request, requested_collection(request, "READ"))


def _whole(request: Request, collection: Collection) -> Response:
    document = brief_collection(request, collection, EntityContent(request))
    document["loc"] += "/"
    kinds = split_values(request.arguments.get("children")) or ["item", "collection"]
    members = [member for member in request.state.collections.members(collection) if member.kind in kinds]
    if members:
        document["content"] = member_documents(request, collection, members)
    return Response(document, text_lines([member.id for member in members]))


@operation()
def get_collections(request: Request) -> Response:
    return search_collections(request)


@operation("_collection_read")
def search_collections(request: Request) -> Response:
    contents = EntityContent(request)

    def documents(hits: Sequence[Hit]) -> list[dict[str, Any]]:
        return list(brief_collections(request, [hit.serial for hit in hits], contents).values())

    return search_response(request, "collection", "collection", documents)


@operation()
def get_collection_items(request: Request) -> Response:
    return search_items_in_collection(request)


@operation("_collection_read")
def search_items_in_collection(request: Request) -> Response:
    inside = "serial IN (SELECT member FROM collection_member WHERE kind = 'item' AND collection = ?)"
    collection = requested_collection(request, "READ")
    response = list_items(request, condition(inside, collection.serial))
    return save_search(request, response, "search_items_in_collection", f"collection/{collection.id}/item")


@operation("_collection_read")
def get_collection_ancestors(request: Request) -> Response:
    """List the ids of the collections that contain a collection, at any depth."""
    ids = [site_id(serial) for serial in request.state.collections.above(requested_collection(request, "READ").ref)]
    return Response({"uri": ids} if ids else {}, text_lines(ids))


@operation("_collection_write")
def delete_collection(request: Request) -> None:
    """Delete a collection. Its members remain."""
    _delete(request, requested_collection(request, "WRITE"))


@operation("_collection_write")
def delete_collections(request: Request) -> None:
    """Delete several collections. Unknown ids are ignored."""
    for collection in listed_entities(request, request.state.collections, "WRITE"):
        _delete(request, collection)


def _delete(request: Request, collection: Collection) -> None:
    for member in request.state.collections.members(collection):
        request.state.simple_metadata.clear(membership(collection, member))
    _notify(request, "delete", collection)
    request.state.collections.delete(collection)
    request.state.external_ids.forget(collection.ref)
    request.state.metadata.forget(collection.ref)


# Members


def _member(request: Request, kind: str | None, id: str) -> EntityRef:
    if kind == "collection":
        return request.state.collections.get(id).ref
    if kind == "library":
        raise not_implemented("the simulator does not support libraries in collections")
    if kind not in (None, "item"):
        raise invalid_input("type", kind, "a member is an item or a collection")
    return request.state.items.get(id).ref


@operation("_collection_write")
def add_to_collection(request: Request) -> None:
    collection = requested_collection(request, "WRITE")
    if "type" not in request.arguments:
        raise invalid_input("type", None, "specify the type of the member: item or collection")
    member = _member(request, request.arguments["type"], request.arguments["id"])
    request.state.access.check(member, request.user, "READ")
    request.state.collections.add(collection, member)
    for pair in request.arguments.get("metadata") or ():
        request.state.simple_metadata.put(membership(collection, member), *split_pair(pair))


@operation("_collection_write")
def remove_from_collection(request: Request) -> None:
    collection = requested_collection(request, "WRITE")
    member = _member(request, request.arguments.get("type"), request.arguments["id"])
    if not request.state.collections.remove(collection, member):
        raise not_found("Item" if member.kind == "item" else "Collection", member.id)
    request.state.simple_metadata.clear(membership(collection, member))


@operation("_collection_write")
def update_collection(request: Request) -> Response:
    collection = requested_collection(request, "WRITE")
    if request.arguments.get("clear", True):
        for member in request.state.collections.members(collection):
            request.state.collections.remove(collection, member)
            request.state.simple_metadata.clear(membership(collection, member))
    if request.body.get("name"):
        _rename(request, collection, request.body["name"])
    _apply(request, collection, request.body.get("content", ()))
    return _whole(request, collection)


def _apply(request: Request, collection: Collection, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add, remove and move members according to a document."""
    for entry in entries:
        member = _member(request, entry.get("type"), entry.get("id", ""))
        request.state.access.check(member, request.user, "READ")
        if entry.get("mode") == "remove":
            request.state.collections.remove(collection, member)
            request.state.simple_metadata.clear(membership(collection, member))
            continue
        request.state.collections.add(collection, member)
        request.state.simple_metadata.put_pairs(
            membership(collection, member), entry.get("metadata", {}).get("field", ())
        )
        if "before" in entry or "after" in entry:
            _move(request, collection, member, entry)


@operation("_collection_write")
def reorder_collection_elements(request: Request) -> Response:
    collection = requested_collection(request, "WRITE")
    for kind in ("item", "collection"):
        for entry in request.body.get(kind, ()):
            _move(request, collection, _member(request, kind, entry["id"]), entry)
    if request.body.get("library"):
        raise not_implemented("the simulator does not support libraries in collections")
    return _whole(request, collection)


def _move(request: Request, collection: Collection, member: EntityRef, entry: Mapping[str, Any]) -> None:
    """Move a member before or after another one."""
    neighbour = entry.get("before") or entry.get("after")
    members = [other for other in request.state.collections.members(collection) if other != member]
    positions = [position for position, other in enumerate(members) if other.id == neighbour]
    if neighbour is None:
        raise invalid_input("before", None, "a move needs before or after", context="collection")
    if not positions or len(members) == len(request.state.collections.members(collection)):
        raise not_found("CollectionMember", neighbour if not positions else member.id)
    members.insert(positions[0] + ("before" not in entry), member)
    request.state.collections.reorder(collection, members)
