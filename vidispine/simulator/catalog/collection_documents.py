"""Collections as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.formats import site_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.accounts.entities import EntityRef
    from vidispine.simulator.catalog.collection_store import Collection
    from vidispine.simulator.catalog.item_documents import EntityContent
    from vidispine.simulator.http.requests import Request

__all__ = ["brief_collection", "brief_collections", "member_documents"]


def brief_collections(request: Request, serials: Sequence[int], contents: EntityContent) -> dict[int, dict[str, Any]]:
    """Return the list entries of collections, by serial number."""
    marks = ", ".join("?" * len(serials))
    rows = request.state.database.rows(
        f"SELECT owner, value FROM metadata WHERE kind = 'collection' AND owner IN ({marks}) AND name = 'title'"  # noqa: S608
        " AND node = 'value' AND removed IS NULL ORDER BY id DESC",
        *serials,
    )
    names = {row["owner"]: row["value"] for row in rows}
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
        documents.append(
            {"id": member.id, "uri": f"{request.base_url}/{member.kind}/{member.id}", "type": member.kind, **metadata}
        )
    return documents


def membership(collection: Collection, member: EntityRef) -> str:
    """Return the owner of the key-value metadata of a membership."""
    return f"collection:{collection.serial}:{member.kind}:{member.serial}"
