"""Responses of handlers, content negotiation, and documents as JSON, XML and text."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

from werkzeug.datastructures import MIMEAccept

from vidispine._calls.operation import JSON, TEXT, XML
from vidispine._documents.elements import ElementDict
from vidispine._documents.json import load_json
from vidispine._documents.model import Model
from vidispine._documents.xml import UNWRITABLE, read_xml, write_xml
from vidispine.exceptions import ApiDecodeError
from vidispine.simulator.http.formats import json_time, xml_time
from vidispine.simulator.http.validation import InvalidDocumentError, check_document, model_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.http.errors import ApiError

MEDIA_TYPES = (JSON, XML, TEXT)


class Response:
    """The response of a handler, before it is encoded."""

    __slots__ = ("document", "location", "model", "status", "text")

    def __init__(
        self,
        document: dict[str, Any] | None = None,
        text: str | None = None,
        status: int = 200,
        model: str | None = None,
        location: str | None = None,
    ) -> None:
        """Create a response.

        :param document: the body in wire form, for JSON and XML
        :param text: the body as text
        :param model: name of the document's model. Default: the model that the operation declares
        :param location: URL that the client is redirected to
        """
        self.document = document
        self.text = text
        self.status = status
        self.model = model
        self.location = location


class FileResponse(Response):
    """A response whose body is streamed from an open file."""

    __slots__ = ("etag", "file", "media_type", "modified", "size")

    def __init__(self, file: IO[bytes], size: int, media_type: str, etag: str, modified: int) -> None:
        """Create a response. It closes the file.

        :param size: number of bytes in the file
        :param etag: changes whenever the content changes
        :param modified: time of the last change, in milliseconds since 1970
        """
        super().__init__()
        self.file = file
        self.size = size
        self.media_type = media_type
        self.etag = etag
        self.modified = modified


def text_lines(values: Sequence[str]) -> str:
    """Return a list as text, one value per line."""
    return "".join(f"{value}\r\n" for value in values)


@lru_cache
def negotiate(accept: str, offered: tuple[str, ...], default: str = XML) -> str | None:
    """Return the media type of the response, ``None`` when the client accepts none of those offered.

    :param accept: the Accept header
    :param default: media type without an Accept header, if it is offered
    """
    ranges = _parse_accept(accept)
    if not ranges:
        return default if default in offered else offered[0]
    return ranges.best_match(offered)


def _parse_accept(header: str) -> MIMEAccept:
    """Return the media ranges of an Accept header, without parameters. Java's HTTP client sends ``*; q=.2``."""
    ranges = []
    for part in header.split(","):
        value, *parameters = (text.strip().lower() for text in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if re.fullmatch(r"q\s*=\s*([01]?\.\d+|[01]\.?)", parameter):
                quality = float(parameter.partition("=")[2])
        if value:
            ranges.append(("*/*" if value == "*" else value, quality))
    return MIMEAccept(ranges)


def negotiate_error(accept: str, offered: Sequence[str]) -> str:
    """Return the media type of an error document. Default: XML, and JSON for operations without a response document."""
    default = XML if offered else JSON
    offered = [media_type for media_type in offered if media_type in MEDIA_TYPES]
    offered += [media_type for media_type in MEDIA_TYPES if media_type not in offered]
    return negotiate(accept, tuple(offered), default) or JSON


def content_type(media_type: str) -> str:
    """Return the Content-Type header. JSON and XML declare their encoding themselves."""
    return f"{media_type};charset=UTF-8" if media_type.startswith("text/") else media_type


def encode(response: Response, result: str | None, media_type: str) -> bytes:
    """Return the body of a response.

    :param result: name of the model that the operation declares, ``... | None`` when the body may be empty
    """
    if response.document is None or media_type not in (JSON, XML):
        return (response.text or "").encode()
    if media_type == XML:
        name = response.model or (result or "").partition(" | ")[0]
        return encode_xml(model_named(name), response.document)
    return _json(response.document)


def encode_error(error: ApiError, media_type: str) -> bytes:
    """Return the body of an error response."""
    if media_type == XML:
        return encode_xml(Model, error.to_xml(), "ExceptionDocument")
    return error.to_text().encode() if media_type == TEXT else _json(error.to_json())


def encode_xml(model: type[Model], document: dict[str, Any], root: str | None = None) -> bytes:
    """Return a document as XML, without empty members and without the characters that XML cannot represent.

    :param root: name of the root element. Default: that of the model
    """
    return write_xml(_xml_value(document), model, root).encode()


def _xml_value(value: Any) -> Any:
    if isinstance(value, dict):
        members = {name: _xml_value(member) for name, member in value.items() if member is not None}
        return value.with_members(members) if isinstance(value, ElementDict) else members
    if isinstance(value, (list, tuple)):
        return [_xml_value(entry) for entry in value]
    if isinstance(value, str):
        return UNWRITABLE.sub("", value)
    return xml_time(value) if isinstance(value, datetime) else value


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_json_value).encode()


def _json_value(value: Any) -> str:
    if isinstance(value, datetime):
        return json_time(value)
    raise TypeError(f"{type(value).__name__} cannot be converted to JSON")


def read_document(
    model_name: str, data: bytes, media_type: str, charset: str | None = None, *, partial: bool = False
) -> dict[str, Any]:
    """Return a request's document in wire form.

    :param charset: encoding of the document. Default: what XML declares, otherwise UTF-8
    :param partial: whether required members may be missing
    :raises InvalidDocumentError: the document cannot be parsed or does not match the model
    """
    model = model_named(model_name)
    try:
        if media_type == XML:
            document = read_xml(data, model, charset)
        else:
            document = load_json(data.decode(charset) if charset else data)
    except ApiDecodeError as error:
        raise InvalidDocumentError(None, error.reason or "") from None
    except (LookupError, ValueError, RecursionError) as error:
        raise InvalidDocumentError(None, f"not valid JSON: {str(error).splitlines()[0]}") from None
    return check_document(model, document, partial=partial)
