"""From an answer to its result, or to the error that it stands for."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from vidispine._calls.server_error import parse_server_error
from vidispine._documents.conversion import Origin, decode
from vidispine._documents.json import load_json
from vidispine._documents.type_ref import TypeRef
from vidispine.exceptions import ApiDecodeError, ApiException, UnauthorizedException, exception_class, without_cookies

if TYPE_CHECKING:
    from vidispine._transport.response import RESTResponse

__all__ = ["decode_response", "error_of", "media_type", "text_of"]


_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "utf-8"})
"""Codecs of Python's that no server means; and the one that stands for them."""


def decode_response(
    operation: str | None, result: str | None, response: RESTResponse, as_text: bool, secret: bool
) -> Any:
    """Return what a successful answer holds.

    :param operation: the operation's name, for errors
    :param result: the type that is promised: a model's name, ``str``, ``list[...]``, ..., or ``None`` for nothing
    :param as_text: the caller asked for another media type, and gets it as text
    :param secret: whether it may hold passwords and the like
    :raises ApiDecodeError: the answer is not what is promised
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
    kind = media_type(response)
    if as_text and not kind.endswith("json"):
        return _text_or_error(operation, response)
    if result == "str":
        return _text_result(operation, response, kind)
    if kind and not kind.endswith("json"):
        raise _decode_error(operation, response, f"expected JSON, got {kind}")
    return _document(operation, result, response, secret)


def _document(operation: str | None, result: str, response: RESTResponse, secret: bool) -> Any:
    if not response.data:
        if TypeRef.parse(result).optional:
            return None
        raise _decode_error(operation, response, "expected JSON, got an empty answer")
    try:
        document = load_json(response.data)
    except (ValueError, RecursionError) as error:
        raise _decode_error(operation, response, f"this is no JSON: {error}") from error
    return decode(document, result, Origin(result, operation, response.status, secret))


def _text_result(operation: str | None, response: RESTResponse, kind: str) -> str:
    text = _text_or_error(operation, response)
    if kind.endswith("json"):
        try:
            value = load_json(text)
        except ValueError:
            return text
        # Only a JSON string stands for another text than its own.
        return value if isinstance(value, str) else text
    return text


def error_of(operation: str | None, response: RESTResponse, sensitive: str) -> ApiException:
    """Return the error that an answer with an unsuccessful status stands for.

    :param sensitive: the request's; the answer may repeat what was sent
    """
    body = _body(response)
    cls = exception_class(response.status)
    error = cls(response.status, response.reason, operation=operation, body=body, headers=response.headers)
    if isinstance(body, str) and body.strip():
        error.error = parse_server_error(body, media_type(response))
    error.secret = bool(sensitive)
    if sensitive == "request" and error.error is not None and error.error.value:
        error.error.value = "***"
    if cls is UnauthorizedException:
        error.hint = "check the username and password, or the token, of the Configuration"
    return error


def media_type(response: RESTResponse) -> str:
    """Return an answer's media type in lower case, without parameters; empty when it names none."""
    return (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()


def text_of(response: RESTResponse) -> str:
    """Return an answer's text, by the charset that it names, else UTF-8.

    :raises UnicodeDecodeError: the bytes are not in that charset
    """
    _, _, parameters = (response.getheader("Content-Type") or "").partition(";")
    charset = "utf-8"
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'")
    data = bytes(response.data or b"")
    try:
        return data.decode(_codec(charset))
    except UnicodeDecodeError:
        raise
    except (LookupError, ValueError):  # a codec of Python's that makes no text, such as hex
        return data.decode(_codec("utf-8"))


def _codec(charset: str) -> str:
    """Return the name of Python's codec for a charset; for one that is none, that of UTF-8."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = "utf-8"
    # A byte order mark is no part of the text.
    return "utf-8-sig" if name in _NO_CHARSETS or "escape" in name else name


def _text_or_error(operation: str | None, response: RESTResponse) -> str:
    try:
        return text_of(response)
    except UnicodeDecodeError as error:
        raise _decode_error(operation, response, f"this is no text: {error}") from error


def _body(response: RESTResponse) -> str | bytes:
    """Return a body as text where it is text, since that is what scripts look into."""
    try:
        return text_of(response)
    except UnicodeDecodeError:
        return bytes(response.data)


def _decode_error(operation: str | None, response: RESTResponse, problem: str) -> ApiDecodeError:
    return ApiDecodeError(response.status, problem, operation=operation)
