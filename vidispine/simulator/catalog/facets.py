"""Facets: counts of hits by the values or ranges of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.search_values import range_condition
from vidispine.simulator.database.conditions import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.catalog.field_store import Field, FieldStore
    from vidispine.simulator.catalog.search import Search
    from vidispine.simulator.database.connection import Database

DEFAULT_RESULTS = 100


class Facets:
    """The facets of one search."""

    def __init__(self, database: Database, fields: FieldStore, search: Search) -> None:
        """Count the hits of a search."""
        self._database = database
        self._fields = fields
        self._search = search

    def document(self, facet: Mapping[str, Any]) -> dict[str, Any]:
        """Return the document of a facet.

        :raises ApiError: the field is missing, or a range is invalid
        """
        field = self._fields.get(facet["field"])
        name = {"name": facet["name"]} if "name" in facet else {}
        document: dict[str, Any] = {"field": field.name, **name}
        without = facet.get("exclude", ())
        if facet.get("count", not facet.get("range")):
            document["count"] = self._values(field, facet, without)
        if facet.get("range"):
            document["range"] = [self._range(field, limits, without) for limits in facet["range"]]
        return document

    def _values(self, field: Field, facet: Mapping[str, Any], without: list[str]) -> list[dict[str, Any]]:
        rows = self._rows(field, "value, count(DISTINCT owner) AS hits", without, " GROUP BY folded, value")
        order = "GROUP BY value HAVING sum(hits) >= ? ORDER BY hits DESC, value LIMIT ?"
        statement = f"SELECT value, sum(hits) AS hits FROM ({rows.text}) {order}"  # noqa: S608 - values are bound
        limits = facet.get("minCount", 1), facet.get("maxResults", DEFAULT_RESULTS)
        found = self._database.rows(statement, *rows.values, *limits)
        return [{"fieldValue": row["value"], "value": row["hits"], "count": row["hits"]} for row in found]

    def _range(self, field: Field, limits: Mapping[str, Any], without: list[str]) -> dict[str, Any]:
        rows = self._rows(field, "kind, owner, folded, number", without)
        ends = {"value": [{"value": limits["start"]}, {"value": limits["end"]}], "exclusiveMaximum": True}
        inside = range_condition(field, ends)
        owners = f"SELECT DISTINCT kind, owner FROM ({rows.text}) WHERE {inside.text}"  # noqa: S608 - values are bound
        hits = self._database.value(f"SELECT count(*) FROM ({owners})", *rows.values, *inside.values)  # noqa: S608
        return {"start": limits["start"], "end": limits["end"], "integerorempty": str(hits), "value": str(hits)}

    def _rows(self, field: Field, columns: str, without: list[str], ending: str = "") -> Condition:
        """Return the query for the values of the field in all hits."""
        parts, values = [], []
        for kind in self._search.kinds:
            hits = self._search.owners(kind, without)
            parts.append(
                f"SELECT {columns} FROM metadata WHERE kind = ? AND name = ?"  # noqa: S608
                f" AND node = 'value' AND removed IS NULL AND {hits.text}{ending}"
            )
            values += [kind, field.name, *hits.values]
        return Condition(" UNION ALL ".join(parts), values)
