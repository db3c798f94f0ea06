"""Writing of documents as XML."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any

from vidispine._documents.elements import ElementDict, ElementText
from vidispine._documents.registry import xml_names
from vidispine._documents.xml_parser import MAX_DEPTH, XSI, XSI_NIL, XSI_TYPE, parse_xml
from vidispine._documents.xml_schema import UNDECLARED, member_name, schema_of
from vidispine.exceptions import ApiDecodeError, ApiTypeError, ApiValueError, render_path, short_repr

if TYPE_CHECKING:
    from vidispine._documents.model import Model
    from vidispine._documents.xml_schema import Member, Schema

__all__ = ["UNWRITABLE", "write_xml"]

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""The characters that XML does not allow."""
_PREFIXES = {
    "{http://www.w3.org/XML/1998/namespace": "xml",
    "{http://www.w3.org/2001/XMLSchema": "xs",
    f"{{{XSI}": "xsi",
}
_NAME = re.compile(r"[^\W\d][\w.-]*")
_UNWRITABLE_NAMESPACES = ("{", "{http://www.w3.org/2000/xmlns/")
_NOT_FINITE = {"nan": "NaN", "inf": "INF", "-inf": "-INF"}


def write_xml(document: dict[str, Any], model: type[Model], root: str | None = None) -> str:
    """Return a document as XML, with the namespace on the root element.

    :param root: the name of the root element. Default: that of the model
    :raises ApiValueError: the document contains itself, or a name or a character that XML does not allow
    """
    writer = _Writer()
    name = root or model.document_name or model.__name__
    writer.write_document(name, document, schema_of(model), ())
    namespaces = {f"xmlns:{prefix}": uri for uri, prefix in writer.prefixes.items()}
    if xml_names().NAMESPACE:
        namespaces = {"xmlns": xml_names().NAMESPACE, **namespaces}
    declarations = "".join(f' {key}="{_escaped(uri, (), True)}"' for key, uri in namespaces.items())
    start, content = f"<{name}", "".join(writer.parts)
    return f'<?xml version="1.0"?>\n{start}{declarations}{content[len(start) :]}'


class _Writer:
    """Writes elements. ``path`` is their location in the document, for errors."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.prefixes: dict[str, str] = {}
        """The prefix of each additional namespace."""

    def write(self, name: str, value: Any, member: Member | None, path: tuple[str | int, ...]) -> None:
        """Write the element of a member, or the elements of its list."""
        if len(path) > 2 * MAX_DEPTH:
            raise ApiValueError("the document contains itself, or is nested too deeply for XML")
        if isinstance(value, list):
            for index, entry in enumerate(value):
                self.write(name, entry, member, (*path, index))
            return
        if isinstance(value, dict):
            within = UNDECLARED if member is None else member.schema_of_value()
            self.write_document(name, value, within, path)
            return
        start = tag = self.tag(name, path)
        if value is None:
            self.parts.append(f"<{tag}{self.attribute(XSI_NIL, True, path)}/>")
        else:
            if isinstance(value, ElementText):
                start += "".join(self.attribute(key, text, path) for key, text in value.attributes.items())
            if member is not None and member.write is not None:
                value = member.write(value)
            text = _escaped(_text(value, path), path)
            self.parts.append(f"<{start}>{text}</{tag}>" if text else f"<{start}/>")

    def write_document(self, name: str, document: dict[str, Any], schema: Schema, path: tuple[str | int, ...]) -> None:
        """Write an element with the members of a document."""
        tag = self.tag(name, path)
        attributes, text, elements = _split(document, schema)
        if isinstance(document, ElementDict) and document.type is not None:
            attributes.append((XSI_TYPE, document.type))
        start = tag + "".join(self.attribute(name, value, (*path, name)) for name, value in attributes)
        content = _escaped(_text(text, path), path)
        if not content and not elements:
            self.parts.append(f"<{start}/>")
            return
        self.parts.append(f"<{start}>{content}")
        for name, value, member in elements:
            self.write(name, value, member, (*path, name))
        self.parts.append(f"</{tag}>")

    def tag(self, name: str, path: tuple[str | int, ...]) -> str:
        """Return the tag, or the name of the attribute, of a member."""
        if not isinstance(name, str):
            raise ApiTypeError(f"{render_path(path)}: the keys of a document must be strings, not {short_repr(name)}")
        namespace, brace, local = name.rpartition("}") if name[:1] == "{" else ("", "", name)
        if not _is_name(local) or namespace in _UNWRITABLE_NAMESPACES:
            raise ApiValueError(f"{render_path(path)} cannot be written as XML: {local!r} is not an XML name")
        if not brace:
            return local
        prefix = _PREFIXES.get(namespace) or self.prefixes.get(namespace[1:]) or f"ns{len(self.prefixes)}"
        if prefix != "xml":
            self.prefixes[namespace[1:]] = prefix
        return f"{prefix}:{local}"

    def attribute(self, name: str, value: Any, path: tuple[str | int, ...]) -> str:
        """Return an attribute, with the space before it."""
        text = _text(value, path)
        if name == XSI_TYPE and text.startswith("{"):
            # The namespace of the root element is that of names without a prefix.
            text = self.tag(member_name(text), path)
        return f' {self.tag(name, path)}="{_escaped(text, path, quote=True)}"'


def _is_name(text: str) -> bool:
    """Return whether an element can have this name."""
    if _NAME.fullmatch(text) is None:
        return False
    if text.isascii():
        return True
    try:
        parse_xml(f"<{text}/>")
    except ApiDecodeError:
        return False
    return True


def _split(
    document: dict[str, Any], schema: Schema
) -> tuple[list[tuple[str, Any]], Any, list[tuple[str, Any, Member | None]]]:
    """Return the attributes, the text and the elements of a document, in the order in which they are written."""
    attributes: list[tuple[str, Any]] = []
    text: Any = ""
    elements: list[tuple[str, Any, Member | None]] = []
    for member in schema.special:
        value = document.get(member.wire)
        if isinstance(value, (dict, list)):
            elements.append((member.wire, value, member))
        elif value is not None:
            value = member.write(value) if member.write else value
            if member.xml == "text":
                text = value
            else:
                attributes.append((member.wire, value))
    elements += [(member.wire, document[member.wire], member) for member in schema.elements if member.wire in document]
    marked = document if isinstance(document, ElementDict) else ElementDict()
    for name, value in document.items():
        if name in schema.wires:
            continue
        is_scalar = value is not None and not isinstance(value, (dict, list))
        if is_scalar and name in marked.attributes:
            attributes.append((name, value))
        elif is_scalar and name == marked.text:
            text = value
        else:
            elements.append((name, value, None))
    return attributes, text, elements


def _text(value: Any, path: tuple[str | int, ...]) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value) if isfinite(value) else _NOT_FINITE[repr(value)]
    raise ApiTypeError(f"{render_path(path)} must be text, a number or a boolean, not {type(value).__name__}")


def _escaped(text: str, path: tuple[str | int, ...], quote: bool = False) -> str:
    found = UNWRITABLE.search(text)
    if found:
        raise ApiValueError(f"{render_path(path)} cannot be written as XML: it contains {found.group()!r}")
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    if quote:
        text = text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return text
