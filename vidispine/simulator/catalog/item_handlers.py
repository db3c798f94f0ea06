"""Operations on items, and searches for items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.entities import listed_entities, requested_item
from vidispine.simulator.catalog.item_documents import EntityContent, brief_collections
from vidispine.simulator.catalog.library_handlers import requested_library
from vidispine.simulator.catalog.library_store import in_library
from vidispine.simulator.catalog.saved_search_handlers import save_search
from vidispine.simulator.catalog.search_results import SearchResults, items_by_serial, search_response
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import invalid_input
from vidispine.simulator.http.formats import site_id
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.catalog.search import Hit
    from vidispine.simulator.database.conditions import Condition
    from vidispine.simulator.http.requests import Request

_WHOLE = {"start": "-INF", "end": "+INF"}


@operation()
def get_item(request: Request) -> Response:
    item = requested_item(request, "READ", type="item")
    return Response(EntityContent(request).items([item])[item.serial])


@operation()
def get_items(request: Request) -> Response:
    """List items. The search is in the query."""
    return search_items(request)


@operation()
def search_items(request: Request) -> Response:
    return save_search(request, list_items(request), "search_items", "item")


def list_items(request: Request, within: Condition | None = None) -> Response:
    """Return the response with the items that match the request.

    :param within: additional condition
    """
    contents = EntityContent(request)

    def documents(hits: Sequence[Hit]) -> list[dict[str, Any]]:
        items = items_by_serial(request, hits)
        found = contents.items(items)
        return [_hit(found[item.serial]) for item in items]

    return search_response(request, "item", "item", documents, within)


@operation("_library_read")
def get_library(request: Request) -> Response:
    return list_items(request, in_library(requested_library(request, "READ").serial))


def _hit(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document of an item in a list: with its timespan, and with empty lists."""
    return {"access": [], "externalId": [], "shape": [], **document, **_WHOLE}


@operation("_item_write")
def delete_item(request: Request) -> None:
    request.state.items.delete(requested_item(request, "WRITE"), request.now, request.arguments)


@operation("_item_write")
def delete_items(request: Request) -> None:
    """Delete several items. Unknown ids are ignored."""
    if not split_values(request.arguments.get("id")):
        raise invalid_input("id", None, "specify the items to delete")
    for item in listed_entities(request, request.state.items, "WRITE"):
        request.state.items.delete(item, request.now, request.arguments)


@operation()
def get_collections_containing_item(request: Request) -> Response:
    ids = [site_id(serial) for serial in request.state.collections.containing(requested_item(request, "READ").ref)]
    return Response({"uri": ids} if ids else {}, text_lines(ids))


@operation()
def reindex_item(request: Request) -> Response:
    """Reindex an item. No effect: the index is always up to date."""
    return Response(text=f"{requested_item(request, 'READ').id} is up to date")


@operation()
def get_search(request: Request) -> Response:
    """Search items and collections. The search is in the query."""
    return search(request)


@operation()
def search(request: Request) -> Response:
    contents = EntityContent(request)
    listing = SearchResults(request, ["item", "collection"])
    items = items_by_serial(request, listing.hits)
    collections = [hit.serial for hit in listing.hits if hit.kind == "collection"]
    found = {"item": contents.items(items), "collection": brief_collections(request, collections, contents)}
    entries = [_entry(hit, found[hit.kind][hit.serial]) for hit in listing.hits]
    return save_search(request, Response(listing.document("entry", entries)), "search", "search")


def _entry(hit: Hit, document: dict[str, Any]) -> dict[str, Any]:
    return {
        hit.kind: _hit(document) if hit.kind == "item" else document,
        "timespan": [{"field": [], **_WHOLE}],
        **_WHOLE,
        "type": hit.kind.capitalize(),
        "id": site_id(hit.serial),
    }


@operation()
def optimize_search_index(_: Request) -> None:
    """Optimize the index. No effect."""
