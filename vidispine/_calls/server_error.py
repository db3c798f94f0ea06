"""The server's own error document, read from JSON, XML or text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.exceptions import ServerError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["parse_server_error"]

_TEXT_KINDS = {
    "an invalid parameter was entered": "invalidInput",
    "a resource could not be found": "notFound",
}
_TEXT_LABELS = {"context": "context", "id": "id", "reason": "explanation", "type": "type", "value": "value"}


def parse_server_error(text: str, media_type: str) -> ServerError | None:
    """Return the error document in an answer, or ``None`` when the answer does not hold one.

    :param text: the answer's body
    :param media_type: the answer's media type, without parameters; empty when it named none
    """
    start = text.lstrip()[:1]
    try:
        if media_type.endswith("json") or start == "{":
            return _from_json(text)
        if media_type.endswith("xml") or start == "<":
            return _from_xml(text)
    except (ValueError, RecursionError):
        return None
    return _from_text(text)


def _from_json(text: str) -> ServerError | None:
    document = json.loads(text)
    if not isinstance(document, dict):
        return None
    for kind, fault in document.items():
        if isinstance(fault, dict):
            return _make(kind, fault)
    return None


def _from_xml(text: str) -> ServerError | None:
    # A document type is the door to entity expansion, and no error document has one.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    from xml.etree import ElementTree as ET

    try:
        root = ET.fromstring(text)  # noqa: S314 - see above
    except ET.ParseError:
        return None
    if _local_name(root.tag) != "ExceptionDocument" or not len(root):
        return None
    fault = root[0]
    return _make(_local_name(fault.tag), {_local_name(member.tag): member.text for member in fault})


def _from_text(text: str) -> ServerError | None:
    first, *rest = text.splitlines() or [""]
    code, _, phrase = first.partition(" ")
    if not (code.isdigit() and phrase):
        return None
    members = {}
    for line in rest:
        label, colon, value = line.partition(":")
        name = _TEXT_LABELS.get(label.strip().lower())
        if colon and name:
            members[name] = value.strip() or None
    kind = _TEXT_KINDS.get(phrase.strip().lower())
    if kind is None:
        members.setdefault("explanation", phrase.strip())
    return _make(kind, members)


def _make(kind: str | None, members: Mapping[str, Any]) -> ServerError:
    known = {name: _text(members.get(name)) for name in ("type", "id", "context", "value", "explanation")}
    return ServerError(kind, **known)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]
