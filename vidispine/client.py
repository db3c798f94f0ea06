"""One object for everything: the resources of a server as attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vidispine.api.resources import BASE_PATH, Resources
from vidispine.api_client import ApiClient
from vidispine.configuration import UNSET, Configuration
from vidispine.exceptions import ApiTypeError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self
    from urllib3.util.retry import Retry

    from vidispine.configuration import Credential
    from vidispine.types import Timeout

__all__ = ["Client"]

DEFAULT_PATH = BASE_PATH


class Client(Resources):
    """A server, with each of its resources as an attribute: ``client.job.get_jobs()``.

    An attribute is named after its class, ``metadata_field`` for ``MetadataFieldApi``, and ``import_`` for
    ``ImportApi``, as Python keeps the word. It is loaded when it is first touched. Threads may share a client. It keeps
    connections open; ``close()`` or a ``with`` statement closes them.

    What is not given is taken from where :class:`vidispine.Configuration` takes it: its default, then the environment
    (``VIDISPINE_HOST``, ``VIDISPINE_USERNAME``, ``VIDISPINE_PASSWORD`` and others).

    :param host: base URL of the server, such as ``http://vidicore:8080``; without a path it gets ``/API``
    :param username: user for Basic authentication, or the id of an access key
    :param password: the user's password, or the access key's secret
    :param configuration: everything about the connection, in place of the other arguments; its host is used as it is
    :param token: a token of ``GET /token``, or a callable that is asked for one at each request, such as a
        :class:`vidispine.TokenSource`; it is used instead of user and password
    :param bearer: an OAuth 2 token, or a callable that is asked for one at each request; used before all others
    :param run_as: name of the user to act as; the server lets administrators do that
    :param timeout: seconds to wait for a connection and for each read, as a number or as ``(connect, read)``;
        ``(10, 60)`` by default, ``None`` waits for ever
    :param retries: how often a call that can safely be repeated is, ``2`` by default, ``0`` for never; or a
        :class:`urllib3.util.Retry` of your own, which is used as it is
    :param api_key: see :class:`vidispine.Configuration`
    :param api_key_prefix: see :class:`vidispine.Configuration`
    :raises ApiTypeError: an argument has the wrong type, or is given beside a configuration
    """

    def __init__(
        self,
        host: str | None = None,
        username: str | None = None,
        password: str | None = None,
        *,
        configuration: Configuration | None = None,
        token: Credential | None = None,
        bearer: Credential | None = None,
        run_as: str | None = None,
        timeout: Timeout = UNSET,
        retries: int | Retry | None = UNSET,
        api_key: Mapping[str, str] | None = None,
        api_key_prefix: Mapping[str, str] | None = None,
    ) -> None:
        settings: dict[str, Any] = {
            "host": host,
            "username": username,
            "password": password,
            "token": token,
            "bearer": bearer,
            "run_as": run_as,
            "api_key": api_key,
            "api_key_prefix": api_key_prefix,
        }
        given = {name: value for name, value in settings.items() if value is not None}
        given |= {name: value for name, value in (("timeout", timeout), ("retries", retries)) if value is not UNSET}
        #: carries out the calls; its ``configuration`` has the settings
        self.api_client = ApiClient(_configuration(configuration, given))

    def close(self) -> None:
        """Close the connections; calls made later raise :class:`ApiValueError`."""
        self.api_client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.api_client.configuration!r})"

    if not TYPE_CHECKING:
        # Hidden from type checkers, which would take any name for an attribute.
        def __getattr__(self, name: str) -> Any:
            known = [] if name.startswith("__") else dir(self)
            raise AttributeError(f"Client has no attribute {name!r}{did_you_mean(name, known)}")


def _configuration(configuration: Configuration | None, given: dict[str, Any]) -> Configuration:
    if configuration is None:
        if not isinstance(given.get("host", ""), str):
            raise ApiTypeError(f"host must be a URL, not a {type(given['host']).__name__}")
        made = Configuration(**given)
        made.host = _with_path(made.host)
        return made
    if not isinstance(configuration, Configuration):
        raise ApiTypeError(f"configuration must be a Configuration, not a {type(configuration).__name__}")
    if given:
        raise ApiTypeError(f"give either a configuration or {', '.join(given)}: the configuration says it all")
    return configuration


def _with_path(host: str) -> str:
    """Return the base URL of the API on a host; where there is a path, it is that of the API."""
    try:
        parts = urlsplit(host)
    except ValueError:
        return host  # the first call says what is wrong with it
    if parts.netloc and parts.path in ("", "/") and not parts.query and not parts.fragment:
        return host.rstrip("/") + DEFAULT_PATH
    return host
