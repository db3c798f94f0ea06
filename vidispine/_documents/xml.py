"""Documents in XML: the same document as in JSON.

The children and the attributes of an element are the members of a document, and its text is one of them. Which member
is which, and the order of elements, is part of a model's declaration; both are read leniently and written as declared.
Attributes of ``xsi`` are not part of the document, except for ``xsi:nil``, which is ``null``. ``xsi:type`` is written
back.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar, overload

from vidispine._documents.content_type import beginning, decode_json, parse_content_type
from vidispine._documents.elements import ElementDict, ElementText
from vidispine._documents.registry import find_model, xml_names
from vidispine._documents.xml_parser import XSI, XSI_TYPE, declared_encoding, parse_xml, xml_error
from vidispine.exceptions import ApiDecodeError, ApiTypeError, ApiValueError, render_path, short_repr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Optional
    from xml.etree.ElementTree import Element

    from vidispine._documents.model import Field, Model

    _Reader = Callable[[str], Any]
    _Members = dict[str, tuple[str, bool, Optional[_Reader], Optional["_Schema"]]]

__all__ = ["MAX_DEPTH", "UNWRITABLE", "check_xml", "parse_document", "read_xml", "write_xml"]

M = TypeVar("M", bound="Model")

MAX_DEPTH = 200
"""The maximum depth of nested elements."""

_XSI = f"{{{XSI}}}"
_NIL = f"{_XSI}nil"
_NONE: frozenset[str] = frozenset()
_NOT_DECLARED = ("", False, None, None)
_PREFIXES = {
    "{http://www.w3.org/XML/1998/namespace": "xml",
    "{http://www.w3.org/2001/XMLSchema": "xs",
    f"{{{XSI}": "xsi",
}
_NAME = re.compile(r"[^\W\d][\w.-]*")
_UNWRITABLE_NAMESPACES = ("{", "{http://www.w3.org/2000/xmlns/")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""The characters that XML does not allow."""
_COLONLESS_ZONE = re.compile(r"([+-]\d\d)(\d\d)$")


# Declarations of a model


class _Member:
    """A declared member: the converter of its text, and the schema of its elements."""

    __slots__ = ("is_list", "model", "read", "schema", "wire", "write", "xml")

    def __init__(self, field: Field) -> None:
        ref = field.type_ref
        self.wire = field.wire
        self.xml = field.xml
        self.is_list = ref.is_list
        element = (ref.element or ref).required if ref.is_list else ref
        self.read = _READERS.get(element.name) if element.element is None else None
        """Converts the text of a scalar; ``None`` if the value is a document."""
        self.write = _WRITERS.get(element.text)
        self.model = element.name if element.is_model else None
        self.schema: _Schema | None = None

    def schema_of_value(self) -> _Schema:
        """Return the schema of the value, which is cached."""
        if self.schema is None:
            self.schema = _schema(find_model(self.model)) if self.model else _UNDECLARED
        return self.schema


class _Schema:
    """The members of a model, by their names in XML."""

    __slots__ = ("elements", "members", "special", "text", "wires")

    def __init__(self, model: type[Model] | None) -> None:
        members = {} if model is None else {field.wire: _Member(field) for field in model.fields().values()}
        self.wires = members
        #: by ElementTree's tags of elements and attributes, with and without the namespace: what reading an element
        #: needs
        self.members: _Members = {
            tag: (wire, member.is_list, member.read, None)
            for wire, member in members.items()
            for tag in (wire, f"{{{xml_names().NAMESPACE}}}{wire}")
        }
        self.text = next((member for member in members.values() if member.xml == "text"), None)
        #: attributes and text
        self.special = [member for member in members.values() if member.xml]
        #: in the order in which they are written
        self.elements = [member for wire in _order(model) if (member := members[wire]).xml is None]

    def schema_within(self, tag: str, wire: str) -> _Schema:
        """Return the schema of the value of a member, and cache it for the next element."""
        _, is_list, read, _ = self.members[tag]
        schema = self.wires[wire].schema_of_value()
        self.members[tag] = wire, is_list, read, schema
        return schema


def _order(model: type[Model] | None) -> list[str]:
    """Return the members of a model in the order of their elements: those of its base class come first."""
    if model is None or not model._fields:
        return []
    base: Any = next((base for base in model.__mro__[1:] if hasattr(base, "_fields")), None)
    inherited = _order(base)
    own = [field.wire for field in model._fields.values() if field.wire not in inherited]
    order = model.__dict__.get("_xml_order", "").split()
    return [*inherited, *(order + [wire for wire in own if wire not in order])]


_UNDECLARED = _Schema(None)


def _schema(model: type[Model]) -> _Schema:
    """Return the schema of a model, which is cached."""
    schema: _Schema | None = model.__dict__.get("_xml_schema")
    if schema is None:
        schema = model._xml_schema = _Schema(model)
    return schema


# Text of scalars. Numbers in another notation than that of JSON remain text, which is decoded on access. Only strings
# can be empty.


def _read_time(text: str) -> str | None:
    return text.strip() or None


_SMALL_NUMBERS: dict[str, int | str | None] = {str(number): number for number in range(1000)}


def _read_int(text: str) -> int | str | None:
    if text in _SMALL_NUMBERS:
        return _SMALL_NUMBERS[text]
    # Converting very long numbers takes more than linear time.
    if len(text) < 100:
        try:
            value = int(text)
        except ValueError:
            return text if text and not text.isspace() else None
        if str(value) == text.strip():
            return value
    return text


def _read_float(text: str) -> float | str | None:
    # Searching for the point is faster than raising an error for each number with a point.
    value = text if "." in text else _read_int(text)
    if value is text and len(text) < 100:
        try:
            number = float(text)
        except ValueError:
            return text
        if isfinite(number) and repr(number) == text.strip():
            return number
    return value


_BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "": None}


def _read_bool(text: str) -> bool | str | None:
    return _BOOLEANS.get(text.strip(), text)


_READERS: dict[str, _Reader] = {
    "str": str,
    "int": _read_int,
    "float": _read_float,
    "bool": _read_bool,
    "date": _read_time,
    "datetime": _read_time,
}


# Reading


def read_xml(data: str | bytes, model: type[Model] | None, charset: str | None = None) -> dict[str, Any]:
    """Return an XML document as ``json.loads`` would return the same document in JSON.

    :param model: the model that the root element must be of. Default: no model, all values are text
    :param charset: the ``charset`` of the ``Content-Type``
    :raises ApiDecodeError: the XML is not valid, or is another document
    """
    root = parse_xml(data, charset)
    return _root_document(root, None) if model is None else _document_of(root, model)


@overload
def parse_document(body: str | bytes, content_type: str | None = ..., *, model: type[M]) -> M: ...
@overload
def parse_document(body: str | bytes, content_type: str | None, model: type[M]) -> M: ...
@overload
def parse_document(body: str | bytes, content_type: str | None = ..., model: None = ...) -> Any: ...
def parse_document(body: str | bytes, content_type: str | None = None, model: type[Model] | None = None) -> Any:
    """Return the model of a document that a server sent, for example to a callback.

    ::

        job = vidispine.parse_document(b"<JobDocument><jobId>VX-29</jobId></JobDocument>", "application/xml")
        print(job.job_id)

    In XML, the root element names the model. JSON does not name it, so ``model`` is required there.

    :param body: the document: text, or bytes in the encoding that the content type or the XML declares
    :param content_type: its media type: ``application/json``, ``application/xml``, ``text/xml``, or another that ends
        with ``+json`` or ``+xml``, with or without a ``charset``. Default, also if empty: JSON if the body begins with
        ``{`` or ``[``, else XML
    :param model: the class of the result, such as :class:`vidispine.JobType`. Default: that of the root element
    :raises ApiDecodeError: the body is not valid, or its root element is unknown
    :raises ApiTypeError: the body is neither text nor bytes
    :raises ApiValueError: the content type is neither JSON nor XML, or is JSON without ``model``
    """
    if not isinstance(body, (str, bytes, bytearray, memoryview)):
        raise ApiTypeError(f"body must be text or bytes, not {type(body).__name__}")
    if not isinstance(content_type, (str, type(None))):
        raise ApiTypeError(f"content_type must be a string, not {type(content_type).__name__}")
    if not (model is None or hasattr(model, "from_json")):
        raise ApiTypeError(f"model must be a class such as JobType, not {short_repr(model)}")
    if not content_type:
        content_type = "application/json" if beginning(body).startswith(("{", "[")) else "application/xml"
    kind, charset = parse_content_type(content_type)
    if kind.endswith("json"):
        if model is None:
            raise ApiValueError("JSON does not name its model: pass it as model=, such as model=JobType")
        try:
            return model.from_json(body if isinstance(body, str) else decode_json(bytes(body), charset))
        except UnicodeDecodeError as error:
            raise xml_error(f"not valid text: {error}") from None
    if not kind.endswith("xml"):
        raise ApiValueError(f"content_type must be JSON or XML, not {content_type!r}")
    root = parse_xml(body, charset)
    cls = model or _model_of(root)
    return cls._view(_document_of(root, cls), cls._origin)


def _model_of(root: Element) -> type[Model]:
    name = xml_names().ROOTS.get(_local(root.tag))
    if name is None:
        raise xml_error(f"no model has the root element {_local(root.tag)}")
    model: type[Model] = find_model(name)
    return model


def check_xml(data: str | bytes | bytearray, model: type[Model]) -> tuple[bytes, dict[str, Any]]:
    """Return XML in the encoding that it declares, and the document of this model that is read from it.

    :raises ApiDecodeError: the XML is not valid, or is another document
    """
    root = parse_xml(data)
    _check_root(root, model)
    return _encoded(data), _root_document(root, model)


def _encoded(data: str | bytes | bytearray) -> bytes:
    if not isinstance(data, str):
        return bytes(data)
    encoding = declared_encoding(data) or "utf-8"
    try:
        return data.encode(encoding)
    except (LookupError, UnicodeError) as error:
        raise xml_error(f"the text cannot be encoded in the encoding that it declares: {error}") from None


def _document_of(root: Element, model: type[Model]) -> dict[str, Any]:
    """Return the root element as a document of this model.

    :raises ApiDecodeError: it is another document
    """
    if model._bare is not None and xml_names().ROOTS.get(_local(root.tag)) == model._bare:
        return model._from_bare(_root_document(root, find_model(model._bare)))
    _check_root(root, model)
    return _root_document(root, model)


def _check_root(root: Element, model: type[Model]) -> None:
    name = _local(root.tag)
    other = xml_names().ROOTS.get(name)
    expected = model.document_name
    if name in (expected, model.__name__):
        return
    # A model without a root element can be part of any document; a base class, of its subclasses.
    if other is None and expected is not None:
        raise xml_error(f"expected the root element {expected}, got {name}")
    if other is not None and not issubclass(find_model(other), model):
        raise xml_error(f"expected the root element {expected or model.__name__}, got {name}")


def _root_document(root: Element, model: type[Model] | None) -> dict[str, Any]:
    namespace = root.tag.rpartition("}")[0]
    if namespace not in ("", f"{{{xml_names().NAMESPACE}"):
        # Any namespace of the root element is accepted as that of the document.
        start = f"{namespace}}}"
        for element in root.iter():
            element.tag = element.tag.removeprefix(start)
            if XSI_TYPE in element.attrib:
                element.set(XSI_TYPE, element.attrib[XSI_TYPE].removeprefix(start))
            for name in [name for name in element.attrib if name.startswith(start)]:
                element.set(name.removeprefix(start), element.attrib.pop(name))
    if model is None:
        value = _read_any(root, 1)
        return value if isinstance(value, dict) else {} if not value else ElementDict({"value": value}, text="value")
    return _read_element(root, _schema(model), 1)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _read_element(element: Element, schema: _Schema, depth: int) -> dict[str, Any]:
    """Return the document of an element whose members are declared."""
    if depth > MAX_DEPTH:
        raise xml_error(f"the XML is nested more than {MAX_DEPTH} levels deep")
    document: dict[str, Any] = {}
    members = schema.members
    # Most elements have no attributes; keys() is the fastest check.
    unknown = _read_attributes(element.items(), members, document) if element.keys() else _NONE
    after: list[str] | None = None
    # This loop runs for each element of a response, so it calls as little as possible.
    for child in element:
        tail = child.tail
        if tail and not tail.isspace():
            after = after or []
            after.append(tail)
        declared = members.get(child.tag)
        if declared is None:
            _add(document, _unknown_name(child.tag), _read_any(child, depth + 1))
            continue
        wire, is_list, read, within = declared
        if within is not None:
            value: Any = _read_element(child, within, depth + 1) or _read_empty(child)
        elif read is None:
            value = _read_nested(child, schema, wire, depth + 1)
        elif len(child) or child.keys():
            value = _read_odd_scalar(child, read, depth)
        else:
            value = child.text or "" if read is str else read(child.text or "")
        if wire in document:
            _add(document, wire, value)
        else:
            document[wire] = [value] if is_list else value
    text = element.text
    if schema.text is None and not unknown and after is None and (not text or text.isspace()):
        return document
    return _with_text(document, "".join([text or "", *(after or ())]), element, schema, unknown)


def _with_text(
    document: dict[str, Any], text: str, element: Element, schema: _Schema, unknown: frozenset[str]
) -> dict[str, Any]:
    """Add the text of an element to its document."""
    member = schema.text
    if member is not None:
        value = text if member.read is None else member.read(text)
        if value is not None and (element.get(_NIL) is None or not _is_nil(element)):
            document[member.wire] = value
    elif text and not text.isspace():
        return ElementDict(document, unknown, _add_text(document, text), element.get(XSI_TYPE))
    return ElementDict(document, unknown, type=element.get(XSI_TYPE)) if unknown else document


def _read_empty(element: Element) -> dict[str, Any] | None:
    if _is_nil(element):
        return None
    kind = element.get(XSI_TYPE)
    return {} if kind is None else ElementDict(type=kind)


def _is_nil(element: Element) -> bool:
    return element.get(_NIL, "").strip().lower() in ("true", "1")


def _read_nested(element: Element, schema: _Schema, wire: str, depth: int) -> Any:
    """Return the value of an element that is a document, or of any type."""
    if schema.wires[wire].model is None:
        return _read_any(element, depth)
    return _read_element(element, schema.schema_within(element.tag, wire), depth) or _read_empty(element)


def _read_odd_scalar(element: Element, read: Callable[[str], Any], depth: int) -> Any:
    """Return the value of an element that has attributes or children, although its type is a scalar."""
    attributes = _other_attributes(element)
    if read is str and XSI_TYPE in element.attrib:
        attributes[XSI_TYPE] = element.attrib[XSI_TYPE]
    if len(element):
        return _read_any(element, depth + 1)
    if _is_nil(element):
        return None
    return ElementText(element.text or "", attributes) if attributes else read(element.text or "")


def _read_attributes(
    attributes: Iterable[tuple[str, str]], members: _Members, document: dict[str, Any]
) -> frozenset[str]:
    """Add the members that are attributes, and return the names of those that are not declared."""
    unknown = []
    for name, text in attributes:
        wire, is_list, read, _ = members.get(name, _NOT_DECLARED)
        if read is not None:
            document[wire] = [read(text)] if is_list else read(text)
        elif name == XSI_TYPE:
            unknown.append(name)
        elif not name.startswith(_XSI):
            document[_unknown_name(name)] = text
            unknown.append(_unknown_name(name))
    return frozenset(unknown) if unknown else _NONE


def _other_attributes(element: Element) -> dict[str, str]:
    """Return the attributes of an undeclared element or of a scalar."""
    return {_unknown_name(name): text for name, text in element.items() if not name.startswith(_XSI)}


def _read_any(element: Element, depth: int) -> Any:
    """Return the value of an undeclared element."""
    if depth > MAX_DEPTH:
        raise xml_error(f"the XML is nested more than {MAX_DEPTH} levels deep")
    attributes = _other_attributes(element)
    kind = element.get(XSI_TYPE)
    if not attributes and not len(element):
        text = element.text or ""
        return None if _is_nil(element) else text if kind is None else ElementText(text, {XSI_TYPE: kind})
    document: dict[str, Any] = dict(attributes)
    for child in element:
        _add(document, _unknown_name(child.tag), _read_any(child, depth + 1))
    text = "".join([element.text or "", *(child.tail or "" for child in element)])
    if text and not (len(element) and text.isspace()):
        return ElementDict(document, frozenset(attributes), _add_text(document, text), kind)
    return ElementDict(document, frozenset(attributes), type=kind) if attributes or kind else document


def _unknown_name(tag: str) -> str:
    """Return the name of an undeclared member, with another namespace in braces before it."""
    namespace, brace, name = tag.rpartition("}")
    return name if not brace or namespace[1:] == xml_names().NAMESPACE else tag


def _add(document: dict[str, Any], name: str, value: Any) -> None:
    """Add a member; a repeated one becomes a list."""
    if name not in document:
        document[name] = value
    elif isinstance(document[name], list):
        document[name].append(value)
    else:
        document[name] = [document[name], value]


def _add_text(document: dict[str, Any], text: str) -> str:
    """Add the text of an element, and return the name of the member."""
    name = "#text" if "value" in document else "value"
    document[name] = text
    return name


# Writing


def write_xml(document: dict[str, Any], model: type[Model], root: str | None = None) -> str:
    """Return a document as XML, with the namespace on the root element.

    :param root: the name of the root element. Default: that of the model
    :raises ApiValueError: the document contains itself, or a name or a character that XML does not allow
    """
    writer = _Writer()
    name = root or model.document_name or model.__name__
    writer.write_document(name, document, _schema(model), ())
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

    def write(self, name: str, value: Any, member: _Member | None, path: tuple[str | int, ...]) -> None:
        """Write the element of a member, or the elements of its list."""
        if len(path) > 2 * MAX_DEPTH:
            raise ApiValueError("the document contains itself, or is nested too deeply for XML")
        if isinstance(value, list):
            for index, entry in enumerate(value):
                self.write(name, entry, member, (*path, index))
            return
        if isinstance(value, dict):
            within = _UNDECLARED if member is None else member.schema_of_value()
            self.write_document(name, value, within, path)
            return
        start = tag = self.tag(name, path)
        if value is None:
            self.parts.append(f"<{tag}{self.attribute(_NIL, True, path)}/>")
        else:
            if isinstance(value, ElementText):
                start += "".join(self.attribute(key, text, path) for key, text in value.attributes.items())
            if member is not None and member.write is not None:
                value = member.write(value)
            text = _escaped(_text(value, path), path)
            self.parts.append(f"<{start}>{text}</{tag}>" if text else f"<{start}/>")

    def write_document(self, name: str, document: dict[str, Any], schema: _Schema, path: tuple[str | int, ...]) -> None:
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
            text = self.tag(_unknown_name(text), path)
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
    document: dict[str, Any], schema: _Schema
) -> tuple[list[tuple[str, Any]], Any, list[tuple[str, Any, _Member | None]]]:
    """Return the attributes, the text and the elements of a document, in the order in which they are written."""
    attributes: list[tuple[str, Any]] = []
    text: Any = ""
    elements: list[tuple[str, Any, _Member | None]] = []
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


_NOT_FINITE = {"nan": "NaN", "inf": "INF", "-inf": "-INF"}


def _text(value: Any, path: tuple[str | int, ...]) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value) if isfinite(value) else _NOT_FINITE[repr(value)]
    raise ApiTypeError(f"{render_path(path)} must be text, a number or a boolean, not {type(value).__name__}")


def _write_time(value: Any) -> Any:
    """Return a time in the notation of XML, with a colon in its zone."""
    return _COLONLESS_ZONE.sub(r"\1:\2", value) if isinstance(value, str) else value


def _write_int(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_WRITERS: dict[str, Callable[[Any], Any]] = {"datetime": _write_time, "int": _write_int}


def _escaped(text: str, path: tuple[str | int, ...], quote: bool = False) -> str:
    found = UNWRITABLE.search(text)
    if found:
        raise ApiValueError(f"{render_path(path)} cannot be written as XML: it contains {found.group()!r}")
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    if quote:
        text = text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return text
