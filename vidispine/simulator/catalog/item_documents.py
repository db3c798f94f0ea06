"""Items and collections as documents, with the parts of them that a request asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.access_documents import merged_access, permissions
from vidispine.simulator.accounts.entities import Subject
from vidispine.simulator.http.arguments import texts_of
from vidispine.simulator.http.errors import invalid, not_implemented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.catalog.item_store import Item
    from vidispine.simulator.http.requests import Call

__all__ = ["Contents"]

WORDS = ("metadata", "uri", "shape", "poster", "thumbnail", "access", "merged-access", "external")
"""What ``content`` can ask for."""


class Contents:
    """The parts of entities that one request asks for."""

    def __init__(self, call: Call) -> None:
        """Read the request's arguments.

        :raises Fault: ``content`` has a word that there is not
        """
        self._call = call
        self._words = texts_of(call.arguments.get("content"))
        for word in self._words:
            if word not in WORDS:
                raise invalid("content", word, f"content is made of the words {', '.join(WORDS)}")
        if "metadata" in self._words:
            call.need("_metadata_read")
        self._selection = call.world.metadata.selection(call.arguments)

    def items(self, items: Sequence[Item]) -> dict[int, dict[str, Any]]:
        """Return the documents of items, by serial number."""
        documents = self._entities("item", [item.serial for item in items])
        parts = self._call.world.items.parts
        for word in self._words:
            if word in parts:
                for serial, members in parts[word](self._call, items).items():
                    documents[serial].update(members)
            elif word in ("uri", "shape", "poster", "thumbnail"):
                raise not_implemented(f"the simulator does not know content={word}")
        for item in items:
            documents[item.serial]["id"] = item.id
        return documents

    def collections(self, serials: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Return the parts of the documents of collections that were asked for, by serial number."""
        return self._entities("collection", serials)

    def _entities(self, kind: str, serials: Sequence[int]) -> dict[int, dict[str, Any]]:
        documents: dict[int, dict[str, Any]] = {serial: {} for serial in serials}
        if "metadata" in self._words:
            name = "terse" if self._selection.terse else "metadata"
            for serial, metadata in self._metadata(kind, serials).items():
                documents[serial][name] = metadata
        for serial, document in documents.items():
            subject = Subject(kind, serial)
            if "access" in self._words and kind == "item":
                document["access"] = permissions(self._call, subject)
            if "merged-access" in self._words:
                document["merged-access"] = merged_access(self._call, subject)
        return documents

    def _metadata(self, kind: str, serials: Sequence[int]) -> dict[int, dict[str, Any]]:
        metadata, revision = self._call.world.metadata, self._call.arguments.get("revision")
        if revision is None:
            return metadata.documents(kind, serials, self._selection)
        return {serial: metadata.document(Subject(kind, serial), self._selection, revision) for serial in serials}
