"""Collections as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.formats import site_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.accounts.entities import Subject
    from vidispine.simulator.catalog.collection_store import Collection
    from vidispine.simulator.catalog.item_documents import Contents
    from vidispine.simulator.http.requests import Call

__all__ = ["brief_collection", "brief_collections", "member_documents"]


def brief_collections(call: Call, serials: Sequence[int], contents: Contents) -> dict[int, dict[str, Any]]:
    """Return collections with what a list says of each, by serial number."""
    marks = ", ".join("?" * len(serials))
    rows = call.world.database.rows(
        f"SELECT owner, value FROM metadata WHERE kind = 'collection' AND owner IN ({marks}) AND name = 'title'"  # noqa: S608
        " AND node = 'value' AND removed IS NULL ORDER BY id DESC",
        *serials,
    )
    names = {row["owner"]: row["value"] for row in rows}
    parts = contents.collections(serials)
    return {serial: {**_brief(call, serial, names.get(serial)), **parts[serial]} for serial in serials}


def brief_collection(call: Call, collection: Collection, contents: Contents) -> dict[str, Any]:
    """Return one collection with what a list says of it."""
    return brief_collections(call, [collection.serial], contents)[collection.serial]


def _brief(call: Call, serial: int, name: str | None) -> dict[str, Any]:
    id = site_id(serial)
    return {"loc": f"{call.root}/collection/{id}", "id": id, **({} if name is None else {"name": name})}


def member_documents(call: Call, collection: Collection, members: Sequence[Subject]) -> list[dict[str, Any]]:
    """Return members of a collection with what is noted on each membership."""
    documents = []
    for member in members:
        pairs = call.world.simple_metadata.pairs(membership(collection, member))
        metadata = {"metadata": {"field": pairs}} if pairs else {}
        documents.append(
            {"id": member.id, "uri": f"{call.root}/{member.kind}/{member.id}", "type": member.kind, **metadata}
        )
    return documents


def membership(collection: Collection, member: Subject) -> str:
    """Return what the keys and values of a membership are kept under."""
    return f"collection:{collection.serial}:{member.kind}:{member.serial}"
