"""Building of requests from an operation and its arguments."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vidispine._calls.operation import JSON, XML
from vidispine._calls.parameters import to_header, to_path, to_query
from vidispine._documents.conversion import Origin, converter, encode, encode_json
from vidispine._documents.json import dump_json
from vidispine._documents.registry import find_model, is_model
from vidispine._documents.times import has_naive_time, warn_naive_time
from vidispine._documents.type_ref import TypeRef
from vidispine._transport.headers import SecretBytes
from vidispine._values.checks import check_media_type
from vidispine.exceptions import ApiDecodeError, ApiTypeError, ApiValueError, kind_of, warn_caller

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vidispine._calls.operation import Operation, Parameter

__all__ = ["Request", "build_request", "encode_query"]


_TRANSIENT = b'"name":"__'
"""The beginning of a transient metadata field's name in JSON."""

_WITHOUT_TIMES = frozenset({bool, bytes, float, int, str, type(None)})
"""Classes of most arguments."""

_BY_NAME = frozenset({"MetadataType", "SimpleMetadataType"})
"""The documents that can be passed as a mapping of names to values."""
"""The model of keys and values, for which a plain mapping is also accepted."""


class Request:
    """One HTTP request: method, target (path and query string), headers specific to the operation, and body.

    - ``streams``: whether the body is a file: bytes, a path, an open file or an iterator of bytes. A path is opened
      when the request is sent.
    - ``sensitive``: what must not be logged; see :class:`vidispine._calls.operation.Operation`. Default: ``request``,
      neither body is logged.
    """

    __slots__ = ("body", "headers", "method", "sensitive", "streams", "target")

    def __init__(
        self,
        method: str,
        target: str,
        headers: dict[str, str],
        body: Any = None,
        streams: bool = False,
        sensitive: str = "request",
    ) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.body = SecretBytes(body) if sensitive == "request" and isinstance(body, bytes) else body
        self.streams = streams
        self.sensitive = sensitive


def build_request(operation: Operation[Any], arguments: Sequence[Any], accept: str | None, safe: str) -> Request:
    """Return the request for a call.

    :param arguments: one value for each parameter of the operation, in order; ``None`` if omitted
    :param accept: the media type to request. Default: the media types of the operation
    :param safe: characters in path values that are not percent-encoded
    :raises ApiTypeError, ApiValueError: an argument is invalid, or a required argument is missing
    """
    target = operation.path
    pairs: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    body = None
    streams = False
    for parameter, value in zip(operation.parameters, arguments):
        if value is None:
            if parameter.required:
                raise ApiValueError(f"{parameter.name} is required and must not be None")
            continue
        if parameter.deprecated:
            message = f"{operation.name}: {parameter.name} is deprecated: {parameter.deprecated}"
            warn_caller(message, DeprecationWarning)
        if parameter.location == "query":
            pairs += to_query(parameter, value)
        elif parameter.location == "path":
            target = target.replace(f"{{{parameter.wire}}}", to_path(parameter.name, value, safe))
        elif parameter.location == "header":
            headers[parameter.wire] = to_header(parameter.name, to_query(parameter, value)[0][1])
        else:
            headers["Content-Type"], body = encode_body(parameter, value)
            streams = parameter.type == "file"
    if not _WITHOUT_TIMES.issuperset(map(type, arguments)):
        _warn_once_of_naive_times(operation, arguments)
    target = f"{target}?{encode_query(pairs)}" if pairs else target
    accepted = check_media_type("_accept", to_header("_accept", accept)) if accept else preferred(operation.accept)
    if accepted:
        headers["Accept"] = accepted
    return Request(operation.method, target, headers, body, streams, operation.sensitive)


def _warn_once_of_naive_times(operation: Operation[Any], arguments: Sequence[Any]) -> None:
    for parameter, value in zip(operation.parameters, arguments):
        if value.__class__ not in _WITHOUT_TIMES and has_naive_time(value):
            warn_naive_time(f"{operation.name}: {parameter.name}")
            return


def encode_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a query string. All characters except ASCII letters, digits and ``-._~`` are percent-encoded."""
    return "&".join(f"{quote(key, safe='')}={quote(text, safe='')}" for key, text in pairs)


def preferred(accept: Sequence[str]) -> str:
    """Return the ``Accept`` header for the media types of an operation: JSON if supported, else all of them."""
    return JSON if JSON in accept else ", ".join(accept)


def content_type(content_types: Sequence[str]) -> str:
    """Return the ``Content-Type`` for a request body: JSON if supported or none is listed, else the first type."""
    return JSON if JSON in content_types or not content_types else content_types[0]


def encode_body(parameter: Parameter, value: Any) -> tuple[str, Any]:
    """Return the media type and the encoded body. A file is returned as passed.

    :raises ApiTypeError: the value does not match the type of the body
    :raises ApiValueError: the value contains itself, is nested too deeply, or contains a lone surrogate
    """
    if hasattr(type(value), "_as_model"):
        value = value._as_model(parameter.type)
    if parameter.type == "form":
        return _form(parameter, value)
    if XML in parameter.content_types and TypeRef.parse(parameter.type).is_model:
        if _is_file(value):
            value = _read_file(value, parameter.name)
        if isinstance(value, (str, bytes, bytearray)):
            return XML, _xml_body(parameter, value)
    kind = content_type(parameter.content_types)
    return kind, _body(parameter, value, kind)


def _xml_body(parameter: Parameter, value: str | bytes | bytearray) -> bytes:
    """Return the encoded XML of a document, without transient fields and otherwise unchanged.

    :raises ApiValueError: the XML is not well-formed, or another document
    """
    from vidispine._documents.transient import without_transient_fields
    from vidispine._documents.xml import check_xml, write_xml

    expected = f"{parameter.name} must be {parameter.type}, a mapping or XML"
    if not ("<" in value if isinstance(value, str) else b"<" in value):
        raise ApiTypeError(f"{expected}, not other text")
    model = find_model(parameter.type)
    try:
        data, document = check_xml(value, model)
    except ApiDecodeError as error:
        raise ApiValueError(f"{expected}: {error.reason}") from None
    cleaned = without_transient_fields(document, model)
    return data if cleaned == document else write_xml(cleaned, model).encode()


def _body(parameter: Parameter, value: Any, kind: str) -> Any:
    if parameter.type == "file" and isinstance(value, str):
        _check_text_upload(parameter, value)
    if parameter.type in ("str", "file"):
        return _raw_body(parameter, value)
    if not TypeRef.parse(parameter.type).is_model:
        return _json_body(parameter, value)
    if hasattr(value, "items") or is_model(value):
        _check_model(parameter, value)
        if parameter.type in _BY_NAME and hasattr(value, "items"):
            value = find_model(parameter.type)._from_mapping(value)
        try:
            return _document(value, parameter.type, kind)
        except RecursionError:
            raise ApiValueError(f"{parameter.name} contains itself, or is nested too deeply") from None
    if isinstance(value, (str, bytes)):
        raise ApiTypeError(f"{parameter.name} must be {parameter.type} or a mapping, not text")
    raise ApiTypeError(f"{parameter.name} must be {parameter.type} or a mapping, not {kind_of(value)}")


def _check_text_upload(parameter: Parameter, value: str) -> None:
    """Warn about text as the content of a file, which may be intended as a path.

    :raises ApiTypeError: the text names a file, or is one line that is not XML
    """
    is_one_line = len(value.splitlines()) <= 1 and "<" not in value
    if is_one_line or os.path.exists(value):  # noqa: PTH110 - False for text that is not a valid path
        raise ApiTypeError(
            f"{parameter.name} must not be text, which may be a path or the content: pass a pathlib.Path, or bytes"
        )
    warn_caller(
        f"{parameter.name} is sent as text, which 7.0.0 rejects: pass a pathlib.Path, or bytes", DeprecationWarning
    )


def _document(value: Any, type_name: str, kind: str) -> bytes:
    if kind == XML:
        from vidispine._documents.xml import write_xml

        return write_xml(encode(value), find_model(type_name)).encode()
    data = encode_json(value)
    if _TRANSIENT in data:
        from vidispine._documents.transient import without_transient_fields

        document = encode(value)
        cleaned = without_transient_fields(document, find_model(type_name))
        return data if cleaned == document else dump_json(cleaned)
    return data


def _json_body(parameter: Parameter, value: Any) -> Any:
    """Return the JSON of a body that is not a model. Unless its type is ``str``, text and bytes count as JSON."""
    if isinstance(value, (str, bytes)) and parameter.type != "str":
        return _raw_body(parameter, value)
    return encode_json(converter(parameter.type).accept(value, Origin(parameter.name)))


def _form(parameter: Parameter, value: Any) -> tuple[str, Any]:
    """Return the media type and the encoded form. Text and bytes count as an encoded form."""
    kind = content_type(parameter.content_types)
    if isinstance(value, (str, bytes)):
        return kind, _raw_body(parameter, value)
    if not hasattr(value, "items") and not is_model(value):
        raise ApiTypeError(f"{parameter.name} must be a mapping of fields, not {kind_of(value)}")
    fields = (value if hasattr(value, "items") else value.to_document()).items()
    pairs = [(name, value) for name, values in fields for value in (values if isinstance(values, list) else [values])]
    pairs = [(name, value) for name, value in pairs if value is not None]
    if not kind.startswith("multipart/"):
        return kind, encode_query((name, _field_text(value)) for name, value in pairs).encode()
    from urllib3.filepost import encode_multipart_formdata

    data, header = encode_multipart_formdata([(name, _part(name, value)) for name, value in pairs])
    return header.replace("multipart/form-data", kind.partition(";")[0]), data


def _part(name: str, value: Any) -> Any:
    """Return a multipart field: a file with its name and media type, a model or mapping as JSON, else text."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return (name, bytes(value), "application/octet-stream")
    if _is_file(value):
        from mimetypes import guess_type
        from pathlib import Path

        path = Path(value if isinstance(value, os.PathLike) else str(getattr(value, "name", name)))
        return (path.name, _read_file(value, name), guess_type(path.name)[0] or "application/octet-stream")
    if hasattr(value, "items") or is_model(value):
        return (None, encode_json(value), JSON)
    return _field_text(value)


def _is_file(value: Any) -> bool:
    """Return whether a value is a path or an open file. Models can have an attribute ``read`` too."""
    return isinstance(value, os.PathLike) or (hasattr(value, "read") and not is_model(value))


def _read_file(value: Any, name: str) -> Any:
    """Return the content of a path or an open file.

    :raises ApiValueError: it cannot be read
    """
    from pathlib import Path

    try:
        return Path(value).read_bytes() if isinstance(value, os.PathLike) else value.read()
    except (OSError, ValueError) as error:
        from vidispine._calls.upload import unreadable

        path = value if isinstance(value, os.PathLike) else str(getattr(value, "name", name))
        raise unreadable(path, error) from error


def _field_text(value: Any) -> str:
    wire = encode(value)
    return wire if isinstance(wire, str) else dump_json(wire).decode()


def _check_model(parameter: Parameter, value: Any) -> None:
    if is_model(value) and not find_model(parameter.type)._is_like(value):
        raise ApiTypeError(f"{parameter.name} must be {parameter.type}, not {kind_of(value)}")


def _raw_body(parameter: Parameter, value: Any) -> Any:
    if isinstance(value, str):
        import six

        try:
            return six.ensure_binary(value)
        except UnicodeEncodeError:
            raise ApiValueError(f"{parameter.name} must be valid Unicode text, but contains a lone surrogate") from None
    if isinstance(value, (bytes, bytearray, memoryview)) or hasattr(value, "read"):
        # Sockets send only contiguous memory.
        return bytes(value) if isinstance(value, memoryview) and not value.c_contiguous else value
    if parameter.type == "file" and (isinstance(value, os.PathLike) or hasattr(value, "__next__")):
        return value
    kinds = "text, bytes, a path, an open binary file or an iterator of bytes" if parameter.type == "file" else "text"
    raise ApiTypeError(f"{parameter.name} must be {kinds}, not {kind_of(value)}")
