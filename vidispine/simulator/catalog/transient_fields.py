"""Transient fields, which are computed when they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.catalog.collection_store import CollectionStore
from vidispine.simulator.database.conditions import marks
from vidispine.simulator.http.formats import from_milliseconds, json_time, site_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.database.connection import Database

FieldValues = dict[str, list[str]]


def item_fields(database: Database, serials: Sequence[int]) -> dict[int, FieldValues]:
    """Return the transient fields of items, by serial number."""
    found = _common(database, "item", serials)
    for serial, collections in _pairs(database, "collection", "member", "item", serials).items():
        _list(found[serial], "__collection", collections)
    for serial, fields in found.items():
        fields.setdefault("__collection_size", ["0"])
        _list(fields, "__ancestor_collection", _ancestors(database, "item", serial))
    return found


def collection_fields(database: Database, serials: Sequence[int]) -> dict[int, FieldValues]:
    """Return the transient fields of collections, by serial number."""
    found = _common(database, "collection", serials)
    parents = _pairs(database, "collection", "member", "collection", serials)
    children = _pairs(database, "member", "collection", "collection", serials)
    items = _pairs(database, "member", "collection", "item", serials)
    for serial, fields in found.items():
        for name, members in (("__parent_collection", parents), ("__child_collection", children), ("__items", items)):
            _list(fields, name, members.get(serial, []))
        _list(fields, "__ancestor_collection", _ancestors(database, "collection", serial))
        fields["__folder_mapped"] = ["false"]
        # There may be thousands of items. Their number is enough.
        fields.pop("__items", None)
    return found


def _common(database: Database, kind: str, serials: Sequence[int]) -> dict[int, FieldValues]:
    last = "(SELECT max(changed) FROM change_set WHERE kind = ? AND owner = serial)"
    statement = f"SELECT serial, user, {last} AS changed FROM {kind} WHERE serial IN ({marks(serials)})"  # noqa: S608
    found: dict[int, FieldValues] = {}
    for row in database.rows(statement, kind, *serials):
        fields = found[row["serial"]] = {"__user": [row["user"]]}
        if row["changed"] is not None:
            fields["__metadata_last_modified"] = [json_time(from_milliseconds(row["changed"]))]
    return found


def _pairs(database: Database, wanted: str, known: str, kind: str, serials: Sequence[int]) -> Mapping[int, list[str]]:
    """Return the ids in the column ``wanted`` of ``collection_member``, by the column ``known``."""
    found: dict[int, list[str]] = {}
    members = f"collection_member WHERE kind = ? AND {known} IN ({marks(serials)}) ORDER BY {wanted}"
    for key, value in database.rows(f"SELECT {known}, {wanted} FROM {members}", kind, *serials):  # noqa: S608
        found.setdefault(key, []).append(site_id(value))
    return found


def _ancestors(database: Database, kind: str, serial: int) -> list[str]:
    above = CollectionStore(database).above(EntityRef(kind, serial))
    return [site_id(collection) for collection in above]


def _list(fields: FieldValues, name: str, ids: list[str]) -> None:
    if ids:
        fields[name] = ids
    fields[f"{name}_size"] = [str(len(ids))]
