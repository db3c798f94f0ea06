"""Nodes of a metadata document: JSON objects, or the models in which a program has read them as attributes.

The views of metadata work on both, so changes through attributes and through views are always consistent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Union

from vidispine._documents.conversion import Origin, type_error
from vidispine._documents.elements import ElementDict
from vidispine._mixins.metadata_values import is_transient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine._documents.model import Model

    Node = Union[dict[str, Any], Model]

__all__ = [
    "GENERIC",
    "append",
    "children",
    "content_of",
    "copy_json",
    "has_models",
    "is_generic",
    "is_same",
    "member",
    "put",
    "put_member",
    "text_of",
]

GENERIC = ("-INF", "+INF")
"""The timespan that covers the whole entity."""

_ROOT = Origin("MetadataType")


def member(node: Node, wire: str) -> Any:
    """Return a member of a node as text; ``None`` if it is missing."""
    return (node if isinstance(node, dict) else node._document).get(wire)


def put_member(node: Node, wire: str, value: str | None) -> None:
    """Set a text member of a node; ``None`` removes it."""
    document = node if isinstance(node, dict) else node._document
    if value is None:
        document.pop(wire, None)
    else:
        document[wire] = value


def children(node: Node, wire: str) -> Sequence[Any]:
    """Return the nodes in a list of a node.

    :raises ApiDecodeError: the server sent something else
    """
    found: Any
    if isinstance(node, dict):
        found = node.get(wire)
    else:
        found = node.__dict__.get(wire)
        if found is None:
            found = node._document.get(wire)
    if isinstance(found, list):
        for child in found:
            if not isinstance(child, dict) and not hasattr(child, "_document"):
                raise type_error((_ROOT, wire), "an object", child)
        return found
    if found is not None:
        raise type_error((_ROOT, wire), "a list", found)
    return ()


def append(node: Node, wire: str, child: dict[str, Any]) -> Any:
    """Append a new node to a list of a node. Return the element that the list contains."""
    found = children(node, wire)
    if not isinstance(found, list):
        put(node, wire, [child])
    elif isinstance(node, dict) or not has_models(node, wire):
        found.append(child)
    else:
        found.append(_decode(node, wire, child))
    return children(node, wire)[-1]


def put(node: Node, wire: str, nodes: Sequence[Node]) -> None:
    """Replace the nodes in a list of a node."""
    if isinstance(node, dict):
        node[wire] = list(nodes)
    elif has_models(node, wire):
        models: Any = children(node, wire)
        models[:] = [_decode(node, wire, one) if isinstance(one, dict) else one for one in nodes]
    else:
        node._document[wire] = list(nodes)


def has_models(node: Model, wire: str) -> bool:
    """Return whether a list of a node has models: it was read as an attribute, or given to the constructor."""
    if wire in node.__dict__:
        return True
    found = node._document.get(wire)
    return isinstance(found, list) and any(hasattr(child, "_document") for child in found)


def _decode(node: Model, wire: str, child: dict[str, Any]) -> Any:
    """Return a new node as a model, for a list of models."""
    return node._fields[wire].converter.element.decode(child, node._place(wire))  # type: ignore[attr-defined]


def is_same(first: Node, second: Node) -> bool:
    """Return whether two nodes are the same part of a document."""
    return (first if isinstance(first, dict) else first._document) is (
        second if isinstance(second, dict) else second._document
    )


def text_of(value: Node) -> str:
    """Return the text of a value.

    :raises ApiDecodeError: the server sent something else
    """
    try:
        text: Any = (value if isinstance(value, dict) else value._document).get("value")
    except AttributeError:
        raise type_error((_ROOT, "value"), "an object", value) from None
    if isinstance(text, str):
        return text
    return "" if text is None else json.dumps(text)


def content_of(group: Node) -> tuple[Any, ...]:
    """Return what tells whether groups have the same fields, values and groups. UUIDs do not count."""
    fields = sorted(
        (member(field, "name") or "", member(field, "track") or "", member(field, "reference") or "", values)
        for field in children(group, "field")
        if not is_transient(member(field, "name"))
        if (values := [(text_of(value), member(value, "lang") or "") for value in children(field, "value")])
        or member(field, "reference")
    )
    groups = [(member(one, "name"), content_of(one)) for one in children(group, "group")]
    return member(group, "reference"), fields, groups


def is_generic(timespan: Node) -> bool:
    """Return whether a timespan covers the whole entity."""
    document = timespan if isinstance(timespan, dict) else timespan._document
    return document.get("start") in (None, GENERIC[0]) and document.get("end") in (None, GENERIC[1])


def copy_json(value: Any) -> Any:
    """Return a deep copy of a JSON value."""
    if isinstance(value, dict):
        members = {key: copy_json(one) for key, one in value.items()}
        return value.with_members(members) if isinstance(value, ElementDict) else members
    return [copy_json(one) for one in value] if isinstance(value, list) else value
