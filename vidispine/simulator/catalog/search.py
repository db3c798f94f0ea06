"""Runs searches: hits, order, pages and cursors."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._documents.json import load_json
from vidispine.simulator.catalog.search_conditions import ConditionBuilder
from vidispine.simulator.database.conditions import ALWAYS, Condition, all_of
from vidispine.simulator.http.errors import invalid_input

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.accounts.access_store import AccessStore
    from vidispine.simulator.accounts.user_store import User
    from vidispine.simulator.catalog.field_store import FieldStore
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.jobs.extensions import Extension

MANY_HITS = 5000
"""Number of hits from which they are sorted by the index of a field."""


class Hit(NamedTuple):
    """An entity that matches."""

    kind: str
    serial: int


class SearchEngine:
    """Creates searches: ``state.search_engine``."""

    def __init__(
        self, database: Database, fields: FieldStore, access: AccessStore, extensions: Sequence[Extension]
    ) -> None:
        self._database = database
        self._fields = fields
        self._access = access
        self._extensions = extensions

    def search(
        self, kinds: Sequence[str], user: User, document: Mapping[str, Any], within: Condition | None = None
    ) -> Search:
        """Return a search for entities that a user may read.

        :param kinds: kinds of entities
        :param document: the search document. An empty one matches everything
        :param within: additional condition
        :raises ApiError: the document is invalid
        """
        found = {}
        named = {}
        for kind in kinds:
            conditions = ConditionBuilder(self._fields, kind, document.get("intervals", "all"), self._extensions)
            parts = conditions.of({name: document[name] for name in document if name != "filter"})
            parts += [conditions.facet_filter(chosen) for chosen in document.get("facetFilter", ())]
            parts.append(ALWAYS if kind == "document" else self._access.visible(kind, user))
            parts += [within] if within is not None else []
            found[kind] = parts
            named[kind] = [(part.get("name"), conditions.operator(part)) for part in document.get("filter", ())]
        return Search(self._database, self._fields, found, named, document.get("sort", ()))


class Search:
    """One search."""

    def __init__(
        self,
        database: Database,
        fields: FieldStore,
        conditions: Mapping[str, list[Condition]],
        filters: Mapping[str, list[tuple[str | None, Condition]]],
        sort: Sequence[Mapping[str, Any]],
    ) -> None:
        """Create a search.

        :param conditions: conditions by kind of entity
        :param filters: named conditions by kind of entity. Facets may exclude them
        :param sort: fields and directions
        """
        self._database = database
        self._conditions = conditions
        self._filters = filters
        self._found: dict[str, list[int]] = {}
        self._listed: dict[str, str] = {}
        # Relevance is not simulated: all hits are equally relevant.
        self._sort = [(fields.get(s["field"]), s["order"] == "descending") for s in sort if s["field"] != "_relevance"]

    def rows(self, kind: str, without: Sequence[str] = ()) -> Condition:
        """Return the query for the serial numbers of the hits of a kind.

        :param without: names of excluded filters
        """
        filters = [condition for name, condition in self._filters[kind] if name not in without]
        conditions = [condition for condition in (*self._conditions[kind], *filters) if condition != ALWAYS]
        if conditions and not without:
            if kind not in self._listed:
                self._listed[kind] = json.dumps(self.serials(kind))
            return Condition("SELECT value AS serial FROM json_each(?)", [self._listed[kind]])
        return _query(kind, conditions)

    def owners(self, kind: str, without: Sequence[str] = ()) -> Condition:
        """Return the condition for rows whose ``owner`` is a hit of a kind. See :meth:`rows`."""
        if not self._is_restricted(kind):
            return ALWAYS
        rows = self.rows(kind, without)
        return Condition(f"owner IN ({rows.text})", rows.values)

    def serials(self, kind: str) -> list[int]:
        """Return the serial numbers of all hits of a kind. They are searched once."""
        if kind not in self._found:
            query = _query(kind, [*self._conditions[kind], *(condition for _, condition in self._filters[kind])])
            self._found[kind] = [row[0] for row in self._database.execute(query.text, query.values)]
        return self._found[kind]

    @property
    def kinds(self) -> list[str]:
        """Kinds of entities."""
        return list(self._conditions)

    def count(self) -> int:
        """Return the number of hits."""
        return sum(self._count(kind) for kind in self.kinds)

    def _count(self, kind: str) -> int:
        if self._is_restricted(kind):
            return len(self.serials(kind))
        return int(self._database.value(f"SELECT count(*) FROM {kind}"))  # noqa: S608

    def _is_restricted(self, kind: str) -> bool:
        return any(condition != ALWAYS for condition in self._conditions[kind]) or bool(self._filters[kind])

    def page(self, first: int, number: int, cursor: str | None) -> tuple[list[Hit], str | None]:
        """Return a page of hits and, with a cursor, the next cursor.

        :param first: position of the first hit, from 1. Ignored with a cursor
        :param cursor: ``*`` for the first page, then the cursor of the previous page
        :raises ApiError: the cursor is invalid
        """
        offset = 0 if cursor is not None else max(first - 1, 0)
        if cursor is None and not self._sort:
            return self._newest(offset, number), None
        keys = [self._key(index) for index in range(len(self._sort))]
        if cursor is None and len(self._sort) == len(self.kinds) == 1 and self.count() > MANY_HITS:
            return self._first_hits(offset + number)[offset:], None
        selected = ", ".join(
            ["kind", "serial", "-serial AS newest", *(f"{text} AS k{i}" for i, text in enumerate(keys))]
        )
        parts, values = [], []
        for kind in self._conditions:
            rows = self.rows(kind)
            parts.append(f"SELECT '{kind}' AS kind, serial FROM ({rows.text})")  # noqa: S608
            values += rows.values
        inner = " UNION ALL ".join(parts)
        order = [f"k{i} {'DESC' if down else 'ASC'}" for i, (_, down) in enumerate(self._sort)]
        order += ["newest", "kind"]
        after = self._after(cursor) if cursor not in (None, "*") else ALWAYS
        statement = (
            f"SELECT * FROM (SELECT {selected} FROM ({inner}) h) WHERE {after.text}"  # noqa: S608
            f" ORDER BY {', '.join(order)} LIMIT ? OFFSET ?"
        )
        found = self._database.rows(statement, *values, *after.values, number, offset)
        hits = [Hit(row["kind"], row["serial"]) for row in found]
        if cursor is None:
            return hits, None
        return hits, _encode_cursor([*list(found[-1])[2:], found[-1]["kind"]]) if found else cursor

    def _newest(self, offset: int, number: int) -> list[Hit]:
        """Return a page of hits in the order without sort: newest first."""
        last = offset + number
        found = sorted((-serial, kind) for kind in self.kinds for serial in self._newest_serials(kind, last))
        return [Hit(kind, -newest) for newest, kind in found[offset:last]]

    def _newest_serials(self, kind: str, number: int) -> list[int]:
        if self._is_restricted(kind):
            return sorted(self.serials(kind), reverse=True)[:number]
        statement = f"SELECT serial FROM {kind} ORDER BY serial DESC LIMIT ?"  # noqa: S608 - kinds are constants
        return [row[0] for row in self._database.execute(statement, [number])]

    def _first_hits(self, number: int) -> list[Hit]:
        """Return the first hits in the order of one field, from its index: sorting all of them takes too long."""
        (kind,), ((field, descending),) = self.kinds, self._sort
        column, direction = "number" if field.is_number else "folded", "DESC" if descending else "ASC"
        # An empty text counts as no value when descending, as in the sort key.
        present = f"{column} > ''" if descending and not field.is_number else f"{column} IS NOT NULL"
        allowed = set(self.serials(kind)) if self._is_restricted(kind) else None
        hits: dict[int, None] = {}
        for row in self._database.execute(
            f"SELECT owner FROM metadata WHERE kind = ? AND name = ? AND node = 'value' AND removed IS NULL"  # noqa: S608
            f" AND {present} ORDER BY {column} {direction}, owner DESC",
            [kind, field.name],
        ):
            if len(hits) >= number:
                break
            if allowed is None or row[0] in allowed:
                hits[row[0]] = None  # a hit with several values keeps its first position
        if len(hits) < number:
            hits.update(dict.fromkeys(sorted(set(self.serials(kind)) - hits.keys(), reverse=True)))
        return [Hit(kind, serial) for serial in [*hits][:number]]

    def _key(self, index: int) -> str:
        """Return the sort key: the lowest value of a field, or the highest when descending."""
        field, descending = self._sort[index]
        column = "number" if field.is_number else "folded"
        nothing = "1e999" if field.is_number else "x'ff'"
        best = "max" if descending else "min"
        if field.name.startswith("__"):
            raise invalid_input("sort", field.name, f"hits cannot be sorted by {field.name}", context="search")
        # Hits without a value come last in both directions.
        nothing = ("-1e999" if field.is_number else "''") if descending else nothing
        return (
            f"coalesce((SELECT {best}(+m.{column}) FROM metadata m WHERE m.kind = h.kind AND m.owner = h.serial"  # noqa: S608
            f" AND m.name = '{field.name}' AND m.node = 'value' AND m.removed IS NULL), {nothing})"
        )

    def _after(self, cursor: str) -> Condition:
        """Return the condition for hits after the last one of a page."""
        newest, *rest = _decode_cursor(cursor, len(self._sort) + 2)
        *keys, kind = rest
        after = Condition("newest > ? OR (newest = ? AND kind > ?)", [newest, newest, kind])
        for index in reversed(range(len(self._sort))):
            sign = "<" if self._sort[index][1] else ">"
            key = keys[index]
            after = Condition(f"k{index} {sign} ? OR (k{index} = ? AND ({after.text}))", [key, key, *after.values])
        return Condition(f"({after.text})", after.values)


def _query(kind: str, conditions: Sequence[Condition]) -> Condition:
    condition = all_of(conditions)
    return Condition(f"SELECT serial FROM {kind} WHERE {condition.text}", condition.values)  # noqa: S608


def _encode_cursor(values: list[Any]) -> str:
    """Return the sort keys of a hit as a cursor."""
    plain = [{"hex": value.hex()} if isinstance(value, bytes) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode_cursor(cursor: str, count: int) -> list[Any]:
    try:
        values = load_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != count:
            raise ValueError
        return [bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for value in values]
    except (ValueError, KeyError, TypeError):
        raise invalid_input("cursor", cursor, "a cursor must be * or the cursor of the previous page") from None
