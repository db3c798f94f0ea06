"""Operations on metadata fields, and autocompletion of their values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.field_store import NAME
from vidispine.simulator.catalog.patterns import PatternTimeoutError, check_pattern, full_matches
from vidispine.simulator.catalog.search_values import word_condition
from vidispine.simulator.database.conditions import condition
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.arguments import split_values
from vidispine.simulator.http.errors import forbidden, invalid_input
from vidispine.simulator.http.formats import SITE
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vidispine.simulator.catalog.field_store import Field
    from vidispine.simulator.database.conditions import Condition
    from vidispine.simulator.http.requests import Request


WRITE = "_metadata_field_write"


@operation(WRITE)
def update_or_create_metadata_field(request: Request) -> Response:
    name = request.arguments["field-name"]
    known = request.state.fields.find(name)
    if known is None and not NAME.fullmatch(name):
        explanation = "the name of a field must begin with a namespace and an underscore, such as acme_season"
        raise invalid_input(name, name, explanation, context="metadata-field")
    if known is not None and known.is_system:
        raise forbidden(f"{name} is a built-in field")
    document = {key: value for key, value in request.body.items() if key not in ("name", "data", "values", "origin")}
    type_ = document.get("type") or (known.type if known else None)
    if type_ is None:
        raise invalid_input("type", None, f"{name} needs a type", context="metadata-field")
    _check_pattern(document)
    field = request.state.fields.put(name, {**document, "type": type_, "origin": SITE})
    request.state.simple_metadata.put_pairs(f"field:{name}", request.body.get("data", ()))
    if "values" in request.body:
        _set_choices(request, name, request.body["values"].get("field", ()))
    return Response(field_document(request, field))


def _check_pattern(document: dict[str, Any]) -> None:
    pattern = document.get("stringRestriction", {}).get("pattern", "")
    try:
        check_pattern(pattern)
    except ValueError as error:
        explanation = f"the pattern is invalid: {error}"
        raise invalid_input("stringRestriction", pattern, explanation, "metadata-field") from None


@operation()
def get_metadata_field(request: Request) -> Response:
    return Response(field_document(request, request.state.fields.get(request.arguments["field-name"], "namespace")))


@operation()
def get_metadata_fields(request: Request) -> Response:
    names = request.state.fields.names()
    documents = [field_document(request, request.state.fields.get(name)) for name in names]
    return Response({"field": documents}, text_lines(names))


def field_document(request: Request, field: Field) -> dict[str, Any]:
    """Return the document of a field, with the requested data and values."""
    document: dict[str, Any] = {"name": field.name, **field.document}
    document.update(requested_data(request, f"field:{field.name}"))
    if request.arguments.get("includeValues", False):
        choices = request.state.simple_metadata.pairs(f"choices:{field.name}")
        if choices:
            document["values"] = {"field": choices}
    return document


def requested_data(request: Request, owner: str) -> dict[str, Any]:
    """Return the member with the requested key-value metadata of a field or a group."""
    keys = split_values(request.arguments.get("data"))
    pairs = request.state.simple_metadata.pairs(owner) if keys else []
    chosen = [pair for pair in pairs if "all" in keys or pair["key"] in keys]
    return {"data": chosen} if chosen else {}


@operation(WRITE)
def delete_metadata_field(request: Request) -> None:
    """Delete a field. Values in metadata remain, but can no longer be found."""
    field = request.state.fields.get(request.arguments["field-name"], "namespace")
    if field.is_system:
        raise forbidden(f"{field.name} is a built-in field")
    request.state.fields.remove(field.name)
    for owner in (f"field:{field.name}", f"choices:{field.name}"):
        request.state.simple_metadata.clear(owner)
    request.state.database.delete("field_group_member", kind="field", name=field.name)


# Enumeration values


@operation(WRITE)
def update_metadata_field_enumeration(request: Request) -> None:
    field = request.state.fields.get(request.arguments["field-name"], "namespace")
    _set_choices(request, field.name, request.body.get("field", ()))


def _set_choices(request: Request, name: str, pairs: Iterable[dict[str, str]]) -> None:
    request.state.simple_metadata.clear(f"choices:{name}")
    request.state.simple_metadata.put_pairs(f"choices:{name}", pairs)


@operation()
def get_metadata_field_enumeration(request: Request) -> Response:
    field = request.state.fields.get(request.arguments["field-name"], "namespace")
    choices = request.state.simple_metadata.pairs(f"choices:{field.name}")
    tests = [_test(request, name, choices) for name in request.arguments if name.startswith(("key-", "value-"))]
    choices = [pair for pair in choices if all(test(pair) for test in tests)]
    choices = choices[: request.arguments.get("hits", len(choices))]
    return Response({"field": choices} if choices else {})


def _test(request: Request, name: str, choices: list[dict[str, str]]) -> Callable[[dict[str, str]], bool]:
    """Return the test of a filter, such as ``key-regex``."""
    part, _, way = name.partition("-")
    wanted = request.arguments[name]
    if way == "exact":
        return lambda pair: pair[part] == wanted
    if way == "start":
        return lambda pair: pair[part].startswith(wanted)
    try:
        texts = {pair[part] for pair in choices}
        matching = {text for text, matches in zip(texts, full_matches(wanted, texts)) if matches}
    except ValueError as error:
        raise invalid_input(name, wanted, f"the regular expression is invalid: {error}") from None
    except PatternTimeoutError:
        raise invalid_input(name, wanted, "the regular expression takes too long") from None
    return lambda pair: pair[part] in matching


def _owner(request: Request) -> str:
    return f"field:{request.state.fields.get(request.arguments['field-name'], 'namespace').name}"


register_simple_metadata("metadata_field", _owner, None, WRITE)


# Autocompletion


DEFAULT_SUGGESTIONS = 10
MAX_SCANNED_VALUES = 1000
"""Maximum number of values that are scanned for words."""


@operation()
def autocomplete(request: Request) -> Response:
    """Complete a text to values of a field, or to words of all fields."""
    text, field = request.body["text"], request.body.get("field")
    number = max(request.body.get("maximumSuggestions", DEFAULT_SUGGESTIONS), 0)
    if field is not None:
        request.state.fields.get(field)
        return Response({"field": field, "suggestion": _values(request, text, field, number)})
    return Response({"suggestion": _words(request, text, number)})


def _values(request: Request, text: str, field: str, number: int) -> list[str]:
    begins = condition("name = ? AND substr(folded, 1, ?) = ?", field, len(text.casefold()), text.casefold())
    rows = _visible_values(request, begins)
    statement = f"SELECT DISTINCT value FROM {rows.text} ORDER BY value LIMIT ?"  # noqa: S608 - values are bound
    return request.state.database.column(statement, *rows.values, number)


def _visible_values(request: Request, found: Condition) -> Condition:
    """Return the source of the matching values in the items that the user may read, for a query."""
    visible = request.state.access.visible("item", request.user)
    rows = f"metadata WHERE kind = 'item' AND node = 'value' AND removed IS NULL AND {found.text}"
    owners = f"owner IN (SELECT serial FROM item WHERE {visible.text})"  # noqa: S608 - values are bound
    return condition(f"{rows} AND {owners}", *found.values, *visible.values)


def _words(request: Request, text: str, number: int) -> list[str]:
    if not re.search(r"\w", text):
        return []
    rows = _visible_values(request, word_condition(f"{text}*", is_phrase=False))
    statement = f"SELECT value FROM {rows.text} LIMIT ?"  # noqa: S608 - values are bound
    values = request.state.database.column(statement, *rows.values, MAX_SCANNED_VALUES)
    words = {word for value in values for word in re.findall(r"\w+", value.casefold())}
    return sorted(word for word in words if word.startswith(text.casefold()))[:number]
