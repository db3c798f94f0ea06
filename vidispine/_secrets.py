"""Credentials: their types, their checks, and texts without them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Union

import six

from vidispine.exceptions import ApiTypeError, ApiValueError

__all__ = ["Credential", "Secret", "check_credential", "read_token", "redact_url", "to_credential_text"]

_MASK = "***"
_SCHEME = re.compile(r"(?i)(?:(?:https?|socks[0-9]?[a-z]?|ftp):)?/*")
_BEFORE_LAST_AT = re.compile(r"(?is).*(?:@|%40)")
_INVALID_PORT = re.compile(r"^([^\[/:@]*:)(?![0-9]*(?:/|$)).*", re.DOTALL)

Credential = Union[str, Callable[[], str]]
"""A secret, or a callable that returns one for each request."""


class Secret(str):
    """A text, such as an ``Authorization`` header, whose ``repr`` does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{_MASK}'"

    def __getitem__(self, key: Any) -> Secret:
        # Debuggers shorten long texts before they take the repr.
        return Secret(super().__getitem__(key))


def check_credential(name: str, value: Credential) -> Credential:
    """Check that a value is a string or a callable.

    :param name: the name of the setting, for messages
    :raises ApiTypeError: it is not
    """
    if not (isinstance(value, str) or callable(value)):
        raise ApiTypeError(f"{name} must be a string or a callable, not a {type(value).__name__}")
    return value


def read_token(name: str, credential: Any) -> str:
    """Return a token: the credential itself, or what it returns if it is callable.

    :param name: the name of the setting, for messages
    :raises ApiTypeError, ApiValueError: the token is not a string, or it is empty
    """
    called = callable(credential)
    token = credential() if called else credential
    if isinstance(token, str) and token:
        return token
    what = f"{name} returned" if called else f"{name} is"
    if isinstance(token, str):
        raise ApiValueError(f"{what} an empty string instead of a token")
    raise ApiTypeError(f"{what} {'None' if token is None else f'a {type(token).__name__}'} instead of a token")


def to_credential_text(name: str, value: str | bytes | None) -> str:
    """Return a user name or a password as text; ``None`` becomes an empty string.

    :param name: the name of the setting, for messages
    :raises ApiTypeError, ApiValueError: the value is neither text nor bytes in UTF-8
    """
    if value is None:
        return ""
    try:
        return six.ensure_str(value)
    except TypeError:
        raise ApiTypeError(f"{name} must be a string, not a {type(value).__name__}") from None
    except UnicodeDecodeError:
        raise ApiValueError(f"{name} must be UTF-8 if it is passed as bytes") from None


def redact_url(url: str) -> str:
    """Return a URL without possible credentials: everything before the last ``@``, and the query.

    :param url: may be malformed
    """
    text = str(url)
    scheme = _SCHEME.match(text)
    start = scheme.end() if scheme else 0
    rest, query, _ = _BEFORE_LAST_AT.sub(f"{_MASK}@", text[start:], count=1).partition("?")
    # If no port follows the colon, it separates a user name from the beginning of a password.
    rest = _INVALID_PORT.sub(rf"\1{_MASK}", rest)
    return f"{text[:start]}{rest}{f'?{_MASK}' if query else ''}"
