"""Compiles search documents to SQL conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.search_values import range_condition, split_words, value_condition, word_condition
from vidispine.simulator.database.conditions import ALWAYS, Condition, all_of, any_of, condition, marks, none_of
from vidispine.simulator.http.errors import not_implemented
from vidispine.simulator.http.formats import serial_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.catalog.field_store import Field, FieldStore
    from vidispine.simulator.jobs.extensions import Extension

OPERATIONS = {"AND": all_of, "OR": any_of, "NOT": none_of}


class ConditionBuilder:
    """Builds conditions on the rows of one kind of entity."""

    def __init__(
        self, fields: FieldStore, kind: str, intervals: str = "all", extensions: Sequence[Extension] = ()
    ) -> None:
        """Create a builder.

        :param kind: kind of entity
        :param intervals: ``all``, ``generic`` or ``timed``: restricts the timespans of values
        :param extensions: define conditions for members such as ``shape``
        """
        self._fields = fields
        self._kind = kind
        self._intervals = intervals
        self._extensions = extensions

    def of(self, criterion: Mapping[str, Any]) -> list[Condition]:
        """Return the conditions in a search document, operator or criterion.

        :raises ApiError: the document is invalid or not supported
        """
        found = [self._field(field) for field in criterion.get("field", ())]
        found += [self._group(group) for group in criterion.get("group", ())]
        for text in criterion.get("text", ()):
            found += self._text(text.get("value", ""))
        operators = criterion.get("operator", [])
        for operator in operators if isinstance(operators, list) else [operators]:
            found.append(self.operator(operator))
        if criterion.get("reference"):
            raise not_implemented("the simulator does not support references in metadata")
        for name in ("item", "shape", "file"):
            if name in criterion:
                found.append(self._criterion(name, criterion[name]))
        return found

    def operator(self, operator: Mapping[str, Any]) -> Condition:
        """Return the condition of an operator or a filter."""
        return OPERATIONS[operator.get("operation", "AND")](self.of(operator))

    def facet_filter(self, chosen: Mapping[str, Any]) -> Condition:
        """Return the condition for entities that a facet counted."""
        field = self._fields.get(chosen["field"])
        if "range" in chosen:
            ends = [{"value": chosen["range"]["start"]}, {"value": chosen["range"]["end"]}]
            return self._has_value(field, range_condition(field, {"value": ends}))
        return self._has_value(field, condition("value = ?", chosen.get("value", "")))

    def _criterion(self, name: str, criterion: Mapping[str, Any]) -> Condition:
        if name == "item" and self._kind == "item":
            return all_of(self.of(criterion))
        if name == "item" and self._kind == "collection":
            inner = all_of(ConditionBuilder(self._fields, "item", self._intervals, self._extensions).of(criterion))
            text = "serial IN (SELECT collection FROM collection_member WHERE kind = 'item' AND member IN"
            return Condition(f"{text} (SELECT serial FROM item WHERE {inner.text}))", inner.values)  # noqa: S608
        for extension in self._extensions if self._kind == "item" else ():
            found = extension.item_condition(name, criterion)
            if found is not None:
                return found
        raise not_implemented(f"the simulator does not search {self._kind}s by {name}")

    # Fields

    def _field(self, document: Mapping[str, Any], group: str | None = None) -> Condition:
        field = self._fields.get(document["name"])
        if document.get("target", self._kind) not in (self._kind, "item"):
            raise not_implemented(f"the simulator does not search {self._kind}s by fields of {document['target']}s")
        wanted = [value_condition(field, value) for value in document.get("value", ())]
        wanted += [range_condition(field, limits) for limits in document.get("range", ())]
        found = any_of(wanted) if wanted else ALWAYS
        if field.name.startswith("__"):
            return self._transient(field, document)
        return self._has_value(field, found, group)

    def _has_value(self, field: Field, found: Condition, group: str | None = None) -> Condition:
        """Return the condition for entities, or groups, with a matching value."""
        own, inner = ("serial", "owner") if group is None else (f"{group}.uuid", "within")
        text = (
            f"{own} IN (SELECT {inner} FROM metadata WHERE kind = ? AND name = ? AND node = 'value'"  # noqa: S608
            f" AND removed IS NULL{self._timespan_filter()} AND ({found.text}))"
        )
        return Condition(text, [self._kind, field.name, *found.values])

    def _timespan_filter(self) -> str:
        generic = "(start = '-INF' AND stop = '+INF')"
        return {"generic": f" AND {generic}", "timed": f" AND NOT {generic}"}.get(self._intervals, "")

    def _transient(self, field: Field, document: Mapping[str, Any]) -> Condition:
        wanted = [value.get("value", "") for value in document.get("value", ())]
        if field.name == "__user":
            return Condition(f"user IN ({marks(wanted)})", wanted)
        column = {"__collection": "item", "__parent_collection": "collection"}.get(field.name)
        serials = [serial_of(id, "COLLECTION") for id in wanted]
        members = "serial IN (SELECT member FROM collection_member WHERE kind = ?"
        if column == self._kind:
            return Condition(f"{members} AND collection IN ({marks(serials)}))", [self._kind, *serials])
        if field.name == "__ancestor_collection":
            below = (
                f"WITH RECURSIVE below (id) AS (SELECT serial FROM collection WHERE serial IN ({marks(serials)})"  # noqa: S608
                " UNION SELECT member FROM collection_member, below WHERE kind = 'collection' AND collection = id)"
            )
            text = f"{members} AND collection IN ({below} SELECT id FROM below))"  # noqa: S608 - values are bound
            return Condition(text, [self._kind, *serials])
        raise not_implemented(f"the simulator does not search {self._kind}s by {field.name}")

    # Groups

    def _group(self, document: Mapping[str, Any], parent: str | None = None) -> Condition:
        """Return the condition for entities, or groups, that contain a matching group."""
        if "reference" in document:
            raise not_implemented("the simulator does not support references in metadata")
        alias = "g" if parent is None else f"{parent}g"
        inside = all_of(self._in_group(document, alias))
        own, inner = ("serial", "owner") if parent is None else (f"{parent}.uuid", "parent")
        text = (
            f"{own} IN (SELECT {alias}.{inner} FROM metadata {alias} WHERE {alias}.kind = ?"  # noqa: S608
            f" AND {alias}.name = ? AND {alias}.node = 'group' AND {alias}.removed IS NULL AND ({inside.text}))"
        )
        return Condition(text, [self._kind, document.get("name", ""), *inside.values])

    def _in_group(self, document: Mapping[str, Any], alias: str) -> list[Condition]:
        found = [self._field(field, alias) for field in document.get("field", ())]
        found += [self._group(group, alias) for group in document.get("group", ())]
        operators = document.get("operator", [])
        for operator in operators if isinstance(operators, list) else [operators]:
            found.append(OPERATIONS[operator["operation"]](self._in_group(operator, alias)))
        return found

    # Free text

    def _text(self, words: str) -> list[Condition]:
        """Return a condition for each word or quoted phrase."""
        found = []
        for phrase, word in split_words(words):
            inner = word_condition(phrase or word, is_phrase=bool(phrase))
            # The sign keeps SQLite from reading all metadata of this kind instead of the words that match.
            rows = f"+kind = ? AND node = 'value' AND removed IS NULL{self._timespan_filter()} AND {inner.text}"
            text = f"serial IN (SELECT owner FROM metadata WHERE {rows})"  # noqa: S608 - values are bound
            found.append(condition(text, self._kind, *inner.values))
        return found
