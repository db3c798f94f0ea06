"""Hints for errors of servers that do not have an operation or a parameter, or whose API has another base URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vidispine.configuration import DEFAULT_HOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine._calls.operation import Operation
    from vidispine.exceptions import ApiException

__all__ = ["availability_hint"]

_UNKNOWN = re.compile(
    r"\b(unknown|unrecogni[sz]ed|unexpected|unsupported|not (known|supported|recogni[sz]ed|allowed)"
    r"|no (such )?parameter)\b",
    re.IGNORECASE,
)


def availability_hint(
    operation: Operation[Any], arguments: Sequence[Any], error: ApiException, host: str
) -> str | None:
    """Return a possible cause of an error: not all servers have the operation, or a parameter that was sent.

    :param arguments: one value for each parameter of the operation, in order; ``None`` if omitted
    :param host: the base URL of the API
    """
    if operation.available and _is_unmatched(error):
        return f"the server may not have this operation ({operation.available})"
    if error.status == 404 and error.error is None and not _has_usual_path(host):
        return f"is the host the base URL of the API, such as {DEFAULT_HOST}?"
    if error.status == 400:
        for parameter, value in zip(operation.parameters, arguments):
            if value is not None and parameter.available and _is_unknown(parameter.wire, error):
                return f"the server may not have the parameter {parameter.name} ({parameter.available})"
    return None


def _is_unmatched(error: ApiException) -> bool:
    # For an id that does not exist, servers respond with an error document.
    return error.status == 405 or (error.status == 404 and error.error is None)


def _has_usual_path(host: str) -> bool:
    return urlsplit(host).path.rstrip("/").endswith(urlsplit(DEFAULT_HOST).path.rstrip("/"))


def _is_unknown(wire: str, error: ApiException) -> bool:
    document = error.error
    text = str(error.body or "") if document is None else f"{document.id} {document.value} {document.explanation}"
    return _UNKNOWN.search(text) is not None and re.search(rf"(?<![\w-]){re.escape(wire)}(?![\w-])", text) is not None
