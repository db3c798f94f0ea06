"""Documents of items and collections, with the requested content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.documents import merged_access, permissions
from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.database.conditions import marks
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import invalid_input
from vidispine.simulator.http.formats import site_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.catalog.collection_store import Collection
    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.http.requests import Request


CONTENT_VALUES = ("metadata", "uri", "shape", "poster", "thumbnail", "access", "merged-access", "external")
"""Values of the parameter ``content``."""


class EntityContent:
    """The requested content of entities."""

    def __init__(self, request: Request) -> None:
        """Read the arguments of a request.

        :raises ApiError: ``content`` has an unknown value
        """
        self._request = request
        self._values = split_values(request.arguments.get("content"))
        for value in self._values:
            if value not in CONTENT_VALUES:
                raise invalid_input("content", value, f"content must be a list of {', '.join(CONTENT_VALUES)}")
        if "metadata" in self._values:
            request.require_role("_metadata_read")
        self._selection = request.state.metadata.selection(request.arguments)

    def items(self, items: Sequence[Item]) -> dict[int, dict[str, Any]]:
        """Return the documents of items, by serial number."""
        documents = self._entities("item", [item.serial for item in items])
        for value in self._values:
            if value == "external":
                for serial, ids in self._request.state.external_ids.of("item", list(documents)).items():
                    documents[serial].update({"externalId": ids} if ids else {})
            for extension in self._request.state.extensions:
                for serial, members in (extension.item_content(value, self._request, items) or {}).items():
                    documents[serial].update(members)
        for item in items:
            documents[item.serial]["id"] = item.id
        return documents

    def collections(self, serials: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Return the requested content of collections, by serial number."""
        return self._entities("collection", serials)

    def _entities(self, kind: str, serials: Sequence[int]) -> dict[int, dict[str, Any]]:
        documents: dict[int, dict[str, Any]] = {serial: {} for serial in serials}
        if "metadata" in self._values:
            name = "terse" if self._selection.terse else "metadata"
            for serial, metadata in self._metadata(kind, serials).items():
                documents[serial][name] = metadata
        for serial, document in documents.items():
            entity = EntityRef(kind, serial)
            if "access" in self._values and kind == "item":
                document["access"] = permissions(self._request, entity)
            if "merged-access" in self._values:
                document["merged-access"] = merged_access(self._request, entity)
        return documents

    def _metadata(self, kind: str, serials: Sequence[int]) -> dict[int, dict[str, Any]]:
        metadata, revision = self._request.state.metadata, self._request.arguments.get("revision")
        if revision is None:
            return metadata.documents(kind, serials, self._selection)
        return {serial: metadata.document(EntityRef(kind, serial), self._selection, revision) for serial in serials}


# Collections


def brief_collections(request: Request, serials: Sequence[int], contents: EntityContent) -> dict[int, dict[str, Any]]:
    """Return the list entries of collections, by serial number."""
    titles = f"kind = 'collection' AND owner IN ({marks(serials)}) AND name = 'title' AND node = 'value'"
    statement = f"SELECT owner, value FROM metadata WHERE {titles} AND removed IS NULL ORDER BY id DESC"  # noqa: S608
    names = {row["owner"]: row["value"] for row in request.state.database.rows(statement, *serials)}
    parts = contents.collections(serials)
    return {serial: {**_brief(request, serial, names.get(serial)), **parts[serial]} for serial in serials}


def brief_collection(request: Request, collection: Collection, contents: EntityContent) -> dict[str, Any]:
    """Return the list entry of one collection."""
    return brief_collections(request, [collection.serial], contents)[collection.serial]


def _brief(request: Request, serial: int, name: str | None) -> dict[str, Any]:
    id = site_id(serial)
    return {"loc": f"{request.base_url}/collection/{id}", "id": id, **({} if name is None else {"name": name})}


def member_documents(request: Request, collection: Collection, members: Sequence[EntityRef]) -> list[dict[str, Any]]:
    """Return the documents of members of a collection."""
    documents = []
    for member in members:
        pairs = request.state.simple_metadata.pairs(membership(collection, member))
        metadata = {"metadata": {"field": pairs}} if pairs else {}
        uri = f"{request.base_url}/{member.kind}/{member.id}"
        documents.append({"id": member.id, "uri": uri, "type": member.kind, **metadata})
    return documents


def membership(collection: Collection, member: EntityRef) -> str:
    """Return the owner of the key-value metadata of a membership."""
    return f"collection:{collection.serial}:{member.kind}:{member.serial}"
