"""Which entity a request is about, and whether its user may do that with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.errors import invalid, not_implemented

if TYPE_CHECKING:
    from vidispine.simulator.accounts.entities import Subject
    from vidispine.simulator.catalog.collection_store import Collection
    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.http.requests import Call

__all__ = ["collection_of", "entity_of", "item_of", "page_of", "refuse", "texts_of"]


def item_of(call: Call, permission: str, name: str = "item-id", type: str = "Item") -> Item:
    """Return the item that a request is about.

    :param permission: what the user has to be permitted, such as ``READ``
    :param name: of the parameter that has the id
    :param type: what an error says that there is none of
    :raises Fault: there is none, or the user may not
    """
    item = call.world.items.get(call.arguments[name], type)
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


def page_of(call: Call, number: int = 100) -> tuple[int, int, str | None]:
    """Return the position of the first entry, their number and the cursor that a request for a list asks for.

    :param number: how many entries when the request does not say
    :raises Fault: one of them is negative
    """
    found = []
    for name, default in (("first", 1), ("number", number)):
        value = call.arguments.get(name, default)
        if value < 0:
            raise invalid(name, str(value), f"{name} must not be negative")
        found.append(value)
    return found[0], found[1], call.arguments.get("cursor")


def refuse(call: Call, **unless: Any) -> None:
    """Refuse parameters that would change what the simulator does, unless they ask for what it does anyway.

    :param unless: by a parameter's name the values that ask for nothing special
    :raises Fault: a parameter has another value
    """
    for name, values in unless.items():
        value = call.arguments.get(name)
        if value is not None and value not in values:
            raise not_implemented(f"the simulator does not know {name}={value}")


def texts_of(value: Any) -> list[str]:
    """Return the words of a parameter, whether it is a list or one text with commas."""
    parts = [value] if isinstance(value, str) else value or ()
    return [word.strip() for part in parts for word in part.split(",") if word.strip()]
