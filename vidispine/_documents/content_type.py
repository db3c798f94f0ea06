"""The ``Content-Type`` header."""

from __future__ import annotations

__all__ = ["parse_content_type"]


def parse_content_type(header: str) -> tuple[str, str | None]:
    """Return the media type in lowercase, and the ``charset``; ``None`` if there is none."""
    kind, _, parameters = header.partition(";")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return kind.strip().lower(), value.strip().strip("\"'") or None
    return kind.strip().lower(), None
