"""References to entities, and the entity that a request addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import not_implemented
from vidispine.simulator.http.formats import site_id

if TYPE_CHECKING:
    from vidispine.simulator.catalog.collection_store import Collection
    from vidispine.simulator.catalog.entity_store import E, EntityStore, Item
    from vidispine.simulator.http.requests import Request


class EntityRef(NamedTuple):
    """Reference to an entity, as used by metadata and access control."""

    kind: str
    """``item``, ``collection``, ``library``, ``document`` or ``global``."""
    serial: int

    @property
    def id(self) -> str:
        """The entity's id, such as ``VX-93``."""
        return site_id(self.serial)


def requested_item(request: Request, permission: str = "READ", type: str = "Item") -> Item:
    """Return the item that the path of a request addresses.

    :param permission: the permission that the user needs, such as ``READ``
    :param type: name of the entity type in the error
    :raises ApiError: the item is missing, or the user does not have the permission
    """
    arguments = request.arguments
    item = request.state.items.get(arguments["item-id"] if "item-id" in arguments else arguments["id"], type)
    request.state.access.check(item.ref, request.user, permission)
    return item


def requested_collection(request: Request, permission: str) -> Collection:
    """Return the collection that the path of a request addresses. See :func:`requested_item`."""
    collection = request.state.collections.get(request.arguments["collection-id"])
    request.state.access.check(collection.ref, request.user, permission)
    return collection


def listed_entities(request: Request, store: EntityStore[E], permission: str) -> list[E]:
    """Return the entities whose ids the query lists. Unknown ids are ignored.

    :raises ApiError: the user does not have the permission on one of them
    """
    ids = dict.fromkeys(split_values(request.arguments.get("id")))
    entities = [entity for entity in map(store.find, ids) if entity is not None]
    for entity in entities:
        request.state.access.check(entity.ref, request.user, permission)
    return entities


def requested_entity(request: Request, permission: str) -> EntityRef:
    """Return the entity that the path ``/{type}/{entity-id}`` addresses. See :func:`requested_item`."""
    kind, id = request.arguments["type"], request.arguments["entity-id"]
    if kind == "item":
        entity = request.state.items.get(id).ref
    elif kind == "collection":
        entity = request.state.collections.get(id).ref
    elif kind == "library":
        entity = request.state.libraries.get(id).ref
    else:
        raise not_implemented(f"the simulator supports this for item, collection and library, not for {kind}")
    request.state.access.check(entity, request.user, permission)
    return entity
