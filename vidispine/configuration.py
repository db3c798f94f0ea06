"""Where, as whom and how patiently to connect."""

from __future__ import annotations

import copy
import logging
import os
import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any, ClassVar

import six

from vidispine.exceptions import ApiTypeError, ApiValueError
from vidispine.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Union

    from urllib3.util.retry import Retry

    from vidispine.types import Timeout

    Credential = Union[str, Callable[[], str]]

__all__ = ["Configuration"]

DEFAULT_HOST = "http://localhost:8080/API"
DEFAULT_TIMEOUT = (10.0, 60.0)
DEFAULT_RETRIES = 2
_LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"
UNSET: Any = object()


class Configuration:
    """Where, as whom and how patiently to connect.

    What is not given is taken from :meth:`set_default`, then from the environment (``VIDISPINE_HOST``,
    ``VIDISPINE_USERNAME``, ``VIDISPINE_PASSWORD``, ``VIDISPINE_TOKEN``, ``VIDISPINE_BEARER``, ``VIDISPINE_RUN_AS``),
    then from the defaults. Instances share nothing. Everything but ``timeout``, ``retries`` and the credentials is read
    when a client makes its first call.

    :param host: base URL of the API, ``http://localhost:8080/API`` by default
    :param api_key: secrets for :meth:`get_api_key_with_prefix`, by name; no operation of VidiCore needs one
    :param api_key_prefix: the words before those secrets, such as ``Bearer``, by name
    :param username: user for Basic authentication, or the id of an access key
    :param password: the user's password, or the access key's secret
    :param token: a token of ``GET /token``, or a callable that is asked for one at each request, such as a
        :class:`vidispine.TokenSource`; it is used instead of user and password
    :param bearer: an OAuth 2 token, or a callable that is asked for one at each request; used before all others. When
        the server refuses (401) what a callable gave, its method ``renew``, if it has one, is called with the refused
        token, and the request is sent once more.
    :param run_as: name of the user to act as; the server lets administrators do that
    :param timeout: seconds to wait for a connection and for each read, as a number or as ``(connect, read)``;
        ``(10, 60)`` by default, ``None`` waits for ever
    :param retries: how often a call that can safely be repeated is, ``2`` by default, ``0`` for never; or a
        :class:`urllib3.util.Retry` of your own, which is used as it is
    :raises ApiTypeError: an argument has the wrong type
    """

    _default: ClassVar[Configuration | None] = None

    host: str
    """Base URL of the API."""
    api_key: dict[str, str]
    """Secrets by name, for :meth:`get_api_key_with_prefix`."""
    api_key_prefix: dict[str, str]
    """The words before those secrets, by name."""
    refresh_api_key_hook: Callable[[Configuration], None] | None
    """Called with this configuration before a key is read, to renew it."""
    token: Credential | None
    """A token of ``GET /token``, or a callable that returns one, such as a :class:`vidispine.TokenSource`."""
    bearer: Credential | None
    """An OAuth 2 token, or a callable that returns one."""
    run_as: str | None
    """Name of the user to act as."""
    timeout: Timeout
    """Seconds to wait, ``(connect, read)``; ``None`` waits for ever."""
    retries: int | Retry | None
    """How often a call that can safely be repeated is, or a :class:`urllib3.util.Retry`; ``None`` stands for ``2``."""
    verify_ssl: bool
    """Check the server's certificate; ``False`` trusts anyone who answers."""
    ssl_ca_cert: str | None
    """File of certificate authorities to trust; certifi's when ``None``."""
    cert_file: str | None
    """File of the client's certificate."""
    key_file: str | None
    """File of the client's key."""
    assert_hostname: str | bool | None
    """Host name that the certificate must carry; ``None`` for the one in the URL, ``False`` for any."""
    connection_pool_maxsize: int
    """Connections that are kept open; more are made when more threads ask, and closed after use."""
    proxy: str | None
    """URL of an HTTP proxy, with credentials if it wants them; ``None`` for the environment's, ``""`` for none."""
    proxy_headers: Mapping[str, str] | None
    """Headers for the proxy."""
    safe_chars_for_path_param: str
    """Characters that path values keep unencoded; none by default."""
    debug_bodies: int
    """Characters of each body that the log shows while it is on; ``0``, the default, shows none. Bodies of calls that
    carry secrets, such as passwords and tokens, are never shown."""
    temp_folder_path: str | None
    """Folder for files that are downloaded; the system's when ``None``."""

    def __init__(
        self,
        host: str | None = None,
        api_key: Mapping[str, str] | None = None,
        api_key_prefix: Mapping[str, str] | None = None,
        username: str | None = None,
        password: str | None = None,
        *,
        token: Credential | None = None,
        bearer: Credential | None = None,
        run_as: str | None = None,
        timeout: Timeout = UNSET,
        retries: int | Retry | None = UNSET,
    ) -> None:
        if self._default is None:
            self._set_defaults()
        else:
            self.__dict__.update(self._default._settings())
        if host is not None:
            self.host = host
        if api_key is not None:
            self.api_key = dict(api_key)
        if api_key_prefix is not None:
            self.api_key_prefix = dict(api_key_prefix)
        self._set_credentials(username, password, token, bearer)
        if run_as is not None:
            self.run_as = run_as
        if timeout is not UNSET:
            self.timeout = timeout
        if retries is not UNSET:
            self.retries = retries

    def _set_defaults(self) -> None:
        environment = os.environ.get
        self.host = environment("VIDISPINE_HOST") or DEFAULT_HOST
        self._username = environment("VIDISPINE_USERNAME", "")
        self._password = environment("VIDISPINE_PASSWORD", "")
        self.token = environment("VIDISPINE_TOKEN") or None
        self.bearer = environment("VIDISPINE_BEARER") or None
        self.run_as = environment("VIDISPINE_RUN_AS") or None
        self.api_key = {}
        self.api_key_prefix = {}
        self.refresh_api_key_hook = None
        self.timeout = DEFAULT_TIMEOUT
        self.retries = DEFAULT_RETRIES
        self.verify_ssl = True
        self.ssl_ca_cert = None
        self.cert_file = None
        self.key_file = None
        self.assert_hostname = None
        self.connection_pool_maxsize = max(4, (os.cpu_count() or 1) * 5)
        self.proxy = None
        self.proxy_headers = None
        self.safe_chars_for_path_param = ""
        self.debug_bodies = 0
        self.temp_folder_path = None
        self._debug = False
        self._logger_file: str | None = None
        self._file_handler: logging.Handler | None = None
        self._logger_format = _LOG_FORMAT

    def _set_credentials(
        self, username: str | None, password: str | None, token: Credential | None, bearer: Credential | None
    ) -> None:
        # What the environment says must not win over credentials that are given here.
        if username is not None:
            self.username = username
        if password is not None:
            self.password = password
        if token is not None:
            self.token = _asked_or_given("token", token)
            self.bearer = None
        if bearer is not None:
            self.bearer = _asked_or_given("bearer", bearer)

    @property
    def username(self) -> str:
        """User for Basic authentication; setting it drops tokens, so that the last word given counts."""
        return self._username

    @username.setter
    def username(self, value: str | bytes | None) -> None:
        self._username = _credential("username", value)
        self.token = self.bearer = None

    @property
    def password(self) -> str:
        """The user's password; setting it drops tokens, so that the last word given counts."""
        return self._password

    @password.setter
    def password(self, value: str | bytes | None) -> None:
        self._password = _credential("password", value)
        self.token = self.bearer = None

    @classmethod
    def set_default(cls, default: Configuration | None) -> None:
        """Set the configuration that new ones start from as a copy; ``None`` goes back to the built-in one."""
        cls._default = None if default is None else copy.copy(default)

    def _settings(self) -> dict[str, Any]:
        """Return the settings for a copy: mappings are copied, what a user put in (a callable, a Retry) is not."""
        settings = {name: dict(value) if isinstance(value, dict) else value for name, value in self.__dict__.items()}
        settings["_file_handler"] = None
        return settings

    def __copy__(self) -> Configuration:
        new = type(self).__new__(type(self))
        new.__dict__.update(self._settings())
        return new

    def __deepcopy__(self, memo: dict[int, Any]) -> Configuration:
        return self.__copy__()

    # Credentials

    def authorization(self) -> str | None:
        """Return the ``Authorization`` header for a request made now; ``None`` when there are no credentials."""
        if self.bearer is not None:
            return f"Bearer {self.bearer() if callable(self.bearer) else self.bearer}"
        if self.token:
            return f"token {self.token() if callable(self.token) else self.token}"
        if self._username or self._password:
            return self.get_basic_auth_token()
        return None

    def renewed_authorization(self, refused: str) -> str | None:
        """Return another ``Authorization`` header in place of one that the server refused; ``None`` if there is none.

        The callable that gave the refused token is asked for another, if it has a method ``renew``.
        """
        renew = getattr(self.token if self.bearer is None else self.bearer, "renew", None)
        if renew is None:
            return None
        renew(refused.partition(" ")[2])
        authorization = self.authorization()
        return None if authorization == refused else authorization

    def get_basic_auth_token(self) -> str:
        """Return the ``Authorization`` header of Basic authentication."""
        return "Basic " + b64encode(f"{self._username}:{self._password}".encode()).decode("ascii")

    def get_api_key_with_prefix(self, identifier: str) -> str | None:
        """Return a secret of ``api_key`` after its prefix; ``None`` when there is none of this name."""
        if self.refresh_api_key_hook is not None:
            self.refresh_api_key_hook(self)
        key = self.api_key.get(identifier)
        prefix = self.api_key_prefix.get(identifier)
        return f"{prefix} {key}" if key and prefix else key or None

    def auth_settings(self) -> dict[str, dict[str, Any]]:
        """Return how ``basicAuth`` is put into a request; the value is a secret."""
        return {
            "basicAuth": {
                "type": "basic",
                "in": "header",
                "key": "Authorization",
                "value": self.authorization(),
            }
        }

    # Host

    def get_host_settings(self) -> list[dict[str, Any]]:
        """Return the servers that the API's description names."""
        return [{"url": DEFAULT_HOST, "description": "A VidiCore server on this machine."}]

    def get_host_from_settings(self, index: int, variables: Mapping[str, str] | None = None) -> str:
        """Return the URL of one of :meth:`get_host_settings`; none of them has variables.

        :raises ApiValueError: there is no such server
        """
        servers = self.get_host_settings()
        if not 0 <= index < len(servers):
            raise ApiValueError(f"there is no server {index}: the description names {len(servers)}")
        url: str = servers[index]["url"]
        return url

    # Logging

    @property
    def logger(self) -> dict[str, logging.Logger]:
        """The loggers of this package and of urllib3, by name."""
        return {
            "package_logger": logging.getLogger("vidispine"),
            "urllib3_logger": logging.getLogger("urllib3"),
        }

    @property
    def debug(self) -> bool:
        """Whether each call is logged: its method, path, names of parameters, status, time, sizes and retries."""
        return self._debug

    @debug.setter
    def debug(self, value: bool) -> None:
        self._debug = bool(value)
        logger = logging.getLogger("vidispine")
        logger.setLevel(logging.DEBUG if value else logging.NOTSET)
        if value and not logger.hasHandlers():
            self._add_handler(logging.StreamHandler())

    @property
    def logger_file(self) -> str | None:
        """File that the log is also written to; ``None`` for none."""
        return self._logger_file

    @logger_file.setter
    def logger_file(self, value: str | None) -> None:
        if self._file_handler is not None:
            logging.getLogger("vidispine").removeHandler(self._file_handler)
            self._file_handler.close()
            self._file_handler = None
        self._logger_file = value
        if value:
            self._file_handler = logging.FileHandler(value, encoding="utf-8")
            self._add_handler(self._file_handler)

    @property
    def logger_format(self) -> str:
        """Format of the log's lines, as :class:`logging.Formatter` takes it."""
        return self._logger_format

    @logger_format.setter
    def logger_format(self, value: str) -> None:
        self._logger_format = value
        for handler in logging.getLogger("vidispine").handlers:
            handler.setFormatter(logging.Formatter(value))

    def _add_handler(self, handler: logging.Handler) -> None:
        handler.setFormatter(logging.Formatter(self._logger_format))
        logging.getLogger("vidispine").addHandler(handler)

    def to_debug_report(self) -> str:
        """Return what a bug report should say about the installation; no secrets."""
        import platform
        import sys

        return (
            f"Python SDK Debug Report:\nOS: {platform.platform()}\nPython Version: {sys.version}\n"
            f"SDK Package Version: {__version__}\nHost: {redact_url(self.host)}"
        )

    def __repr__(self) -> str:
        """Return the settings that are no secrets."""
        user = f", username={self.username!r}" if self.username else ""
        return f"Configuration(host={redact_url(self.host)!r}{user})"


def redact_url(url: str) -> str:
    """Return a URL as it may be printed: without credentials, which do not belong there but may be."""
    return re.sub(r"//[^/]*@", "//***@", url)


def _asked_or_given(name: str, value: Credential) -> Credential:
    if not (isinstance(value, str) or callable(value)):
        raise ApiTypeError(f"{name} must be a string or a callable, not a {type(value).__name__}")
    return value


def _credential(name: str, value: str | bytes | None) -> str:
    if value is None:
        return ""
    try:
        return six.ensure_str(value)
    except TypeError:
        raise ApiTypeError(f"{name} must be a string, not a {type(value).__name__}") from None
