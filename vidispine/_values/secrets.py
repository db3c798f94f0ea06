"""Credentials: their types and their checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Union

from vidispine.exceptions import ApiTypeError, ApiValueError

__all__ = [
    "Credential",
    "Secret",
    "call_credential",
    "check_credential",
    "mask",
    "mask_proxy",
    "read_token",
    "to_credential_text",
]


Credential = Union[str, Callable[[], str]]
"""A secret, or a callable that returns one for each request."""


class Secret(str):
    """A text, such as an ``Authorization`` header, whose ``repr`` does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        from vidispine._text.redaction import MASK

        return repr(MASK)

    def __getitem__(self, key: Any) -> Secret:
        # Debuggers shorten long texts before they take the repr.
        return Secret(super().__getitem__(key))

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        # Pickles do not name modules of the engine.
        return str, (str.__str__(self),)


def mask(_: str, value: Any) -> Any:
    """Return a credential so that its ``repr`` does not show it: text, or the texts in a mapping."""
    if isinstance(value, str):
        return Secret(str.__str__(value))
    if isinstance(value, dict):
        return {key: mask(key, one) for key, one in value.items()}
    return value


def mask_proxy(_: str, value: Any) -> Any:
    """Return the URL of a proxy so that its ``repr`` does not show credentials."""
    if not isinstance(value, str):
        return value
    from vidispine._text.redaction import redact_url

    return value if redact_url(value) == value else mask("proxy", value)


def check_credential(name: str, value: Credential) -> Credential:
    """Check that a value is a string or a callable.

    :param name: the name of the setting, for messages
    :raises ApiTypeError: it is not
    """
    if not (isinstance(value, str) or callable(value)):
        raise ApiTypeError(f"{name} must be a string or a callable, not {type(value).__name__}")
    return value


def read_token(name: str, credential: Any) -> str:
    """Return a token: the credential itself, or what it returns if it is callable.

    :param name: the name of the setting, for messages
    :raises ApiTypeError, ApiValueError: the token is not a string, or it is empty, or the callable never ends
    """
    called = callable(credential)
    token = call_credential(name, credential) if called else credential
    if isinstance(token, str) and token:
        return token
    what = f"{name} returned" if called else f"{name} is"
    if isinstance(token, str):
        raise ApiValueError(f"{what} an empty string instead of a token")
    raise ApiTypeError(f"{what} {'None' if token is None else type(token).__name__} instead of a token")


def call_credential(name: str, function: Callable[[], Any]) -> Any:
    """Call a function of the application that fetches a token. It has no arguments, which tracebacks would show.

    :param name: the name of the setting, for messages
    :raises ApiValueError: the function calls itself without end, as it does when it uses the client that calls it
    """
    try:
        return function()
    except RecursionError:
        raise ApiValueError(f"{name} calls itself without end: fetch the token with another client") from None


def to_credential_text(name: str, value: str | bytes | None) -> str:
    """Return a user name or a password as text; ``None`` becomes an empty string.

    :param name: the name of the setting, for messages
    :raises ApiTypeError, ApiValueError: the value is neither text nor bytes in UTF-8
    """
    if value is None or isinstance(value, str):
        return value or ""
    import six

    try:
        return six.ensure_str(value)
    except TypeError:
        raise ApiTypeError(f"{name} must be a string, not {type(value).__name__}") from None
    except UnicodeDecodeError:
        raise ApiValueError(f"{name} must be UTF-8 if it is passed as bytes") from None
