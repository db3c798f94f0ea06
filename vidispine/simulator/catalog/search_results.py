"""Lists of hits: what all operations that search have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.operation import JSON, TEXT, XML
from vidispine.simulator.catalog.facets import Facets
from vidispine.simulator.catalog.item_store import Item
from vidispine.simulator.formats import site_id
from vidispine.simulator.http.arguments import page_of, refuse
from vidispine.simulator.http.errors import invalid, not_implemented
from vidispine.simulator.http.responses import Answer, lines, read_document
from vidispine.simulator.http.validation import BadDocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vidispine.simulator.catalog.search import Hit
    from vidispine.simulator.http.requests import Call
    from vidispine.simulator.sql import Condition

__all__ = ["Listing", "items_by_serial", "list_hits"]


class Listing:
    """The hits of one request's search."""

    def __init__(self, call: Call, kinds: Sequence[str], within: Condition | None = None) -> None:
        """Search for what the request asks for: its body, or the document in ``q``.

        :param kinds: what to look for
        :param within: what else has to hold for the hits
        :raises Fault: the request asks for what there is not
        """
        refuse(call, save=(False,), result=("list",), library=("*",), libraryId=())
        self._call = call
        self._query = call.body or _read_query(call.arguments.get("q"))
        if "highlight" in self._query:
            raise not_implemented("the simulator does not mark words that were found")
        self._search = call.world.searches.search(kinds, call.user, self._query, within)
        first, number, cursor = page_of(call)
        cursor = cursor or self._query.get("cursor")
        self.hits, self._next = self._search.page(first, number, cursor)

    def document(self, name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the answer.

        :param name: of the member that holds the hits
        :param entries: the hits as documents
        """
        document: dict[str, Any] = {}
        if self._call.arguments.get("count", True):
            document["hits"] = self._search.count()
        if entries:
            document[name] = entries
        facets = Facets(self._call.world.database, self._call.world.fields, self._search)
        counted = [facets.document(facet) for facet in self._query.get("facet", ())]
        if counted:
            document["facet"] = counted
        if self._next is not None:
            document["nextCursor"] = self._next
        return document


def _read_query(text: str | None) -> Mapping[str, Any]:
    if not text:
        return {}
    media_type = XML if text.lstrip().startswith("<") else JSON
    try:
        return read_document("ItemSearchType", text.encode(errors="replace"), media_type)
    except BadDocumentError as error:
        raise invalid("q", text, error.explanation) from None


def items_by_serial(call: Call, hits: Sequence[Hit]) -> list[Item]:
    """Return the items among some hits, in their order."""
    serials = [hit.serial for hit in hits if hit.kind == "item"]
    marks = ", ".join("?" * len(serials))
    rows = call.world.database.rows(f"SELECT * FROM item WHERE serial IN ({marks})", *serials)  # noqa: S608
    found = {row["serial"]: Item(*row) for row in rows}
    return [found[serial] for serial in serials]


def list_hits(
    call: Call,
    kind: str,
    name: str,
    documents: Callable[[Sequence[Hit]], list[dict[str, Any]]],
    within: Condition | None = None,
) -> Answer:
    """Answer with the hits of a request's search for one kind of entity.

    :param name: of the member that holds the hits
    :param documents: returns the documents of hits
    """
    listing = Listing(call, [kind], within)
    if call.media_type == TEXT:
        before = f"{call.root}/{kind}/" if call.arguments.get("url", False) else ""
        return Answer({}, lines([before + site_id(hit.serial) for hit in listing.hits]))
    return Answer(listing.document(name, documents(listing.hits)))
