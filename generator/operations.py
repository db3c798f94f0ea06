"""Reads operations: parameters, results and errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from generator.availability import availability
from generator.bundling import Bundle
from generator.intermediate import Example, Operation, Parameter, Response
from generator.layout import file_of
from generator.normalize.contents import is_json, preferred_schema
from generator.normalize.form import PATH, POINTER
from generator.schemas import Schemas
from vidispine._calls.operation import body_name
from vidispine._documents.registry import snake_case
from vidispine._documents.type_ref import TypeRef
from vidispine.exceptions import exception_class


class Operations:
    """Reads the operations of a description, tag by tag."""

    def __init__(self, bundle: Bundle, schemas: Schemas) -> None:
        self.bundle = bundle
        self.schemas = schemas

    def read(self) -> Iterator[Operation]:
        """Yield each operation."""
        for path, item in self.bundle.document["paths"].items():
            for method, node in item.items():
                yield self._operation(path, method, node)

    def _operation(self, path: str, method: str, node: dict[str, Any]) -> Operation:
        pointer = self.bundle.pointer("paths", path, method)
        parameters = [*map(self._parameter, node["parameters"]), *self._body(node)]
        # Required ones first, then the body, each group in the order in which it is described.
        parameters.sort(key=lambda p: (not p.is_positional, p.location == "body"))
        accept, result = self._success(node)
        return Operation(
            tag=node["tags"][0],
            source=file_of(self.bundle.pointer("paths", path)),
            name=node["operationId"],
            method=method.upper(),
            path=_encoded(node[PATH]),
            summary=node.get("summary", ""),
            description=node.get("description", ""),
            parameters=tuple(parameters),
            result=result,
            accept=accept,
            responses=tuple(self._responses(node, pointer)),
            example=_example(node, f"{pointer}/x-example"),
            sensitive="request" if node.get("x-secret") else "",
            pages=node.get("x-pages"),
            availability=availability(node),
            pointer=pointer,
        )

    def _parameter(self, facts: dict[str, Any]) -> Parameter:
        schema, wire = facts["schema"], facts["name"]
        typed = self.schemas.typed(schema)
        reference = TypeRef.parse(typed.type)
        return Parameter(
            name=facts["x-python-name"],
            wire=wire,
            location=facts["in"],
            type=_form(facts, reference),
            element=reference.element.text if reference.element else None,
            required=facts["required"],
            default=schema.get("default"),
            values=typed.values,
            vocabulary=typed.vocabulary,
            content_types=(),
            description=facts.get("description", ""),
            named=facts["x-python-name"] != snake_case(wire),
            availability=availability(facts),
            deprecated=str(facts.get("x-instead", "omit it")) if facts.get("deprecated") is True else "",
            accepts="",
            pointer=facts[POINTER],
        )

    def _body(self, node: dict[str, Any]) -> Iterator[Parameter]:
        if "requestBody" not in node:
            return
        facts = node["requestBody"]
        kind = self.schemas.typed(preferred_schema(facts["content"])).type
        name = facts["x-python-name"]
        yield Parameter(
            name=name,
            wire=name,
            location="body",
            type=kind,
            element=None,
            required=bool(facts.get("required")),
            default=None,
            values=(),
            vocabulary=None,
            content_types=tuple(facts["content"]),
            description=facts.get("description", ""),
            named=name != body_name(kind),
            availability=availability(facts),
            deprecated="",
            accepts=self.bundle.document["components"].get("schemas", {}).get(kind, {}).get("x-accepts", ""),
            pointer=facts[POINTER],
        )

    def _success(self, node: dict[str, Any]) -> tuple[tuple[str, ...], str | None]:
        for entry in node["responses"].values():
            if entry["content"]:
                schema = preferred_schema(entry["content"])
                kind = self.schemas.typed(schema).type
                # Text is text, also where it is empty or `null`.
                may_be_none = kind not in ("object", "file") and (kind != "str" or all(map(is_json, entry["content"])))
                return tuple(entry["content"]), f"{kind} | None" if schema.get("nullable") and may_be_none else kind
        return (), None

    def _responses(self, node: dict[str, Any], pointer: str) -> Iterator[Response]:
        for status, entry in node["responses"].items():
            yield Response(
                status=status,
                description={**self.bundle.resolve(entry), **entry}.get("description", ""),
                exception=exception_name(status),
                specific="$ref" not in entry or "description" in entry,
                pointer=f"{pointer}/responses/{status}",
            )


def _form(facts: dict[str, Any], kind: TypeRef) -> str:
    """Return how a value is sent: a list joined by commas, one by one or as pairs; a boolean perhaps as ``yes/no``."""
    form = facts["schema"].get("x-form")
    if not kind.is_list:
        return "yes/no" if form == "yes/no" and kind.text == "str" else kind.text
    if not facts.get("explode", True):
        return "csv"
    return "pairs" if form else "multi"


def _encoded(path: str) -> str:
    """Return a path in the form that is sent, with placeholders for its parameters."""
    parts = re.split(r"({[^{}]*})", re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", path))
    return "".join(part if part[:1] == "{" else quote(part, safe="/!$&'()*+,;=:@%~") for part in parts)


def exception_name(status: str) -> str | None:
    """Return the class of the error that a status raises; ``None`` for any other status."""
    return exception_class(int(status.upper().replace("X", "0"))).__name__ if status[0] in "345" else None


def _example(node: dict[str, Any], pointer: str) -> Example | None:
    facts = node.get("x-example")
    if facts is None:
        return None
    return Example(facts["arguments"], facts.get("result"), facts.get("then", ""), pointer, facts.get("before", ""))
