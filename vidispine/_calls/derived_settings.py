"""The settings of a client that shares the connections of another one."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vidispine._calls.parameters import to_header
from vidispine._transport.http_client import to_timeout
from vidispine._transport.retry import policy_of
from vidispine.exceptions import ApiTypeError, ApiValueError, UnexpectedKeywordError
from vidispine.types import ClientOptions

if TYPE_CHECKING:
    from vidispine.configuration import Configuration

__all__ = ["derived_configuration"]


def derived_configuration(configuration: Configuration, options: Mapping[str, Any]) -> Configuration:
    """Return a copy of a configuration, with its hooks and with the options of ``with_options``.

    :raises ApiTypeError, ApiValueError: an option is unknown, or has an invalid value
    """
    for name in options:
        if name not in ClientOptions.__annotations__:
            raise UnexpectedKeywordError.of("with_options", name, ClientOptions.__annotations__)
    if not isinstance(options.get("headers", {}), Mapping):
        raise ApiTypeError(f"headers must be a mapping, not {type(options['headers']).__name__}")
    derived = copy.copy(configuration)
    derived.before_request, derived.after_call = configuration.before_request, configuration.after_call
    if "run_as" in options:
        run_as = options["run_as"]
        if not isinstance(run_as, (str, type(None))):
            raise ApiTypeError(f"run_as must be a user's name or None, not {type(run_as).__name__}")
        if run_as == "":
            # Without the header, the calls would be those of the administrator.
            raise ApiValueError("run_as must not be empty: pass None for the user of the credentials")
        derived.run_as = run_as if run_as is None else to_header("run_as", run_as)
    if "timeout" in options:
        to_timeout(options["timeout"])
        derived.timeout = options["timeout"]
    if "retries" in options:
        policy_of(options["retries"])
        derived.retries = options["retries"]
    return derived
