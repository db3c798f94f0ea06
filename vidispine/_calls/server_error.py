"""Parses the server's error document from JSON, XML or text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.exceptions import ApiDecodeError, ServerError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["parse_server_error"]

_TEXT_KINDS = {
    "an invalid parameter was entered": "invalidInput",
    "a resource could not be found": "notFound",
}
_TEXT_LABELS = {"context": "context", "id": "id", "reason": "explanation", "type": "type", "value": "value"}


def parse_server_error(body: str | bytes, media_type: str) -> ServerError | None:
    """Return the error document in a response; ``None`` if the response does not contain one.

    :param body: the body of the response; bytes if it is XML, or could not be decoded
    :param media_type: the media type of the response, without parameters; empty if there is none
    """
    start = body.lstrip()[:1]
    try:
        if media_type.endswith("json") or start in ("{", b"{"):
            return _from_json(body)
        if media_type.endswith("xml") or start in ("<", b"<"):
            return _from_xml(body)
    except (ValueError, RecursionError):
        return None
    return _from_text(body) if isinstance(body, str) else None


def _from_json(text: str | bytes) -> ServerError | None:
    document = load_json(text)
    if not isinstance(document, dict):
        return None
    for kind, members in document.items():
        if isinstance(members, dict):
            return _server_error(kind, members)
    return None


def _from_xml(body: str | bytes) -> ServerError | None:
    from vidispine._documents.xml_parser import parse_xml

    try:
        root = parse_xml(body)
    except ApiDecodeError:
        return None
    if _local_name(root.tag) != "ExceptionDocument" or not len(root):
        return None
    element = root[0]
    return _server_error(_local_name(element.tag), {_local_name(member.tag): member.text for member in element})


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
    return _server_error(kind, members)


def _server_error(kind: str | None, members: Mapping[str, Any]) -> ServerError:
    known = {name: _text(members.get(name)) for name in ("type", "id", "context", "value", "explanation")}
    return ServerError(kind, **known)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]
