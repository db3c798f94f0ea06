"""Checks the options of a call."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from vidispine.exceptions import ApiTypeError, UnexpectedKeywordError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine._calls.operation import Operation

__all__ = ["check_options"]


@cache
def _option_names() -> frozenset[str]:
    """Return the options of a call. ``_as_text``, for ``Client.text``, returns the body as text for any media type."""
    from vidispine.types import CallOptions

    return frozenset({*CallOptions.__annotations__, "_as_text"})


def check_options(
    operation: Operation[Any], arguments: Sequence[Any], options: Mapping[str, Any]
) -> tuple[Sequence[Any], Mapping[str, Any]]:
    """Check a call's arguments and options, and return them.

    A parameter whose name is a Python keyword ends with an underscore. It is also accepted without one, as in
    ``**{"async": True}``.

    :raises ApiTypeError: an option is unknown, or has the wrong type
    """
    if not isinstance(options.get("_headers"), (Mapping, type(None))):
        raise ApiTypeError(f"{operation.name}: _headers must be a mapping of names to values")
    if not (options.get("_on_progress") is None or callable(options["_on_progress"])):
        raise ApiTypeError(f"{operation.name}: _on_progress must be callable")
    known = _option_names()
    unknown = options.keys() - known
    if not unknown:
        return arguments, options
    names = [parameter.name for parameter in operation.parameters]
    given = list(arguments)
    for name in sorted(unknown):
        if not (keyword.iskeyword(name) and f"{name}_" in names):
            if isinstance(options, dict):
                # In place: tracebacks show these keywords of the method, and a misspelled one may hold a secret.
                options.clear()
            raise UnexpectedKeywordError.of(operation.name, name, [*names, *known])
        given[names.index(f"{name}_")] = options[name]
    return given, {name: value for name, value in options.items() if name in known}
