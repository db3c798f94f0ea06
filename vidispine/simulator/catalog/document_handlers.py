"""What the simulated server does with documents: metadata with a name and no entity."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from vidispine.simulator.accounts.entities import Subject
from vidispine.simulator.catalog.metadata_handlers import change_sets, write_metadata
from vidispine.simulator.catalog.search_results import Listing
from vidispine.simulator.http.arguments import page_of
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call

__all__ = ["DOCUMENTS"]


def _document(call: Call) -> Subject:
    name = call.arguments["name"]
    serial = call.world.database.value("SELECT serial FROM document WHERE name = ?", name)
    if serial is None:
        raise not_found("document", name)
    return Subject("document", serial)


def update_or_create_document(call: Call) -> Answer:
    """Write a document, and make it where there is none."""
    call.need("_metadata_write")
    name = call.arguments["name"]
    call.world.database.execute(
        "INSERT OR IGNORE INTO document (user, created, name) VALUES (?, ?, ?)", [call.user.name, call.now, name]
    )
    return Answer(write_metadata(call, _document(call), call.body))


def get_document(call: Call) -> Answer:
    """Answer with one document."""
    call.need("_metadata_read")
    return Answer(call.world.metadata.document(_document(call), call.world.metadata.selection(call.arguments)))


def get_document_change_sets(call: Call) -> Answer:
    """Answer with the changes that were made to a document."""
    call.need("_metadata_read")
    return change_sets(call, _document(call))


def get_documents(call: Call) -> Answer:
    """Answer with the names of documents."""
    call.need("_metadata_read")
    first, number, _ = page_of(call)
    rows = call.world.database.rows(
        "SELECT name FROM document ORDER BY name LIMIT ? OFFSET ?", number, max(first - 1, 0)
    )
    hits = call.world.database.value("SELECT count(*) FROM document")
    documents = [{"name": row["name"], "uri": _uri(call, row["name"])} for row in rows]
    return Answer({"hits": hits, **({"document": documents} if documents else {})})


def _uri(call: Call, name: str) -> str:
    return f"{call.root}/document/{quote(name, safe='')}"


def search_documents(call: Call) -> Answer:
    """Answer with the documents that match a search document."""
    call.need("_metadata_read")
    listing = Listing(call, ["document"])
    entries = []
    for hit in listing.hits:
        name = call.world.database.value("SELECT name FROM document WHERE serial = ?", hit.serial)
        entries.append({"start": "-INF", "end": "+INF", "type": "Document", "id": name})
    return Answer({"suggestion": [], "autocomplete": [], "facet": [], **listing.document("entry", entries)})


def delete_document(call: Call) -> Answer:
    """Delete a document with its history."""
    call.need("_metadata_write")
    subject = _document(call)
    call.world.metadata.forget(subject)
    call.world.database.execute("DELETE FROM document WHERE serial = ?", [subject.serial])
    return Answer()


DOCUMENTS = table(
    [
        delete_document,
        get_document,
        get_document_change_sets,
        get_documents,
        search_documents,
        update_or_create_document,
    ]
)
