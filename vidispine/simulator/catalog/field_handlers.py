"""What the simulated server does with the definitions of metadata fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.field_store import NAME
from vidispine.simulator.formats import SITE
from vidispine.simulator.http.arguments import texts_of
from vidispine.simulator.http.errors import forbidden, invalid
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer, lines
from vidispine.simulator.simple_metadata import metadata_handlers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vidispine.simulator.catalog.field_store import Field
    from vidispine.simulator.http.requests import Call

__all__ = ["FIELDS", "field_document"]

WRITE = "_metadata_field_write"


def update_or_create_metadata_field(call: Call) -> Answer:
    """Define a field, or change its definition."""
    call.need(WRITE)
    name = call.arguments["field-name"]
    known = call.world.fields.find(name)
    if known is None and not NAME.fullmatch(name):
        explanation = "the name of a field is a namespace, an underscore and more, such as acme_season"
        raise invalid(name, name, explanation, context="metadata-field")
    if known is not None and known.is_system:
        raise forbidden(f"{name} is the server's own field")
    document = {key: value for key, value in call.body.items() if key not in ("name", "data", "values", "origin")}
    type_ = document.get("type") or (known.type if known else None)
    if type_ is None:
        raise invalid("type", None, f"{name} needs a type", context="metadata-field")
    _check_pattern(document)
    field = call.world.fields.put(name, {**document, "type": type_, "origin": SITE})
    for pair in call.body.get("data", ()):
        call.world.simple_metadata.put(f"field:{name}", pair["key"], pair["value"])
    if "values" in call.body:
        _set_choices(call, name, call.body["values"].get("field", ()))
    return Answer(field_document(call, field))


def _check_pattern(document: dict[str, Any]) -> None:
    pattern = document.get("stringRestriction", {}).get("pattern", "")
    try:
        re.compile(pattern)
    except re.error as error:
        raise invalid("stringRestriction", pattern, f"the pattern cannot be used: {error}", "metadata-field") from None


def get_metadata_field(call: Call) -> Answer:
    """Answer with the definition of a field."""
    return Answer(field_document(call, call.world.fields.get(call.arguments["field-name"], "namespace")))


def get_metadata_fields(call: Call) -> Answer:
    """Answer with all definitions."""
    names = call.world.fields.names()
    documents = [field_document(call, call.world.fields.get(name)) for name in names]
    return Answer({"field": documents}, lines(names))


def field_document(call: Call, field: Field) -> dict[str, Any]:
    """Return a definition as a document, with what the request asks for of its data and choices."""
    document: dict[str, Any] = {"name": field.name, **field.document}
    keys = texts_of(call.arguments.get("data"))
    pairs = call.world.simple_metadata.pairs(f"field:{field.name}") if keys else []
    chosen = [pair for pair in pairs if "all" in keys or pair["key"] in keys]
    if chosen:
        document["data"] = chosen
    if call.arguments.get("includeValues", False):
        choices = call.world.simple_metadata.pairs(f"choices:{field.name}")
        if choices:
            document["values"] = {"field": choices}
    return document


def delete_metadata_field(call: Call) -> Answer:
    """Remove a definition. Values that entities have stay, and are found no more."""
    call.need(WRITE)
    field = call.world.fields.get(call.arguments["field-name"], "namespace")
    if field.is_system:
        raise forbidden(f"{field.name} is the server's own field")
    call.world.fields.remove(field.name)
    for owner in (f"field:{field.name}", f"choices:{field.name}"):
        call.world.simple_metadata.clear(owner)
    call.world.database.execute("DELETE FROM field_group_member WHERE kind = 'field' AND name = ?", [field.name])
    return Answer()


# Choices


def update_metadata_field_enumeration(call: Call) -> Answer:
    """Set the choices of a field, in place of those that it had."""
    call.need(WRITE)
    field = call.world.fields.get(call.arguments["field-name"], "namespace")
    _set_choices(call, field.name, call.body.get("field", ()))
    return Answer()


def _set_choices(call: Call, name: str, pairs: Iterable[dict[str, str]]) -> None:
    call.world.simple_metadata.clear(f"choices:{name}")
    for pair in pairs:
        call.world.simple_metadata.put(f"choices:{name}", pair["key"], pair["value"])


def get_metadata_field_enumeration(call: Call) -> Answer:
    """Answer with the choices of a field, all or those that match."""
    field = call.world.fields.get(call.arguments["field-name"], "namespace")
    tests = [_test(call, name) for name in call.arguments if name.startswith(("key-", "value-"))]
    choices = [
        pair for pair in call.world.simple_metadata.pairs(f"choices:{field.name}") if all(test(pair) for test in tests)
    ]
    choices = choices[: call.arguments.get("hits", len(choices))]
    return Answer({"field": choices} if choices else {})


def _test(call: Call, name: str) -> Callable[[dict[str, str]], bool]:
    part, _, way = name.partition("-")
    wanted = call.arguments[name]
    if way == "exact":
        return lambda pair: pair[part] == wanted
    if way == "start":
        return lambda pair: pair[part].startswith(wanted)
    try:
        form = re.compile(wanted)
    except re.error as error:
        raise invalid(name, wanted, f"the regular expression cannot be read: {error}") from None
    return lambda pair: form.fullmatch(pair[part]) is not None


def _owner(call: Call) -> str:
    return f"field:{call.world.fields.get(call.arguments['field-name'], 'namespace').name}"


FIELDS = table(
    [
        delete_metadata_field,
        get_metadata_field,
        get_metadata_field_enumeration,
        get_metadata_fields,
        update_metadata_field_enumeration,
        update_or_create_metadata_field,
        *metadata_handlers("metadata_field", _owner, None, WRITE),
    ]
)
