"""Converts the parameters of operations, with a notice for each that cannot be sent as described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.bundling import Bundle, component
from generator.normalize.form import POINTER, Schema, described, is_any, shown, without_bytes
from generator.normalize.schemas import Schemas
from generator.problems import Notices
from vidispine._calls.parameters import to_header_name
from vidispine.exceptions import ApiValueError

_TEXT: Schema = {"type": "string"}
_STYLES = {"path": "simple", "query": "form", "header": "simple"}
_SEPARATORS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_PAIRS = "key=value"
# In OpenAPI, media types and security requirements describe these headers.
_OF_THE_CLIENT = ("accept", "authorization", "content-type")


class Parameters:
    """Reads the parameters of the operations of one description."""

    def __init__(self, bundle: Bundle, schemas: Schemas, notices: Notices) -> None:
        self._bundle = bundle
        self._schemas = schemas
        self._notices = notices
        self._shared: dict[str, list[dict[str, Any] | None]] = {}

    def of(self, path: str, method: str) -> list[dict[str, Any] | None]:
        """Return the parameters of an operation and its path; ``None`` for a required one that cannot be sent."""
        item = self._bundle.document["paths"][path]
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for owner, keys in ((item, (path,)), (item[method], (path, method))):
            here: set[tuple[str, str]] = set()
            for index, entry in enumerate(owner.get("parameters", ())):
                where = self._bundle.pointer("paths", *keys, "parameters", index)
                for facts in self._sendable(entry, where):
                    if facts is None:
                        return [None]
                    key = (facts["in"], facts["name"])
                    if key in here:
                        self._notices.loss(where, f"{facts['name']} is duplicated: the last one is used")
                    here.add(key)
                    found[key] = facts
        return [*self._in_the_path(path, method, list(found.values()))]

    def _in_the_path(self, path: str, method: str, found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the parameters; those in the path are the ones that its template has."""
        names = dict.fromkeys(re.findall(r"{([^{}]+)}", path))
        for facts in found:
            if facts["in"] != "path" or facts["name"] in names:
                names.pop(facts["name"] if facts["in"] == "path" else "", None)
                yield facts
            else:
                self._notices.loss(facts[POINTER], f"{{{facts['name']}}} is not in the path {path}: it is omitted")
        pointer = self._bundle.pointer("paths", path, method)
        for name in names:
            self._notices.loss(pointer, f"{{{name}}} in the path is not described: it is given as text")
            yield {"name": name, "in": "path", "required": True, "schema": _TEXT, POINTER: pointer}

    def _sendable(self, entry: dict[str, Any], pointer: str) -> Iterator[dict[str, Any] | None]:
        """Yield a parameter, or its members; nothing if it is omitted."""
        facts, where = self._bundle.resolved(entry, pointer)
        key = entry["$ref"] if entry.keys() == {"$ref"} else pointer
        if key not in self._shared or key == pointer:
            self._shared[key] = [*self._read(facts, where)]
        for found in self._shared[key]:
            yield found and {**found, POINTER: pointer}

    def _read(self, facts: dict[str, Any], where: str) -> Iterator[dict[str, Any] | None]:
        if not facts.keys() >= {"name", "in"}:
            # The component was omitted, with a notice.
            return
        wire, location = facts["name"], facts["in"]
        if location not in ("cookie", *_STYLES):
            self._notices.loss(where, f"a parameter in {location!r} cannot be sent, and is omitted")
            return
        required = facts.get("required") is True or location == "path"
        facts = {**facts, "required": required, "description": described(facts)}
        if location == "cookie":
            self._notices.loss(where, "a parameter in 'cookie' cannot be sent, and is omitted")
        elif location == "header" and wire.lower() in _OF_THE_CLIENT:
            self._notices.loss(where, f"the header {wire} is made by the client: the parameter is omitted")
        elif location == "header" and not _can_be_header(wire):
            yield from self._leave_out(facts, where, f"{wire!r} cannot be the name of a header")
        else:
            yield from self._with_schema(facts, where)

    def _with_schema(self, facts: dict[str, Any], where: str) -> Iterator[dict[str, Any] | None]:
        style = facts.get("style", _STYLES[facts["in"]])
        explode = facts.get("explode", style == "form")
        if "schema" not in facts:
            kinds = ", ".join(facts.get("content", {"any text": {}}))
            self._notices.loss(where, f"is given as the text that is sent: {kinds}")
            yield {**facts, "schema": _TEXT}
            return
        members, required = self._schemas.members_at(facts["schema"], f"{where}/schema")
        if members and facts["in"] == "query" and (style == "deepObject" or (style == "form" and explode)):
            self._notices.invention(where, "is an object, whose members become separate parameters")
            for wire, member in members.items():
                name = f"{facts['name']}[{wire}]" if style == "deepObject" else wire
                one = {"name": name, "in": "query", "required": facts["required"] and wire in required}
                one["description"] = member.get("description", "")
                yield from self._typed(one, member, "form", True, member[POINTER])
        else:
            schema = self._schemas.plain(facts["schema"], f"{where}/schema", None)
            yield from self._typed(facts, schema, style, explode, where)

    def _typed(
        self, facts: dict[str, Any], schema: Schema, style: str, explode: bool, where: str
    ) -> Iterator[dict[str, Any] | None]:
        query = facts["in"] == "query"
        if style in ("label", "matrix"):
            yield from self._leave_out(facts, where, f"the style {style!r} cannot be sent")
        elif self._is_word(schema):
            yield {**facts, "schema": without_bytes(schema)}
        elif schema.get("type") == "array" and query and (style == "form" or explode):
            items = schema["items"]
            if not self._is_word(items):
                self._notices.loss(where, f"a list of {shown(items)} is given as a list of texts")
                items = _TEXT
            if schema.get("x-form", _PAIRS) != _PAIRS:
                self._notices.loss(where, f"the x-form {schema['x-form']!r} is unknown")
                schema = {key: value for key, value in schema.items() if key != "x-form"}
            form = {"style": "form", "explode": explode}
            yield {**facts, **form, "schema": {**schema, "items": without_bytes(items)}}
        elif schema.get("type") == "array":
            message = f"a list is given as one text, with {_SEPARATORS.get(style, ',')!r} between its values"
            self._notices.loss(where, message)
            yield {**facts, "schema": _TEXT}
        elif query and schema.get("type") == "object" and (style == "deepObject" or explode):
            yield from self._leave_out(facts, where, "an object whose members have no names cannot be sent")
        else:
            self._notices.loss(where, f"{shown(schema)} is given as text")
            yield {**facts, "schema": _TEXT}

    def _is_word(self, schema: Schema) -> bool:
        """Return whether a value is a scalar: no list, no object, and not any value."""
        if "$ref" in schema:
            return "x-values" in self._schemas.models.get(component(schema["$ref"])[1], {})
        return not is_any(schema) and schema["type"] != "array"

    def _leave_out(self, facts: dict[str, Any], where: str, why: str) -> Iterator[None]:
        self._notices.loss(where, why if facts["required"] else f"{why}, and is omitted")
        if facts["required"]:
            yield None


def _can_be_header(name: str) -> bool:
    try:
        to_header_name(name)
    except ApiValueError:
        return False
    return True
