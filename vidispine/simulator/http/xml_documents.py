"""Reads and writes documents as XML."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers import expat

from vidispine.simulator.formats import xml_time
from vidispine.simulator.http.validation import InvalidDocumentError, join_path, member_types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine._documents.model import Model

__all__ = ["read_xml", "write_error", "write_xml"]

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
_ENCODING = re.compile(rb"""<\?xml[^>]*?(\s+encoding\s*=\s*["']([\w.:-]+)["'])""")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"


def write_xml(model: type[Model], document: Mapping[str, Any]) -> bytes:
    """Return the XML of a document in wire form."""
    root = Element(model.document_name or model.__name__, xmlns=NAMESPACE)
    _write_members(root, model, document)
    return _encode(root)


def write_error(error: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return the XML of an error document."""
    root = Element("ExceptionDocument", xmlns=NAMESPACE)
    for kind, members in error.items():
        element = SubElement(root, kind)
        for name, value in members.items():
            SubElement(element, name).text = _clean(value)
    return _encode(root)


def _encode(root: Element) -> bytes:
    data: bytes = tostring(root, encoding="utf-8")
    # XML parsers normalize a literal carriage return to a line feed.
    return _DECLARATION + data.replace(b"\r", b"&#13;")


def _write_members(element: Element, model: type[Model], document: Mapping[str, Any]) -> None:
    for wire, member in member_types(model).items():
        value = document.get(wire)
        if value is None:
            continue
        if member.is_attribute:
            element.set(wire, _text(value))
            continue
        if member.is_text:
            element.text = _text(value)
            continue
        for one in value if member.is_list else [value]:
            child = SubElement(element, wire)
            if member.model is not None:
                _write_members(child, member.model, one)
            elif isinstance(one, dict):
                _write_open(child, one)
            else:
                child.text = _text(one)


def _write_open(element: Element, values: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write a document without declared members, such as terse metadata: one element for each entry, with the value as
    text and other members as attributes.
    """
    for name, entries in values.items():
        for entry in entries:
            child = SubElement(element, name)
            for key, value in entry.items():
                if key == "value":
                    child.text = _text(value)
                else:
                    child.set(key, _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return xml_time(value) if isinstance(value, datetime) else _clean(str(value))


def _clean(text: str) -> str:
    """Remove the characters that XML cannot represent."""
    return _UNWRITABLE.sub("", text)


def read_xml(model: type[Model], data: bytes) -> dict[str, Any]:
    """Return the wire form of an XML document. All values are text.

    :raises InvalidDocumentError: the XML is invalid, or has another root element
    """
    root = _parse(data)
    name = model.document_name or model.__name__
    if _local(root) != name:
        raise InvalidDocumentError(None, f"the document's root must be {name}, not {_local(root)}")
    return _read_members(root, model, "")


def _parse(data: bytes) -> Element:
    """Return the root element. Document types are rejected, because entities can expand without limit."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def reject_unsupported(*_: object) -> None:
        raise InvalidDocumentError(None, "a document type (DOCTYPE) is not allowed")

    def start(tag: str, attributes: dict[str, str]) -> None:
        builder.start(tag, attributes)

    parser.StartDoctypeDeclHandler = reject_unsupported
    parser.StartElementHandler = start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(_as_utf8(data), True)
    except expat.ExpatError as error:
        raise InvalidDocumentError(None, f"this is no XML: {error}") from None
    return builder.close()


def _as_utf8(data: bytes) -> bytes:
    """Return XML in UTF-8. expat does not know the encoding ``utf8``, which Python's ElementTree writes."""
    declaration = _ENCODING.match(data)
    if declaration is None:
        return data
    try:
        text = data.decode(declaration[2].decode())
    except (LookupError, UnicodeDecodeError):
        return data
    return (text[: declaration.start(1)] + text[declaration.end(1) :]).encode()


def _local(element: Element) -> str:
    """Return the name of an element in the VidiCore namespace, or in none."""
    namespace, _, name = element.tag.rpartition("}")
    if namespace not in ("", NAMESPACE):
        raise InvalidDocumentError(None, f"element {name} is of the namespace {namespace}, not of {NAMESPACE}")
    return name


def _read_text(element: Element, path: str) -> str:
    if element.get("mode"):
        # Key-value metadata: ignoring the mode would replace what the client wants to add.
        raise InvalidDocumentError(path, f"{path} does not support mode={element.get('mode')}")
    if len(element):
        raise InvalidDocumentError(path, f"{_local(element)} holds text, not elements")
    return element.text or ""


def _read_members(element: Element, model: type[Model], path: str) -> dict[str, Any]:
    document: dict[str, Any] = {}
    members = member_types(model)
    for wire, text in element.attrib.items():
        # Not all models declare their attributes. Attributes are accepted for all simple members.
        if wire in members and members[wire].model is None:
            document[wire] = [text] if members[wire].is_list else text
    for wire, member in members.items():
        if member.is_text and (element.text or not len(element)):
            document[wire] = element.text or ""
    for child in element:
        wire = _local(child)
        member_path = join_path(path, wire)
        if wire not in members:
            raise InvalidDocumentError(member_path, f"{model.__name__} has no element {wire}")
        member = members[wire]
        value = (
            _read_text(child, member_path) if member.model is None else _read_members(child, member.model, member_path)
        )
        if member.is_list:
            document.setdefault(wire, []).append(value)
        elif wire in document:
            raise InvalidDocumentError(member_path, f"{wire} occurs twice")
        else:
            document[wire] = value
    return document
