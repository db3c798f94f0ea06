"""Reads operations: what they take, what they answer and what goes wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.bundling import Bundle
from generator.intermediate import Example, Operation, Parameter, Response, is_positional
from generator.problems import DescriptionError, Problem
from generator.schemas import Schemas, Typed
from vidispine.exceptions import exception_class
from vidispine.naming import snake_case

__all__ = ["Operations"]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PLACES = ("path", "query", "header")
_STYLES = {"path": "simple", "query": "form", "header": "simple"}


class Operations:
    """Reads the operations of a description, tag by tag."""

    def __init__(self, bundle: Bundle, schemas: Schemas) -> None:
        self.bundle = bundle
        self.schemas = schemas
        self.problems: list[Problem] = []

    def read(self) -> Iterator[tuple[str, str, Operation]]:
        """Yield each operation after its tag and the file in which it is written."""
        for path, item in self.bundle.document.get("paths", {}).items():
            for method in _METHODS:
                if method not in item:
                    continue
                place = self.bundle.place("paths", path, method)
                try:
                    operation = self._operation(method, path, item, place)
                    tags = item[method].get("tags", ())
                    if len(tags) != 1:
                        raise DescriptionError.at(place, "has to have one tag, which names its class")
                except DescriptionError as error:
                    self.problems += error.problems
                else:
                    yield tags[0], self.bundle.source("paths", path), operation

    def _operation(self, method: str, path: str, item: dict[str, Any], place: str) -> Operation:
        node = item[method]
        name = snake_case(node.get("operationId", ""))
        if not name.isidentifier():
            raise DescriptionError.at(place, "has no operationId that can be a method's name")
        parameters = [*self._parameters(item, place), *self._body(node, place)]
        # Required ones first, then the body, each group in the order in which it is described.
        parameters.sort(key=lambda p: (not is_positional(p), p.location == "body"))
        self._refuse_clashes(parameters, path)
        accept, result = self._answer(node, place)
        return Operation(
            name=name,
            method=method.upper(),
            path=path,
            summary=node.get("summary", ""),
            description=node.get("description", ""),
            parameters=tuple(parameters),
            result=result,
            accept=accept,
            responses=tuple(self._responses(node, place)),
            example=_example(node, f"{place}/x-example"),
            place=place,
        )

    def _parameters(self, item: dict[str, Any], place: str) -> Iterator[Parameter]:
        method = place.rpartition("/")[2]
        found: dict[tuple[str, str], Parameter] = {}
        for owner, owner_place in ((item, place.rpartition("/")[0]), (item[method], place)):
            for index, entry in enumerate(owner.get("parameters", ())):
                facts = self._merged(entry)
                key = (facts.get("in", ""), facts.get("name", ""))
                found[key] = self._parameter(facts, f"{owner_place}/parameters/{index}")
        yield from found.values()

    def _merged(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return what a reference points at, with what is said beside the reference laid over it."""
        beside = {key: value for key, value in entry.items() if key != "$ref"}
        resolved: dict[str, Any] = {**self.bundle.resolve(entry), **beside}
        return resolved

    def _parameter(self, facts: dict[str, Any], place: str) -> Parameter:
        location, wire = facts.get("in"), facts.get("name", "")
        if location not in _PLACES:
            raise DescriptionError.at(place, f"a parameter in {location!r} cannot be expressed")
        schema = facts.get("schema")
        typed = self.schemas.typed(schema, f"{place}/schema")
        name = facts.get("x-python-name") or snake_case(wire)
        return Parameter(
            name=name,
            wire=wire,
            location=location,
            type=self._wire_type(facts, schema, typed, place),
            required=bool(facts.get("required")),
            default=None if schema is None else schema.get("default"),
            values=typed.values,
            vocabulary=typed.vocabulary,
            content_types=(),
            description=facts.get("description", ""),
            named=name != snake_case(wire),
            place=place,
        )

    def _wire_type(self, facts: dict[str, Any], schema: Any, typed: Typed, place: str) -> str:
        if not typed.type.startswith("list["):
            if typed.type not in ("str", "int", "float", "bool", "datetime"):
                raise DescriptionError.at(place, f"a parameter of type {typed.type} cannot be expressed")
            return typed.type
        default_style = _STYLES[facts["in"]]
        if typed.type != "list[str]" or facts.get("style", default_style) != default_style:
            raise DescriptionError.at(place, "only lists of texts, joined by commas or repeated, can be expressed")
        if default_style == "simple" or not facts.get("explode", True):
            return "csv"
        form = self.bundle.resolve(schema).get("x-form")
        if form not in (None, "key=value"):
            raise DescriptionError.at(place, f"the x-form {form!r} is not known")
        return "pairs" if form else "multi"

    def _body(self, node: dict[str, Any], place: str) -> Iterator[Parameter]:
        if "requestBody" not in node:
            return
        place = f"{place}/requestBody"
        facts = self._merged(node["requestBody"])
        content = facts.get("content", {})
        kind = self._content_type(content, place)
        name = facts.get("x-python-name") or ("body" if kind in ("str", "file") else snake_case(kind))
        yield Parameter(
            name=name,
            wire=name,
            location="body",
            type=kind,
            required=bool(facts.get("required")),
            default=None,
            values=(),
            vocabulary=None,
            content_types=tuple(content),
            description=facts.get("description", ""),
            named="x-python-name" in facts,
            place=place,
        )

    def _content_type(self, content: dict[str, Any], place: str) -> str:
        """Return the one type that the media types stand for: a model when one of them is a model."""
        found = []
        for media_type, entry in content.items():
            where = f"{place}/content/{media_type.replace('/', '~1')}"
            found.append(self.schemas.typed(entry.get("schema", {"type": "string", "format": "binary"}), where).type)
        models = {kind for kind in found if kind in self.schemas.models or kind[0].isupper()}
        plain = [kind for kind in found if kind in ("str", "file")]
        if len(models) > 1 or len(models) + len(plain) < len(set(found)) or not found:
            raise DescriptionError.at(place, f"content of the types {', '.join(found) or 'none'} cannot be expressed")
        return models.pop() if models else plain[0]

    def _answer(self, node: dict[str, Any], place: str) -> tuple[tuple[str, ...], str | None]:
        for status, entry in node.get("responses", {}).items():
            content = self._merged(entry).get("content")
            if str(status)[0] in "2d" and content:
                return tuple(content), self._content_type(content, f"{place}/responses/{status}")
        return (), None

    def _responses(self, node: dict[str, Any], place: str) -> Iterator[Response]:
        for status, entry in node.get("responses", {}).items():
            yield Response(
                status=str(status),
                description=self._merged(entry).get("description", ""),
                exception=exception_name(str(status)),
                specific="$ref" not in entry or "description" in entry,
                place=f"{place}/responses/{status}",
            )

    def _refuse_clashes(self, parameters: list[Parameter], path: str) -> None:
        names = [parameter.name for parameter in parameters]
        for parameter in parameters:
            if not parameter.name.isidentifier() or parameter.name == "self":
                self.problems.append(Problem(parameter.place, f"{parameter.name!r} cannot be an argument's name"))
            elif names.count(parameter.name) > 1:
                self.problems.append(Problem(parameter.place, f"{parameter.name} is another parameter's name too"))
            # Older validators do not see it.
            if parameter.location == "path" and f"{{{parameter.wire}}}" not in path:
                self.problems.append(Problem(parameter.place, f"{{{parameter.wire}}} is not in the path {path}"))


def exception_name(status: str) -> str | None:
    """Return the class of the error that a status raises; ``None`` for a status that is no error."""
    if status[0] not in "345":
        return None
    return exception_class(int(status.upper().replace("X", "0"))).__name__


def _example(node: dict[str, Any], place: str) -> Example | None:
    facts = node.get("x-example")
    if facts is None:
        return None
    if not isinstance(facts, dict) or not isinstance(facts.get("arguments"), dict):
        raise DescriptionError.at(place, "is not a mapping with the arguments of a call")
    return Example(facts["arguments"], facts.get("result"), facts.get("then", ""), place)
