"""URLs and texts without credentials."""

from __future__ import annotations

import re

__all__ = ["MASK", "redact_text", "redact_url"]

MASK = "***"
# The patterns are compiled at their first use: most programs never use them.
_SCHEME = r"(?i)(?:(?:https?|socks[0-9]?[a-z]?|ftp):)?/*"
_BEFORE_LAST_AT = r"(?is).*(?:@|%40)"
_INVALID_PORT = r"(?s)^([^\[/:@]*:)(?![0-9]*(?:/|$)).*"
# Each matches a whole word, so that the time is linear.
_AFTER_SLASHES = r"(?i)((?:\\?/|%2F){2})([^\s\"'<>]+)"
_PARAMETER = r"(?i)([?&;]|%3F|%26)([\w.-]+)(=|%3D)([^\s\"'<>&;%]+)"
_SENSITIVE = r"(?i)signature|secret|passw|token|credential|access_?key|api_?key|^sig$"


def redact_text(text: str) -> str:
    """Return a text, such as a message of a server, without the credentials in its URLs.

    That is everything before the last ``@`` of a URL, and the values of parameters that are named like secrets, such
    as ``X-Amz-Signature``.
    """
    if "//" not in text and "=" not in text and "%" not in text and "\\/" not in text:
        return text
    return re.sub(_PARAMETER, _without_value, re.sub(_AFTER_SLASHES, _without_credentials, text))


def _without_credentials(found: re.Match[str]) -> str:
    _, at, host = found[2].replace("%40", "@").rpartition("@")
    return f"{found[1]}{MASK}@{host}" if at else found[0]


def _without_value(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}{found[3]}{MASK}" if re.search(_SENSITIVE, found[2]) else found[0]


def redact_url(url: str) -> str:
    """Return a URL without possible credentials: everything before the last ``@``, and the query.

    :param url: may be malformed
    """
    text = str(url)
    scheme = re.match(_SCHEME, text)
    start = scheme.end() if scheme else 0
    rest, query, _ = re.sub(_BEFORE_LAST_AT, f"{MASK}@", text[start:], count=1).partition("?")
    # If no port follows the colon, it separates a user name from the beginning of a password.
    rest = re.sub(_INVALID_PORT, rf"\1{MASK}", rest)
    return f"{text[:start]}{rest}{f'?{MASK}' if query else ''}"
