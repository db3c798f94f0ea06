"""A document of each schema of ``spec/`` in JSON and in XML, made without the package."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from test.support.spec import Node

__all__ = ["sample_document", "sample_xml"]

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
_SCALARS: dict[str, Any] = {"string": "a <b> & 'c' é", "integer": 7, "number": 0.5, "boolean": True}


def sample_document(schema: Node, levels: int = 3) -> Any:
    """Return a value of a schema with all members, down to this number of levels; ``None`` for a value of any type."""
    facts = schema.value
    if facts.get("type") == "array":
        value = sample_document(schema["items"], levels)
        return None if value is None else [value, value]
    if facts.get("format") == "date-time":
        return "2024-03-01T10:00:00.047Z"
    if facts.get("type") in _SCALARS:
        return (facts.get("enum") or [_SCALARS[facts["type"]]])[0]
    members = _members(schema)
    if not members or levels == 0:
        return None
    found = {name: sample_document(member, levels - 1) for name, member in members.items()}
    return {name: value for name, value in found.items() if value is not None} or None


def sample_xml(name: str, document: dict[str, Any], schema: Node) -> str:
    """Return a document as XML with this root element."""
    return _element(name, document, schema).replace(f"<{name}", f'<{name} xmlns="{NAMESPACE}"', 1)


def _members(schema: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    if "allOf" in schema.value:
        for part in schema["allOf"].children():
            found.update(_members(part))
    if "properties" in schema.value:
        found.update({name: schema["properties"][name] for name in schema["properties"].value})
    return found


def _element(name: str, value: Any, schema: Node) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one, schema["items"]) for one in value)
    if not isinstance(value, dict):
        return f"<{name}>{escape(_text(value))}</{name}>"
    attributes, text, elements = "", "", ""
    members = _members(schema)
    for member, inner in value.items():
        form = members[member].value.get("xml", {})
        if form.get("attribute"):
            attributes += f" {member}={quoteattr(_text(inner))}"
        elif form.get("x-text"):
            text = escape(_text(inner))
        else:
            elements += _element(member, inner, members[member])
    return f"<{name}{attributes}>{text}{elements}</{name}>"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
