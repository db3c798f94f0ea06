"""Parsing of XML text: encodings, limits, and no document types."""

from __future__ import annotations

import codecs
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from vidispine.exceptions import ApiDecodeError, ApiTypeError

if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["MAX_BYTES", "MAX_DEPTH", "XSI", "XSI_NIL", "XSI_TYPE", "declared_encoding", "parse_xml", "xml_error"]

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
XSI_NIL = f"{{{XSI}}}nil"

MAX_BYTES = 256 * 1024 * 1024
"""The maximum size of a document, in bytes."""
MAX_DEPTH = 200
"""The maximum depth of nested elements."""

_FEW_COMMENTS = 16
"""The number of comments and processing instructions up to which the faster parser is used."""

_DECLARATION = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.:-]*)["']""")
_ENCODING_OF_START = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Encodings by the byte order mark. Those of UTF-32 begin like those of UTF-16 and come first."""
_ENCODING_OF_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True): "utf-16-le",
    (True, False): "utf-16-be",
}
"""Encodings without a mark by which of the first bytes are zero, since the first character is in ASCII."""

_NO_CHARSETS = frozenset({"idna", "punycode", "undefined"})


def xml_error(problem: str) -> ApiDecodeError:
    """Return the error for invalid XML."""
    error = ApiDecodeError(None, None)
    error.reason = problem
    return error


def parse_xml(data: str | bytes | bytearray, charset: str | None = None) -> ET.Element:
    """Return the root element of an XML document.

    The time is proportional to the size. Document types, and with them all entities except the five of XML, are
    rejected: they can expand without limit and refer to files.

    :param charset: the ``charset`` of the ``Content-Type``. Default: that of the byte order mark or the declaration
    :raises ApiTypeError: the data is neither text nor bytes
    :raises ApiDecodeError: the XML is not well-formed, has a document type, is too large or in an unknown encoding
    """
    if not isinstance(data, (str, bytes, bytearray, memoryview)):
        raise ApiTypeError(f"XML must be text or bytes, not {type(data).__name__}")
    utf8 = _to_utf8(data if isinstance(data, str) else bytes(data), charset)
    if len(utf8) > MAX_BYTES:
        raise xml_error(f"the XML has more than {MAX_BYTES // 2**20} MiB")
    if b"<!DOCTYPE" in utf8:
        _reject_doctype(utf8)
    parser = ET.XMLParser(target=_builder(utf8), encoding="utf-8")  # noqa: S314 - document types are rejected above
    try:
        parser.feed(utf8)
        return parser.close()
    except ET.ParseError as error:
        raise xml_error(f"not valid XML: {error}") from None


def _builder(data: bytes) -> Any:
    """Return what builds the elements of a document; ``None`` for the builder of ElementTree, which is the fastest."""
    if XSI.encode() in data:
        return _TypeResolver()
    if data.count(b"<!--") + data.count(b"<?") <= _FEW_COMMENTS:
        return None
    builder = ET.TreeBuilder()
    return SimpleNamespace(start=builder.start, end=builder.end, data=builder.data, close=builder.close)


class _TypeResolver:
    """Builds elements in which the value of ``xsi:type`` has its namespace in braces instead of a prefix.

    Builders have no handlers for comments and processing instructions: with them, ElementTree copies the text before
    each one again, which takes more than linear time.
    """

    def __init__(self) -> None:
        builder = ET.TreeBuilder()
        self._start = builder.start
        self.end, self.data, self.close = builder.end, builder.data, builder.close
        self._namespaces: dict[str, list[str]] = {}

    def start_ns(self, prefix: str, uri: str) -> None:
        self._namespaces.setdefault(prefix, []).append(uri)

    def end_ns(self, prefix: str) -> None:
        self._namespaces[prefix].pop()

    def start(self, tag: str, attributes: dict[str, str]) -> ET.Element:
        name = attributes.get(XSI_TYPE)
        if name is not None:
            prefix, _, local = name.strip().rpartition(":")
            uri = (self._namespaces.get(prefix) or [""])[-1]
            attributes[XSI_TYPE] = f"{{{uri}}}{local}" if uri else name.strip()
        return self._start(tag, attributes)


def _to_utf8(data: str | bytes, charset: str | None) -> bytes:
    """Return a document in UTF-8, regardless of its declaration."""
    try:
        if isinstance(data, str):
            return data.lstrip("\ufeff \t\r\n").encode()
        codec = _codec(data, charset)
        if codec == "utf-8":
            return data.lstrip(b" \t\r\n")
        return data.decode(codec).lstrip("\ufeff \t\r\n").encode()
    except UnicodeError as error:
        raise xml_error(f"not valid XML: {error}") from None


def _codec(data: bytes, charset: str | None) -> str:
    """Return the codec of a document: by its byte order mark, the ``charset`` or the declaration. Default: UTF-8."""
    for start, encoding in _ENCODING_OF_START.items():
        if data.startswith(start):
            return encoding
    zeros = tuple(byte == 0 for byte in data[:4])
    found = _ENCODING_OF_ZEROS.get(zeros) or _ENCODING_OF_ZEROS.get(zeros[:2])
    if found:
        return found
    name = charset or declared_encoding(data) or "utf-8"
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        raise xml_error(f"the encoding {name} is unknown") from None
    is_text = getattr(codec, "_is_text_encoding", True)
    if not is_text or codec.name in _NO_CHARSETS or "escape" in codec.name:
        raise xml_error(f"the encoding {name} is unknown")
    # The declaration was read as ASCII, so it is wrong about being in UTF-16 or UTF-32.
    return "utf-8" if codec.name in ("ascii", "utf-8") or codec.name.startswith(("utf-16", "utf-32")) else codec.name


def declared_encoding(data: str | bytes) -> str | None:
    """Return the encoding that the XML declaration names; ``None`` if it names none."""
    start = data[:1024]
    match = _DECLARATION.match(start.encode("ascii", "replace") if isinstance(start, str) else start)
    return match.group(1).decode() if match else None


class _RootReachedError(Exception):
    """The prolog, where a document type would be, has ended."""


def _reject_doctype(data: bytes) -> None:
    def on_doctype(*_: object) -> NoReturn:
        raise xml_error("the XML has a document type (DOCTYPE), which is not allowed")

    def on_element(*_: object) -> NoReturn:
        raise _RootReachedError

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = on_element
    start, size = 0, 4096
    try:
        while start < len(data):
            parser.Parse(data[start : start + size], False)
            # Each part is larger than the one before, because older versions of expat rescan a long token each time.
            start, size = start + size, size * 2
    except (_RootReachedError, expat.ExpatError):
        return  # parsing the document afterwards reports the error
