"""What the simulated server does with items, and with searches for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import item_of
from vidispine.simulator.catalog.collection_documents import brief_collections
from vidispine.simulator.catalog.item_documents import Contents
from vidispine.simulator.catalog.search_results import Listing, items_by_serial, list_hits
from vidispine.simulator.formats import site_id
from vidispine.simulator.http.arguments import texts_of
from vidispine.simulator.http.errors import invalid
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.catalog.search import Hit
    from vidispine.simulator.http.requests import Call
    from vidispine.simulator.sql import Condition

__all__ = ["ITEMS", "list_items"]


def get_item(call: Call) -> Answer:
    """Answer with one item."""
    item = item_of(call, "READ", type="item")
    return Answer(Contents(call).items([item])[item.serial])


def get_items(call: Call) -> Answer:
    """Answer with the items that match a search in the URL."""
    return list_items(call)


def search_items(call: Call) -> Answer:
    """Answer with the items that match a search document."""
    return list_items(call)


def list_items(call: Call, within: Condition | None = None) -> Answer:
    """Answer with the items that match a request's search.

    :param within: what else has to hold for them
    """
    contents = Contents(call)

    def documents(hits: Sequence[Hit]) -> list[dict[str, Any]]:
        items = items_by_serial(call, hits)
        found = contents.items(items)
        return [found[item.serial] for item in items]

    return list_hits(call, "item", "item", documents, within)


def delete_item(call: Call) -> Answer:
    """Delete one item."""
    call.need("_item_write")
    call.world.items.delete(item_of(call, "WRITE"), call.now)
    return Answer()


def delete_items(call: Call) -> Answer:
    """Delete items; ids of none are passed over."""
    call.need("_item_write")
    ids = texts_of(call.arguments.get("id"))
    if not ids:
        raise invalid("id", None, "name the items to delete")
    items = [item for item in map(call.world.items.find, dict.fromkeys(ids)) if item is not None]
    for item in items:
        call.world.access.check(item.subject, call.user, "WRITE")
    for item in items:
        call.world.items.delete(item, call.now)
    return Answer()


def get_collections_containing_item(call: Call) -> Answer:
    """Answer with the ids of the collections that an item is in."""
    ids = [site_id(serial) for serial in call.world.collections.containing(item_of(call, "READ").subject)]
    return Answer({"uri": ids} if ids else {}, lines(ids))


def reindex_item(call: Call) -> Answer:
    """Say that an item is indexed anew: it always is up to date."""
    return Answer(text=f"{item_of(call, 'READ').id} is up to date")


def get_search(call: Call) -> Answer:
    """Answer with the items and collections that match a search in the URL."""
    return search(call)


def search(call: Call) -> Answer:
    """Answer with the items and collections that match a search document."""
    contents = Contents(call)
    listing = Listing(call, ["item", "collection"])
    items = items_by_serial(call, listing.hits)
    collections = [hit.serial for hit in listing.hits if hit.kind == "collection"]
    found = {"item": contents.items(items), "collection": brief_collections(call, collections, contents)}
    document = listing.document("entry", [_entry(hit, found[hit.kind][hit.serial]) for hit in listing.hits])
    return Answer({"suggestion": [], "autocomplete": [], "facet": [], **document})


def _entry(hit: Hit, document: dict[str, Any]) -> dict[str, Any]:
    generic = {"start": "-INF", "end": "+INF"}
    part = {**document, **generic} if hit.kind == "item" else document
    return {
        hit.kind: part,
        "timespan": [{"field": [], **generic}],
        **generic,
        "type": hit.kind.capitalize(),
        "id": site_id(hit.serial),
    }


def optimize_search_index(_: Call) -> Answer:
    """Say that the index is in order: there is nothing to optimize."""
    return Answer()


ITEMS = table(
    [
        delete_item,
        delete_items,
        get_collections_containing_item,
        get_item,
        get_items,
        get_search,
        optimize_search_index,
        reindex_item,
        search,
        search_items,
    ]
)
