"""Reading of documents from XML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._documents.elements import ElementDict, ElementText
from vidispine._documents.registry import find_model, xml_names
from vidispine._documents.xml_parser import MAX_DEPTH, XSI, XSI_NIL, XSI_TYPE, declared_encoding, parse_xml, xml_error
from vidispine._documents.xml_schema import member_name, schema_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from xml.etree.ElementTree import Element

    from vidispine._documents.model import Model
    from vidispine._documents.xml_schema import Declared, Schema

__all__ = ["check_xml", "model_of_root", "read_document", "read_xml"]

_XSI = f"{{{XSI}}}"
_NONE: frozenset[str] = frozenset()
_NOT_DECLARED = ("", False, None, None)


def read_xml(data: str | bytes, model: type[Model] | None, charset: str | None = None) -> dict[str, Any]:
    """Return an XML document as ``json.loads`` would return the same document in JSON.

    :param model: the model that the root element must be of. Default: no model, all values are text
    :param charset: the ``charset`` of the ``Content-Type``
    :raises ApiDecodeError: the XML is not valid, or is another document
    """
    root = parse_xml(data, charset)
    return _read_root(root, None) if model is None else read_document(root, model)


def check_xml(data: str | bytes | bytearray, model: type[Model]) -> tuple[bytes, dict[str, Any]]:
    """Return XML in the encoding that it declares, and the document of this model that is read from it.

    :raises ApiDecodeError: the XML is not valid, or is another document
    """
    root = parse_xml(data)
    _check_root(root, model)
    return _encoded(data), _read_root(root, model)


def _encoded(data: str | bytes | bytearray) -> bytes:
    if not isinstance(data, str):
        return bytes(data)
    encoding = declared_encoding(data) or "utf-8"
    try:
        return data.encode(encoding)
    except (LookupError, UnicodeError) as error:
        raise xml_error(f"the text cannot be encoded in the encoding that it declares: {error}") from None


def model_of_root(root: Element) -> type[Model]:
    """Return the model that the name of the root element stands for.

    :raises ApiDecodeError: there is none
    """
    name = xml_names().ROOTS.get(_local(root.tag))
    if name is None:
        raise xml_error(f"no model has the root element {_local(root.tag)}")
    model: type[Model] = find_model(name)
    return model


def read_document(root: Element, model: type[Model]) -> dict[str, Any]:
    """Return the root element as a document of this model.

    :raises ApiDecodeError: it is another document
    """
    if model._bare is not None and xml_names().ROOTS.get(_local(root.tag)) == model._bare:
        return model._from_bare(_read_root(root, find_model(model._bare)))
    _check_root(root, model)
    return _read_root(root, model)


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


def _read_root(root: Element, model: type[Model] | None) -> dict[str, Any]:
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
    return _read_element(root, schema_of(model), 1)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _read_element(element: Element, schema: Schema, depth: int) -> dict[str, Any]:
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
            _add(document, member_name(child.tag), _read_any(child, depth + 1))
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
    document: dict[str, Any], text: str, element: Element, schema: Schema, unknown: frozenset[str]
) -> dict[str, Any]:
    """Add the text of an element to its document."""
    member = schema.text
    if member is not None:
        value = text if member.read is None else member.read(text)
        if value is not None and (element.get(XSI_NIL) is None or not _is_nil(element)):
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
    return element.get(XSI_NIL, "").strip().lower() in ("true", "1")


def _read_nested(element: Element, schema: Schema, wire: str, depth: int) -> Any:
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
    attributes: Iterable[tuple[str, str]], members: Declared, document: dict[str, Any]
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
            document[member_name(name)] = text
            unknown.append(member_name(name))
    return frozenset(unknown) if unknown else _NONE


def _other_attributes(element: Element) -> dict[str, str]:
    """Return the attributes of an undeclared element or of a scalar."""
    return {member_name(name): text for name, text in element.items() if not name.startswith(_XSI)}


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
        _add(document, member_name(child.tag), _read_any(child, depth + 1))
    text = "".join([element.text or "", *(child.tail or "" for child in element)])
    if text and not (len(element) and text.isspace()):
        return ElementDict(document, frozenset(attributes), _add_text(document, text), kind)
    return ElementDict(document, frozenset(attributes), type=kind) if attributes or kind else document


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
