"""Decoding of responses into results and exceptions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine._documents.content_type import beginning, decode_json, decode_text, parse_content_type
from vidispine._documents.conversion import Origin, decode
from vidispine._documents.json import load_json
from vidispine._documents.registry import find_model
from vidispine._documents.type_ref import TypeRef
from vidispine._transport.retry import retry_after
from vidispine.exceptions import ApiDecodeError, ApiException, UnauthorizedException, exception_class, without_cookies

if TYPE_CHECKING:
    from vidispine._transport.response import RESTResponse

__all__ = ["decode_response", "error_of", "media_type", "text_of", "text_or_error"]


def decode_response(
    operation: str | None, result: str | None, response: RESTResponse, as_text: bool, secret: bool
) -> Any:
    """Return the result of a successful response.

    :param operation: the name of the operation, for error messages
    :param result: the expected type: the name of a model, ``str``, ``list[...]``, ..., or ``None`` for no result
    :param as_text: return the body as text unless it is JSON, because the caller requested another media type
    :param secret: whether the response can contain passwords or other secrets
    :returns: the decoded result; ``None`` if no result is expected or the status is 204
    :raises ApiDecodeError: the response does not match the expected type
    """
    if result is None or response.status == 204:
        return None
    try:
        return _decode(operation, result, response, as_text, secret)
    except ApiDecodeError as error:
        error.body, error.headers = _body(response), without_cookies(response.headers)
        error.secret = secret
        raise


def _decode(operation: str | None, result: str, response: RESTResponse, as_text: bool, secret: bool) -> Any:
    kind, charset = parse_content_type(response.getheader("Content-Type") or "")
    if as_text and not kind.endswith("json"):
        return text_or_error(operation, response)
    if result == "str":
        return _text_result(operation, response, kind)
    if response.data and (kind.endswith("xml") or (not kind and _is_xml(response.data))):
        return _xml_document(operation, result, response, charset, secret)
    if kind and not kind.endswith("json"):
        raise _decode_error(operation, response, f"expected JSON, got {kind}")
    return _document(operation, result, response, charset, secret)


def _is_xml(data: bytes) -> bool:
    """Return whether a body without a type is XML, and not the HTML page of a proxy."""
    start = beginning(data)
    return start.startswith("<") and not start.startswith(("<html", "<!doctype html"))


def _xml_document(operation: str | None, result: str, response: RESTResponse, charset: str | None, secret: bool) -> Any:
    from vidispine._documents.xml import read_xml

    ref = TypeRef.parse(result).required
    try:
        document = read_xml(response.data, find_model(ref.name) if ref.is_model else None, charset)
    except ApiDecodeError as error:
        raise _decode_error(operation, response, error.reason or "") from None
    return decode(document, result, Origin(result, operation, response.status, secret))


def _document(operation: str | None, result: str, response: RESTResponse, charset: str | None, secret: bool) -> Any:
    if not response.data or bytes(response.data).isspace():
        if TypeRef.parse(result).optional:
            return None
        raise _decode_error(operation, response, "expected JSON, got an empty response")
    try:
        document = load_json(response.data if charset is None else decode_json(response.data, charset))
    except (ValueError, RecursionError) as error:
        raise _decode_error(operation, response, f"not valid JSON: {error}") from error
    return decode(document, result, Origin(result, operation, response.status, secret))


def _text_result(operation: str | None, response: RESTResponse, kind: str) -> str:
    text = text_or_error(operation, response)
    if kind.endswith("json"):
        try:
            value = load_json(text)
        except ValueError:
            return text
        # Only a JSON string is unwrapped. Other JSON is returned as received.
        return value if isinstance(value, str) else text
    return text


def error_of(operation: str | None, response: RESTResponse, sensitive: str) -> ApiException:
    """Return the exception for a response with an error status.

    :param sensitive: ``Operation.sensitive`` of the request, because the response can echo the request
    """
    body = _body(response)
    cls = exception_class(response.status)
    error = cls(response.status, response.reason, operation=operation, body=body, headers=response.headers)
    error.retry_after = retry_after(response.headers)
    if body.strip():
        kind = media_type(response)
        from vidispine._calls.server_error import parse_server_error

        # XML declares its encoding itself.
        error.error = parse_server_error(bytes(response.data) if kind.endswith("xml") else body, kind)
    error.secret = bool(sensitive)
    if sensitive == "request" and error.error is not None and error.error.value:
        from vidispine._text.redaction import MASK

        error.error.value = MASK
    if cls is UnauthorizedException:
        error.hint = "check the username and password, or the token, of the Configuration"
    return error


def media_type(response: RESTResponse) -> str:
    """Return the media type of a response in lowercase, without parameters; empty if ``Content-Type`` is missing."""
    return parse_content_type(response.getheader("Content-Type") or "")[0]


def text_of(response: RESTResponse) -> str:
    """Return the body of a response as text, decoded with its ``charset``. Default: UTF-8.

    :raises UnicodeDecodeError: the body is not valid in that charset
    """
    kind, charset = parse_content_type(response.getheader("Content-Type") or "")
    data = bytes(response.data or b"")
    if charset is None and kind.endswith("xml"):
        from vidispine._documents.xml_parser import declared_encoding

        charset = declared_encoding(data)
    if kind.endswith("json") and (charset is None or charset[:3].lower() == "utf"):
        charset = json.detect_encoding(data)
    return decode_text(data, charset)


def text_or_error(operation: str | None, response: RESTResponse) -> str:
    """Return the body of a response as text.

    :raises ApiDecodeError: the body is not valid text
    """
    try:
        return text_of(response)
    except UnicodeDecodeError as error:
        raise _decode_error(operation, response, f"not valid text: {error}") from error


def _body(response: RESTResponse) -> str | bytes:
    """Return the body as text if it can be decoded, else as bytes. Scripts search ``ApiException.body`` as text."""
    try:
        return text_of(response)
    except UnicodeDecodeError:
        return bytes(response.data)


def _decode_error(operation: str | None, response: RESTResponse, problem: str) -> ApiDecodeError:
    return ApiDecodeError(response.status, problem, operation=operation)
