"""Headers and bodies whose ``repr`` shows no secret, because tracebacks may show local variables. Validates headers."""

from __future__ import annotations

import re
from typing import Any

from vidispine.exceptions import ApiValueError

__all__ = [
    "SHOWN",
    "Headers",
    "SecretBytes",
    "check_header_name",
    "check_header_value",
    "decode_utf8",
    "remove_framing",
]

# These are compiled at their first use, not when the package is imported.
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_INVALID_IN_VALUE = r"[^ -~\x80-\xff]"
SHOWN = frozenset({"accept", "content-length", "content-type", "if-range", "range", "runas", "user-agent"})
"""The headers, in lowercase, whose values are no secrets."""


class SecretBytes(bytes):
    """A body whose ``repr`` does not show it."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        return SecretBytes(part) if isinstance(part, bytes) else part


class Headers(dict[str, str]):
    """Headers whose ``repr`` shows no value that may be a secret."""

    def __repr__(self) -> str:
        return repr(self._masked())

    def __rich_repr__(self) -> Any:
        # rich would show the contents of a mapping instead of its repr.
        yield from self._masked().items()

    def _masked(self) -> dict[str, str]:
        from vidispine._text.redaction import MASK

        return {name: value if name.lower() in SHOWN else MASK for name, value in self.items()}

    def copy(self) -> Headers:
        """Return a copy. urllib3 makes one before it adds the headers for a proxy."""
        return Headers(self)


def decode_utf8(value: str) -> str:
    """Return the text of a header. Headers are read as Latin-1, but servers that do not encode names send UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def check_header_name(text: str) -> str:
    """Return a valid header name.

    :raises ApiValueError: the name is not a valid header name
    """
    if not re.fullmatch(_NAME, text):
        raise ApiValueError(f"{text!r} is not a valid header name")
    return text


def check_header_value(name: str, text: str) -> str:
    """Return a valid header value.

    :param name: what the value is, for the message
    :raises ApiValueError: the value is not a valid header value
    """
    if re.search(_INVALID_IN_VALUE, text):
        raise ApiValueError(f"{name} must not contain line breaks, control characters or characters outside Latin-1")
    return text


def remove_framing(headers: dict[str, str], length: int | None) -> None:
    """Remove the headers that say where the body ends, because they are made from the body itself.

    :param length: the number of bytes of the body; ``None`` if it is unknown, so that it is sent in chunks
    :raises ApiValueError: one contradicts the body, so that the server would read another request than was sent
    """
    framing = {"content-length": str(length), "transfer-encoding": "chunked" if length is None else None}
    for name in [name for name in headers if name.lower() in framing]:
        value = headers.pop(name)
        if value.strip().lower() != framing[name.lower()]:
            body = "a body of unknown length" if length is None else f"a body of {length} bytes"
            raise ApiValueError(f"the header {name} is wrong for {body}: omit it, because it is made from the body")
