"""The server's own error document, read from JSON, XML or text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.exceptions import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ServerError", "parse_server_error"]

_TEXT_KINDS = {
    "an invalid parameter was entered": "invalidInput",
    "a resource could not be found": "notFound",
}
_TEXT_LABELS = {"context": "context", "id": "id", "reason": "explanation", "type": "type", "value": "value"}


class ServerError:
    """What the server says about a failure; a member is ``None`` when it says nothing about it."""

    __slots__ = ("context", "explanation", "id", "kind", "type", "value")

    def __init__(
        self,
        kind: str | None,
        type: str | None = None,
        id: str | None = None,
        context: str | None = None,
        value: str | None = None,
        explanation: str | None = None,
    ) -> None:
        #: the fault: ``notFound``, ``invalidInput``, ``conflict``, ``notAuthorized``, ``forbidden``, ...
        self.kind = kind
        #: for ``notFound`` and ``conflict``, the kind of entity, such as ``Job``
        self.type = type
        #: the entity's id
        self.id = id
        #: the part of the request or of the system that the fault is about
        self.context = context
        #: the value that was refused
        self.value = value
        #: the server's explanation in words
        self.explanation = explanation

    def __str__(self) -> str:
        """Return the fault in one line."""
        if self.kind == "notFound" and self.type:
            subject = f"no {self.type} with id {self.id}" if self.id else f"no such {self.type}"
        else:
            subject = self._subject()
        return one_line(": ".join(part for part in (subject, self.explanation) if part) or self.kind or "unknown fault")

    def _subject(self) -> str:
        named = [
            f"{name} {value}" for name, value in (("type", self.type), ("id", self.id), ("value", self.value)) if value
        ]
        if self.context:
            named.insert(0, self.context)
        return ", ".join(named)

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self._members() if value is not None)
        return f"ServerError({given})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ServerError):
            return NotImplemented
        return self._members() == other._members()

    __hash__ = None  # type: ignore[assignment]

    def _members(self) -> list[tuple[str, str | None]]:
        return [(name, getattr(self, name)) for name in ("kind", "type", "id", "context", "value", "explanation")]


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
