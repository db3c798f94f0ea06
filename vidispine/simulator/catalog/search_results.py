"""Responses of searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._calls.operation import JSON, TEXT, XML
from vidispine.simulator.catalog.entity_store import Item
from vidispine.simulator.catalog.facets import Facets
from vidispine.simulator.catalog.highlights import Highlighter
from vidispine.simulator.catalog.library_handlers import items_of_library, store_hits
from vidispine.simulator.database.conditions import all_of, marks
from vidispine.simulator.http.arguments import read_page, reject_unsupported
from vidispine.simulator.http.errors import invalid_input
from vidispine.simulator.http.formats import site_id
from vidispine.simulator.http.responses import Response, read_document, text_lines
from vidispine.simulator.http.validation import InvalidDocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vidispine.simulator.catalog.search import Hit
    from vidispine.simulator.database.conditions import Condition
    from vidispine.simulator.http.requests import Request

HIGHLIGHTED = ("item", "entry")
"""The members for hits whose documents have a place for marked values; those of collections have none."""


class SearchResults:
    """The results of one request's search."""

    def __init__(self, request: Request, kinds: Sequence[str], within: Condition | None = None) -> None:
        """Run the search in the body, or in the parameter ``q``.

        :param kinds: kinds of entities
        :param within: additional condition
        :raises ApiError: the search is invalid or not supported
        """
        reject_unsupported(request, result=("list", "library"))
        self._request = request
        self._query = request.body or _read_query(request.arguments.get("q"))
        library = request.arguments.get("library", "*")
        conditions = [within, None if library == "*" else items_of_library(request, library)]
        narrowed = all_of(condition for condition in conditions if condition is not None)
        self._search = request.state.search_engine.search(kinds, request.user, self._query, narrowed)
        first, number, cursor = read_page(request)
        cursor = cursor or self._query.get("cursor")
        self.hits, self._next = self._search.page(first, number, cursor)

    def document(self, name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the document of the response.

        :param name: name of the member for the hits
        :param entries: documents of the hits
        """
        document: dict[str, Any] = {"suggestion": [], "autocomplete": [], "facet": []}
        if self._request.arguments.get("count", True):
            document["hits"] = self._search.count()
        if "highlight" in self._query and name in HIGHLIGHTED:
            self._mark(entries)
        document[name] = entries
        if self._request.arguments.get("result") == "library":
            document["library"] = store_hits(self._request, self._search.serials("item"), self._query)
        facets = Facets(self._request.state.database, self._request.state.fields, self._search)
        document["facet"] += [facets.document(facet) for facet in self._query.get("facet", ())]
        if self._next is not None:
            document["nextCursor"] = self._next
        return document

    def _mark(self, entries: Sequence[dict[str, Any]]) -> None:
        """Add the values with marked words to the documents of the hits."""
        marks = Highlighter(self._request.state.database, self._request.state.fields, self._query)
        for entry, timespans in zip(entries, marks.timespans(self.hits)):
            if timespans:
                entry.update(timespan=timespans, start="-INF", end="+INF")


def _read_query(text: str | None) -> Mapping[str, Any]:
    if not text:
        return {}
    media_type = XML if text.lstrip().startswith("<") else JSON
    try:
        return read_document("ItemSearchType", text.encode(errors="replace"), media_type)
    except InvalidDocumentError as error:
        raise invalid_input("q", text, error.explanation) from None


def items_by_serial(request: Request, hits: Sequence[Hit]) -> list[Item]:
    """Return the items among the hits, in order."""
    serials = [hit.serial for hit in hits if hit.kind == "item"]
    statement = f"SELECT * FROM item WHERE serial IN ({marks(serials)})"  # noqa: S608 - values are bound
    found = {item.serial: item for item in request.state.database.records(Item, statement, *serials)}
    return [found[serial] for serial in serials]


def search_response(
    request: Request,
    kind: str,
    name: str,
    documents: Callable[[Sequence[Hit]], list[dict[str, Any]]],
    within: Condition | None = None,
) -> Response:
    """Return the response of a search for one kind of entity.

    :param name: name of the member for the hits
    :param documents: returns the documents of hits
    """
    listing = SearchResults(request, [kind], within)
    if request.media_type == TEXT:
        before = f"{request.base_url}/{kind}/" if request.arguments.get("url", False) else ""
        return Response({}, text_lines([before + site_id(hit.serial) for hit in listing.hits]))
    return Response(listing.document(name, documents(listing.hits)))
