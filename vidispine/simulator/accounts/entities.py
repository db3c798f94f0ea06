"""What metadata and access controls are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vidispine.simulator.formats import site_id
from vidispine.simulator.http.errors import not_implemented

if TYPE_CHECKING:
    from vidispine.simulator.catalog.collection_store import Collection
    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.http.requests import Call

__all__ = ["Subject", "collection_of", "entity_of", "item_of"]


class Subject(NamedTuple):
    """An entity, as metadata and access controls know it."""

    kind: str
    """``item``, ``collection`` or ``document``."""
    serial: int

    @property
    def id(self) -> str:
        """The entity's id, such as ``VX-93``."""
        return site_id(self.serial)


def item_of(call: Call, permission: str = "READ", type: str = "Item") -> Item:
    """Return the item that a request's path names.

    :param permission: what the user has to be permitted, such as ``READ``
    :param type: what an error says that there is none of
    :raises Fault: there is none, or the user may not
    """
    arguments = call.arguments
    item = call.world.items.get(arguments["item-id"] if "item-id" in arguments else arguments["id"], type)
    call.world.access.check(item.subject, call.user, permission)
    return item


def collection_of(call: Call, permission: str) -> Collection:
    """Return the collection that a request is about; as :func:`item_of`."""
    collection = call.world.collections.get(call.arguments["collection-id"])
    call.world.access.check(collection.subject, call.user, permission)
    return collection


def entity_of(call: Call, permission: str) -> Subject:
    """Return the entity that a request for ``/{type}/{entity-id}`` is about; as :func:`item_of`."""
    kind, id = call.arguments["type"], call.arguments["entity-id"]
    if kind == "item":
        subject = call.world.items.get(id).subject
    elif kind == "collection":
        subject = call.world.collections.get(id).subject
    else:
        raise not_implemented(f"the simulator has this for item and collection, not for {kind}")
    call.world.access.check(subject, call.user, permission)
    return subject
