"""What the simulated server does with collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import collection_of
from vidispine.simulator.catalog.collection_documents import (
    brief_collection,
    brief_collections,
    member_documents,
    membership,
)
from vidispine.simulator.catalog.item_documents import Contents
from vidispine.simulator.catalog.item_handlers import list_items
from vidispine.simulator.catalog.search_results import list_hits
from vidispine.simulator.catalog.time_codes import GENERIC
from vidispine.simulator.formats import from_milliseconds, site_id
from vidispine.simulator.http.arguments import split_pair, texts_of
from vidispine.simulator.http.errors import invalid, not_found, not_implemented
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.sql import condition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.accounts.entities import Subject
    from vidispine.simulator.catalog.collection_store import Collection
    from vidispine.simulator.catalog.search import Hit
    from vidispine.simulator.http.requests import Call

__all__ = ["COLLECTIONS"]


def create_collection(call: Call) -> Answer:
    """Make a collection, with members where the document names some."""
    call.need("_collection_write")
    world, body = call.world, call.body or {}
    collection = world.collections.create(call.now, call.user.name)
    world.access.add_owner(collection.subject, call.user.name)
    created = from_milliseconds(call.now).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    fields = {"collectionId": [collection.id], "user": [call.user.name], "created": [created]}
    world.metadata.set_fields(collection.subject, call.now, fields)
    name = call.arguments.get("name") or body.get("name")
    if name:
        _rename(call, collection, name)
    if "metadata" in body:
        world.metadata.write(call, collection.subject, body["metadata"])
    _apply(call, collection, body.get("content", ()))
    return Answer(brief_collection(call, collection, Contents(call)), collection.id)


def _rename(call: Call, collection: Collection, name: str) -> None:
    title = {"name": "title", "value": [{"value": name}]}
    timespan = {"start": GENERIC[0], "end": GENERIC[1], "field": [title]}
    call.world.metadata.write(call, collection.subject, {"timespan": [timespan]})


def update_collection_name(call: Call) -> Answer:
    """Give a collection another name."""
    call.need("_collection_write")
    _rename(call, collection_of(call, "WRITE"), call.arguments["name"])
    return Answer()


def get_collection(call: Call) -> Answer:
    """Answer with one collection and its members."""
    call.need("_collection_read")
    return _whole(call, collection_of(call, "READ"))


def _whole(call: Call, collection: Collection) -> Answer:
    document = brief_collection(call, collection, Contents(call))
    document["loc"] += "/"
    kinds = texts_of(call.arguments.get("children")) or ["item", "collection"]
    members = [member for member in call.world.collections.members(collection) if member.kind in kinds]
    if members:
        document["content"] = member_documents(call, collection, members)
    return Answer(document, lines([member.id for member in members]))


def get_collections(call: Call) -> Answer:
    """Answer with the collections that there are."""
    return search_collections(call)


def search_collections(call: Call) -> Answer:
    """Answer with the collections that match a search document."""
    call.need("_collection_read")
    contents = Contents(call)

    def documents(hits: Sequence[Hit]) -> list[dict[str, Any]]:
        return list(brief_collections(call, [hit.serial for hit in hits], contents).values())

    return list_hits(call, "collection", "collection", documents)


def get_collection_items(call: Call) -> Answer:
    """Answer with the items in a collection."""
    return search_items_in_collection(call)


def search_items_in_collection(call: Call) -> Answer:
    """Answer with the items in a collection that match a search document."""
    call.need("_collection_read")
    inside = "serial IN (SELECT member FROM collection_member WHERE kind = 'item' AND collection = ?)"
    return list_items(call, condition(inside, collection_of(call, "READ").serial))


def get_collection_ancestors(call: Call) -> Answer:
    """Answer with the ids of the collections that a collection is in, at any depth."""
    call.need("_collection_read")
    ids = [site_id(serial) for serial in call.world.collections.above(collection_of(call, "READ"))]
    return Answer({"uri": ids} if ids else {}, lines(ids))


def delete_collection(call: Call) -> Answer:
    """Delete a collection, and not what is in it."""
    call.need("_collection_write")
    _delete(call, collection_of(call, "WRITE"))
    return Answer()


def delete_collections(call: Call) -> Answer:
    """Delete collections; ids of none are passed over."""
    call.need("_collection_write")
    found = [call.world.collections.find(id) for id in dict.fromkeys(texts_of(call.arguments["id"]))]
    collections = [collection for collection in found if collection is not None]
    for collection in collections:
        call.world.access.check(collection.subject, call.user, "WRITE")
    for collection in collections:
        _delete(call, collection)
    return Answer()


def _delete(call: Call, collection: Collection) -> None:
    for member in call.world.collections.members(collection):
        call.world.simple_metadata.clear(membership(collection, member))
    call.world.collections.delete(collection)
    call.world.metadata.forget(collection.subject)


# Members


def _member(call: Call, kind: str | None, id: str) -> Subject:
    if kind == "collection":
        return call.world.collections.get(id).subject
    if kind == "library":
        raise not_implemented("the simulator has no libraries in collections")
    if kind not in (None, "item"):
        raise invalid("type", kind, "a member is an item or a collection")
    return call.world.items.get(id).subject


def add_to_collection(call: Call) -> Answer:
    """Put something into a collection."""
    call.need("_collection_write")
    collection = collection_of(call, "WRITE")
    member = _member(call, call.arguments.get("type"), call.arguments["id"])
    call.world.access.check(member, call.user, "READ")
    call.world.collections.add(collection, member)
    for pair in call.arguments.get("metadata") or ():
        call.world.simple_metadata.put(membership(collection, member), *split_pair(pair))
    return Answer()


def remove_from_collection(call: Call) -> Answer:
    """Take something out of a collection."""
    call.need("_collection_write")
    collection = collection_of(call, "WRITE")
    member = _member(call, call.arguments.get("type"), call.arguments["id"])
    if not call.world.collections.remove(collection, member):
        raise not_found("Item" if member.kind == "item" else "Collection", member.id)
    call.world.simple_metadata.clear(membership(collection, member))
    return Answer()


def update_collection(call: Call) -> Answer:
    """Set the members of a collection, or change some."""
    call.need("_collection_write")
    collection = collection_of(call, "WRITE")
    if call.arguments.get("clear", True):
        for member in call.world.collections.members(collection):
            call.world.collections.remove(collection, member)
            call.world.simple_metadata.clear(membership(collection, member))
    if call.body.get("name"):
        _rename(call, collection, call.body["name"])
    _apply(call, collection, call.body.get("content", ()))
    return _whole(call, collection)


def _apply(call: Call, collection: Collection, entries: Sequence[Mapping[str, Any]]) -> None:
    """Do with members what a document says."""
    for entry in entries:
        member = _member(call, entry.get("type"), entry.get("id", ""))
        call.world.access.check(member, call.user, "READ")
        if entry.get("mode") == "remove":
            call.world.collections.remove(collection, member)
            call.world.simple_metadata.clear(membership(collection, member))
            continue
        call.world.collections.add(collection, member)
        for pair in entry.get("metadata", {}).get("field", ()):
            call.world.simple_metadata.put(membership(collection, member), pair["key"], pair["value"])
        if "before" in entry or "after" in entry:
            _move(call, collection, member, entry)


def reorder_collection_elements(call: Call) -> Answer:
    """Move members of a collection to other places."""
    call.need("_collection_write")
    collection = collection_of(call, "WRITE")
    for kind in ("item", "collection"):
        for entry in call.body.get(kind, ()):
            _move(call, collection, _member(call, kind, entry["id"]), entry)
    if call.body.get("library"):
        raise not_implemented("the simulator has no libraries in collections")
    return _whole(call, collection)


def _move(call: Call, collection: Collection, member: Subject, entry: Mapping[str, Any]) -> None:
    """Put a member next to another one."""
    neighbour = entry.get("before") or entry.get("after")
    members = [other for other in call.world.collections.members(collection) if other != member]
    places = [position for position, other in enumerate(members) if other.id == neighbour]
    if neighbour is None:
        raise invalid("before", None, "a move needs before or after", context="collection")
    if not places or len(members) == len(call.world.collections.members(collection)):
        raise not_found("CollectionMember", neighbour if not places else member.id)
    members.insert(places[0] + ("before" not in entry), member)
    call.world.collections.reorder(collection, members)


COLLECTIONS = table(
    [
        add_to_collection,
        create_collection,
        delete_collection,
        delete_collections,
        get_collection,
        get_collection_ancestors,
        get_collection_items,
        get_collections,
        remove_from_collection,
        reorder_collection_elements,
        search_collections,
        search_items_in_collection,
        update_collection,
        update_collection_name,
    ]
)
