"""One object for everything: the APIs of a server as attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vidispine.api.resources import BASE_PATH, Resources
from vidispine.api_client import ApiClient
from vidispine.configuration import Configuration
from vidispine.exceptions import ApiTypeError, did_you_mean, hides_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self, Unpack

    from vidispine.configuration import Settings

__all__ = ["Client"]

DEFAULT_PATH = BASE_PATH


class Client(Resources):
    """A VidiCore server; each API is available as an attribute: ``client.job.get_jobs()``.

    An attribute is named after its class: ``metadata_field`` is a ``MetadataFieldApi``; ``import_`` is the
    ``ImportApi``, because ``import`` is a Python keyword. Classes are loaded on first access. A client is thread-safe.
    It keeps connections open; ``close()`` or a ``with`` statement closes them.

    Settings you omit are read from environment variables (``VIDISPINE_HOST``, ``VIDISPINE_USERNAME``,
    ``VIDISPINE_PASSWORD`` and others); see :class:`vidispine.Configuration`.

    :param host: base URL of the server, such as ``http://vidicore:8080``; ``/API`` is added if it has no path
    :param username: user for Basic authentication, or the id of an access key
    :param password: the user's password, or the access key's secret
    :param configuration: all settings, instead of the other arguments; its host is used unchanged
    :param api_key: see :class:`vidispine.Configuration`
    :param api_key_prefix: see :class:`vidispine.Configuration`
    :param settings: see :class:`vidispine.configuration.Settings`
    :raises ApiTypeError: an argument has the wrong type, is unknown, or is given together with a configuration
    """

    @hides_arguments
    def __init__(
        self,
        host: str | None = None,
        username: str | None = None,
        password: str | None = None,
        *,
        configuration: Configuration | None = None,
        api_key: Mapping[str, str] | None = None,
        api_key_prefix: Mapping[str, str] | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        named = {
            "host": host,
            "username": username,
            "password": password,
            "api_key": api_key,
            "api_key_prefix": api_key_prefix,
        }
        given: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
        #: makes the calls; its ``configuration`` has the settings
        self.api_client = ApiClient(_configuration(configuration, {**given, **settings}))

    @property
    def settings(self) -> Configuration:
        """The settings of this client. ``client.configuration`` is the ``ConfigurationApi``."""
        return self.api_client.configuration

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
        raise ApiTypeError(f"give either a configuration or {', '.join(given)}: a configuration has all settings")
    return configuration


def _with_path(host: str) -> str:
    """Return the base URL of the API on a host; where there is a path, it is that of the API."""
    try:
        parts = urlsplit(host)
    except ValueError:
        return host  # the first call reports what is wrong with it
    if parts.netloc and parts.path in ("", "/") and not parts.query and not parts.fragment:
        return host.rstrip("/") + DEFAULT_PATH
    return host
