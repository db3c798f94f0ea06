"""The settings of a client: host, credentials, timeouts, retries, TLS, proxy and log."""

from __future__ import annotations

import os
import warnings
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakSet

from vidispine._values.checks import (
    check_byte_limit,
    check_callables,
    check_integer,
    check_rate,
    check_seconds,
    check_string,
)
from vidispine._values.secrets import (
    Credential,
    Secret,
    call_credential,
    check_credential,
    mask,
    mask_proxy,
    read_token,
    to_credential_text,
)
from vidispine.exceptions import (
    ApiTypeError,
    ApiValueError,
    UnexpectedKeywordError,
    did_you_mean,
    hides_arguments,
    short_repr,
    warn_caller,
)
from vidispine.version import __version__

if TYPE_CHECKING:
    import logging
    from typing import TypedDict

    from typing_extensions import Self, Unpack
    from urllib3.util.retry import Retry

    from vidispine._transport.hooks import PreparedRequest
    from vidispine.types import CallInfo, Timeout
else:

    class TypedDict(dict):
        """Stands in for ``typing.TypedDict``, which compiles each annotation when it is imported."""

        def __init_subclass__(cls, total: bool) -> None:
            """Accept the keyword, which only type checkers use."""


__all__ = ["Configuration", "Settings"]

DEFAULT_HOST = "http://localhost:8080/API"
DEFAULT_TIMEOUT = (10.0, 60.0)
DEFAULT_RETRIES = 2
DEFAULT_MAX_RESPONSE_BYTES = 1024**3
DEFAULT_RETRY_AFTER_CEILING = 30.0
_LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"


class Settings(TypedDict, total=False):
    """The settings that :class:`Configuration` and :class:`vidispine.Client` take as keywords.

    Both also take ``host``, ``username``, ``password``, ``api_key`` and ``api_key_prefix``, by name or position.
    """

    token: Credential | None
    """A token of ``GET /token``, or a callable that returns one, such as a :class:`vidispine.TokenSource`. It is used
    instead of username and password. Default: ``VIDISPINE_TOKEN``."""
    bearer: Credential | None
    """An OAuth 2 token, or a callable that returns one; it takes precedence over all other credentials. When the server
    rejects (401) what a callable returned, its method ``renew``, if it has one, is called with the rejected token, and
    the request is sent again. Default: ``VIDISPINE_BEARER``."""
    run_as: str | None
    """Name of the user to act as, which the server allows to administrators. It must not be empty: ``""`` causes a
    ``DeprecationWarning``. Default: ``VIDISPINE_RUN_AS``."""
    timeout: Timeout
    """Seconds to wait for a connection and for each read, as a number or as ``(connect, read)``. ``None`` for no limit.
    Default: ``(10, 60)``."""
    retries: int | Retry | None
    """Number of retries for idempotent calls, from 0; or a :class:`urllib3.util.Retry`, which is used unchanged.
    Default: ``2``."""
    retry_after_ceiling: float
    """The longest ``Retry-After`` of a server that a call waits for, in seconds. A longer one raises the error
    immediately; its attribute ``retry_after`` has the seconds. Default: ``30``."""
    verify_ssl: bool
    """Verify the server's certificate. Default: ``True``. ``False`` trusts any server."""
    ssl_ca_cert: str | None
    """Certificate authorities to trust: a file in PEM form, or a directory that ``openssl rehash`` prepared. ``""`` for
    those of certifi. Default: ``None``, which uses the first of ``SSL_CERT_FILE``, ``SSL_CERT_DIR``,
    ``REQUESTS_CA_BUNDLE`` and ``CURL_CA_BUNDLE`` that is set, and those of certifi if none is."""
    cert_file: str | None
    """File of the client's certificate, in PEM form; it may also contain the private key. Default: none."""
    key_file: str | None
    """File of the client's private key, in PEM form. Default: none."""
    key_password: str | None
    """Password of an encrypted private key. There is never a prompt for it. Default: none."""
    assert_hostname: str | bool | None
    """Host name that the certificate must carry. ``False`` for any. Default: the one in the URL."""
    connection_pool_maxsize: int
    """Connections to keep open. More are opened when more threads make calls, and closed after use. Default: five for
    each processor, at least 4."""
    proxy: str | None
    """URL of an HTTP proxy, with credentials if it requires them. ``""`` for none. Default: ``None``, which reads
    ``HTTP_PROXY`` or ``HTTPS_PROXY``, by the scheme of ``host``, else ``ALL_PROXY``. Hosts that ``NO_PROXY`` names are
    reached directly: domains, addresses and networks, such as ``.example.com,10.0.0.0/8,[::1]:8080``."""
    proxy_headers: Mapping[str, str] | None
    """Headers for the proxy. Default: none."""
    max_response_bytes: int | None
    """The longest body of a response that is read into memory, in bytes after decompression. A longer one raises
    :class:`vidispine.ApiResponseError`, and so does one of more than 64 MiB that was compressed more than 200 times.
    Files and responses with ``_preload_content=False`` are not limited. ``None`` for no limit. Default: ``1073741824``
    (1 GiB)."""
    safe_chars_for_path_param: str
    """Characters that are not percent-encoded in path parameters. Default: none."""
    max_requests_per_second: float | None
    """The maximum rate of requests, including retries: a number greater than 0. Requests are evenly spaced; there is no
    burst after a pause. Calls are queued. ``None`` for no limit. Default: ``None``."""
    accept_gzip: bool
    """Request gzip-compressed responses, which helps on slow links and costs time on fast ones. Files are not
    compressed. Default: ``False``."""
    before_request: list[Callable[[PreparedRequest], object]]
    """Functions that are called before each attempt with the :class:`vidispine.PreparedRequest`, whose headers can be
    changed. An exception that one raises is raised by the call; the attempt is not sent. Default: ``[]``."""
    after_call: list[Callable[[CallInfo], object]]
    """Functions that are called once after each call, successful or not, with its :class:`vidispine.CallInfo`. An
    exception that one raises is logged and does not change the outcome. Default: ``[]``."""
    debug: bool
    """Log each call: its method, path, names of parameters, status, time, sizes and retries. Default: ``False``."""
    debug_bodies: int
    """Characters of each body to log while the log is on; ``0`` for none. Bodies of calls that carry secrets, such as
    passwords and tokens, are never logged. Default: ``0``."""
    logger_file: str | None
    """File to which the log is also written. Default: none."""
    logger_format: str
    """Format of log lines, see :class:`logging.Formatter`. Default: time, level and message."""
    temp_folder_path: str | None
    """Folder for downloaded files. Default: the system's folder for temporary files."""
    refresh_api_key_hook: Callable[[Configuration], None] | None
    """Called with the configuration before a key of ``api_key`` is read, to renew it. Default: none."""


SETTINGS = frozenset(Settings.__annotations__)
"""Names of the settings that are taken as keywords only."""
_POSITIONAL = ("host", "api_key", "api_key_prefix", "username", "password")
SETTING_NAMES = SETTINGS.union(_POSITIONAL)
"""Names of all settings."""
_ENVIRONMENT = {
    "host": "VIDISPINE_HOST",
    "username": "VIDISPINE_USERNAME",
    "password": "VIDISPINE_PASSWORD",
    "token": "VIDISPINE_TOKEN",
    "bearer": "VIDISPINE_BEARER",
    "run_as": "VIDISPINE_RUN_AS",
}
"""The environment variable of each setting that has one."""
_NONE_MEANS_OMITTED = frozenset({*_POSITIONAL, "token", "bearer", "run_as"})
_NAMES_OF_5_0_4 = frozenset({"logger_file_handler", "logger_formatter", "logger_stream_handler"})
"""Attributes of 5.0.4 that scripts set, and that have no effect."""


class Configuration:
    """The settings of a client.

    ::

        configuration = Configuration("http://localhost:8080/API", username="admin", password="admin", timeout=20)
        print(Client(configuration=configuration).job.get_jobs(number=1).hits)

    Settings you omit are taken from :meth:`set_default` if it was called, else from environment variables, else they
    have their defaults. Instances share nothing. ``timeout``, ``retries`` and credentials may be changed at any time;
    everything else is read when a client makes its first call.

    :param host: base URL of the API. Default: ``VIDISPINE_HOST``, or ``http://localhost:8080/API``
    :param api_key: secrets by name, for :meth:`get_api_key_with_prefix`; no operation of VidiCore needs one
    :param api_key_prefix: the prefixes of these secrets, such as ``Bearer``, by name
    :param username: user for Basic authentication, or the id of an access key. Default: ``VIDISPINE_USERNAME``
    :param password: the user's password, or the access key's secret. Default: ``VIDISPINE_PASSWORD``
    :param settings: see :class:`Settings`
    :raises ApiTypeError: a setting has the wrong type or is unknown
    :raises ApiValueError: a setting has an invalid value
    """

    _default: ClassVar[Configuration | None] = None

    host: str
    """Base URL of the API."""
    api_key: dict[str, str]
    """Secrets by name, for :meth:`get_api_key_with_prefix`."""
    api_key_prefix: dict[str, str]
    """The prefixes of these secrets, by name."""
    refresh_api_key_hook: Callable[[Configuration], None] | None
    token: Credential | None
    bearer: Credential | None
    run_as: str | None
    timeout: Timeout
    retries: int | Retry | None
    retry_after_ceiling: float
    verify_ssl: bool
    ssl_ca_cert: str | None
    cert_file: str | None
    key_file: str | None
    key_password: str | None
    assert_hostname: str | bool | None
    connection_pool_maxsize: int
    proxy: str | None
    proxy_headers: Mapping[str, str] | None
    safe_chars_for_path_param: str
    max_requests_per_second: float | None
    accept_gzip: bool
    max_response_bytes: int | None
    before_request: list[Callable[[PreparedRequest], object]]
    after_call: list[Callable[[CallInfo], object]]
    debug_bodies: int
    temp_folder_path: str | None

    @hides_arguments
    def __init__(
        self,
        host: str | None = None,
        api_key: Mapping[str, str] | None = None,
        api_key_prefix: Mapping[str, str] | None = None,
        username: str | None = None,
        password: str | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self._file_handler: logging.Handler | None = None
        self._stream_handler: logging.Handler | None = None
        if self._default is None:
            self._set_defaults(os.environ)
        else:
            self.__dict__.update(self._default._settings())
        # Tokens last: setting a user name removes them.
        given: dict[str, Any] = {
            "host": host,
            "api_key": api_key,
            "api_key_prefix": api_key_prefix,
            "username": username,
            "password": password,
            **settings,
        }
        for name, value in given.items():
            if name not in SETTING_NAMES:
                raise UnexpectedKeywordError.of(type(self).__name__, name, [*_POSITIONAL, *sorted(SETTINGS)])
            if value is not None or name not in _NONE_MEANS_OMITTED:
                self._set(name, value)

    def _set(self, name: str, value: Any) -> None:
        """Set a setting that was given as an argument."""
        if name in ("token", "bearer"):
            value = check_credential(name, value)
            if name == "token":
                # Environment variables must not take precedence over arguments.
                self.bearer = None
        if name in ("api_key", "api_key_prefix"):
            if not isinstance(value, Mapping):
                raise ApiTypeError(f"{name} must be a mapping of names to text, not {type(value).__name__}")
            value = dict(value)
        elif isinstance(value, list):
            value = list(value)
        setattr(self, name, value)

    @classmethod
    def isolated(cls, host: str, username: str, password: str) -> Self:
        """Return a configuration that ignores environment variables and :meth:`set_default`.

        It has no proxy. The pytest fixtures and the simulator use it.

        :param host: base URL of the API
        :param username: user for Basic authentication
        :param password: the user's password
        """
        new = cls.__new__(cls)
        new._file_handler = new._stream_handler = None
        new._set_defaults({})
        new.host, new.username, new.password, new.proxy, new.ssl_ca_cert = host, username, password, "", ""
        return new

    def _set_defaults(self, environment: Mapping[str, str]) -> None:
        found = {name: environment.get(variable) for name, variable in _ENVIRONMENT.items()}
        self.host = found["host"] or DEFAULT_HOST
        self._username = found["username"] or ""
        self._password = found["password"] or ""
        self.token = found["token"] or None
        self.bearer = found["bearer"] or None
        self.run_as = found["run_as"] or None
        self.api_key = {}
        self.api_key_prefix = {}
        self.refresh_api_key_hook = None
        self.timeout = DEFAULT_TIMEOUT
        self.retries = DEFAULT_RETRIES
        self.retry_after_ceiling = DEFAULT_RETRY_AFTER_CEILING
        self.verify_ssl = True
        self.ssl_ca_cert = None
        self.cert_file = None
        self.key_file = None
        self.key_password = None
        self.assert_hostname = None
        self.connection_pool_maxsize = _default_connections()
        self.proxy = None
        self.proxy_headers = None
        self.max_response_bytes = DEFAULT_MAX_RESPONSE_BYTES
        self.safe_chars_for_path_param = ""
        self.max_requests_per_second = None
        self.accept_gzip = False
        self.before_request = []
        self.after_call = []
        self.debug_bodies = 0
        self.temp_folder_path = None
        self._debug = False
        self._logger_file: str | None = None
        self._logger_format = _LOG_FORMAT

    if not TYPE_CHECKING:
        # Hidden from type checkers, which would accept any name.
        @hides_arguments
        def __setattr__(self, name: str, value: Any) -> None:
            if name not in _ATTRIBUTES and name[:1] != "_" and type(self) is Configuration:
                _check_name(name)
            check = _CHECKS.get(name)
            object.__setattr__(self, name, value if check is None else check(name, value))

    _basic_token: tuple[Any, Any, str] = (None, None, "")
    """The last user name and password, and the header for them."""

    @property
    def username(self) -> str:
        """User for Basic authentication. Setting it removes ``token`` and ``bearer``."""
        return self._username

    @username.setter
    def username(self, value: str | bytes | None) -> None:
        self._username = to_credential_text("username", value)
        self.token = self.bearer = None

    @property
    def password(self) -> str:
        """The user's password. Setting it removes ``token`` and ``bearer``."""
        return self._password

    @password.setter
    def password(self, value: str | bytes | None) -> None:
        self._password = to_credential_text("password", value)
        self.token = self.bearer = None

    @classmethod
    def set_default(cls, default: Configuration | None) -> None:
        """Set the configuration that new configurations are copied from; ``None`` restores the defaults."""
        import copy

        cls._default = None if default is None else copy.copy(default)

    def _settings(self) -> dict[str, Any]:
        """Return the settings for a copy: mappings are copied; callables and policies are not."""
        settings = {
            name: type(value)(value) if isinstance(value, (dict, list)) else value
            for name, value in self.__dict__.items()
        }
        return {**settings, "_file_handler": None, "_stream_handler": None, "_basic_token": (None, None, "")}

    def __getstate__(self) -> dict[str, Any]:
        # The handlers of the log cannot be pickled.
        return self._settings()

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A pickle of an earlier version lacks newer settings.
        self._set_defaults({})
        self.__dict__.update(state)
        # Credentials are plain text in pickles.
        self.__dict__.update({name: to_masked(name, self.__dict__[name]) for name, to_masked in _MASKS.items()})

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
            return Secret(f"Bearer {read_token('bearer', self.bearer)}")
        if self.token:
            return Secret(f"token {read_token('token', self.token)}")
        if self._username or self._password:
            return self.get_basic_auth_token()
        return None

    def renewed_authorization(self, refused: str) -> str | None:
        """Return another ``Authorization`` header instead of one that the server rejected; ``None`` if there is none.

        Calls the method ``renew`` of the callable that returned the rejected token, if it has one.

        :param refused: the rejected header
        """
        name = "token" if self.bearer is None else "bearer"
        renew = getattr(getattr(self, name), "renew", None)
        if renew is None:
            return None
        call_credential(name, lambda: renew(refused.partition(" ")[2]))
        authorization = self.authorization()
        return None if authorization == refused else authorization

    def get_basic_auth_token(self) -> str:
        """Return the ``Authorization`` header of Basic authentication.

        :raises ApiValueError: the user name contains a colon, or one of them is not valid Unicode text
        """
        username, password, header = self._basic_token
        if username is self._username and password is self._password:
            return header
        if ":" in self._username:
            raise ApiValueError("username must not contain a colon, which ends the user name in Basic authentication")
        try:
            pair = f"{self._username}:{self._password}".encode()
        except UnicodeEncodeError:
            raise ApiValueError("username and password must be valid Unicode text without lone surrogates") from None
        header = Secret("Basic " + b64encode(pair).decode("ascii"))
        # Written to the dictionary, because setting an attribute checks the name of a setting.
        self.__dict__["_basic_token"] = (self._username, self._password, header)
        return header

    def get_api_key_with_prefix(self, identifier: str) -> str | None:
        """Return a secret of ``api_key`` after its prefix; ``None`` when there is none of this name."""
        if self.refresh_api_key_hook is not None:
            self.refresh_api_key_hook(self)
        key = self.api_key.get(identifier)
        prefix = self.api_key_prefix.get(identifier)
        return f"{prefix} {key}" if key and prefix else key or None

    def auth_settings(self) -> dict[str, dict[str, Any]]:
        """Return how a request is authenticated with ``basicAuth``. The value is a secret."""
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
        """Return the servers of the API description."""
        return [{"url": DEFAULT_HOST, "description": "A VidiCore server on this machine."}]

    def get_host_from_settings(self, index: int, variables: Mapping[str, str] | None = None) -> str:
        """Return the URL of one of :meth:`get_host_settings`; none of them has variables.

        :raises ApiValueError: there is no such server
        """
        servers = self.get_host_settings()
        if not 0 <= index < len(servers):
            raise ApiValueError(f"there is no server {index}: the description has {len(servers)}")
        url: str = servers[index]["url"]
        return url

    # Logging

    @property
    def logger(self) -> dict[str, logging.Logger]:
        """The loggers of this package and of urllib3, by name."""
        import logging

        return {
            "package_logger": logging.getLogger("vidispine"),
            "urllib3_logger": logging.getLogger("urllib3"),
        }

    @property
    def debug(self) -> bool:
        """Whether calls made with this configuration are logged regardless of the level of the logger."""
        return self._debug

    @debug.setter
    def debug(self, value: bool) -> None:
        from vidispine._values.log_handlers import add_stream_handler, remove_handler

        self._debug = bool(value)
        if value:
            _DEBUGGED.add(self)
            if self._stream_handler is None:
                self._stream_handler = add_stream_handler(self._logger_format)
            return
        _DEBUGGED.discard(self)
        remove_handler(self._stream_handler)
        self._stream_handler = None
        for other in tuple(_DEBUGGED):
            # It may need its own handler, now that this one is removed.
            other.debug = True

    @property
    def logger_file(self) -> str | None:
        """File to which the log is also written; ``None`` for none."""
        return self._logger_file

    @logger_file.setter
    def logger_file(self, value: str | None) -> None:
        from vidispine._values.log_handlers import add_file_handler, remove_handler

        handler = add_file_handler(value, self._logger_format) if value else None
        remove_handler(self._file_handler)
        self._file_handler, self._logger_file = handler, value

    @property
    def logger_format(self) -> str:
        """Format of log lines, see :class:`logging.Formatter`."""
        return self._logger_format

    @logger_format.setter
    def logger_format(self, value: str) -> None:
        from vidispine._values.log_handlers import set_format

        set_format(check_string("logger_format", value), self._file_handler, self._stream_handler)
        self._logger_format = value

    def to_debug_report(self) -> str:
        """Return information about the installation for a bug report, without secrets."""
        import platform
        import sys

        from vidispine._text.redaction import redact_url

        return (
            f"Python SDK Debug Report:\nOS: {platform.platform()}\nPython Version: {sys.version}\n"
            f"SDK Package Version: {__version__}\nHost: {redact_url(self.host)}"
        )

    def __repr__(self) -> str:
        """Return the settings that are not secret."""
        from vidispine._text.redaction import redact_url

        user = f", username={self.username!r}" if self.username else ""
        return f"Configuration(host={redact_url(self.host)!r}{user})"


def _default_connections() -> int:
    return max(4, (os.cpu_count() or 1) * 5)


def _check_connections(name: str, value: Any) -> int:
    return _default_connections() if value is None else check_integer(name, value, 1, _MAX_CONNECTIONS)


def _check_boolean(name: str, value: Any) -> Any:
    if not isinstance(value, bool):
        meaning = "on" if value else "off"
        message = f"{name} must be True or False, which 7.0.0 requires: {short_repr(value)} turns it {meaning}"
        warn_caller(message, DeprecationWarning)
    return value


EMPTY_RUN_AS = "'' means the user of the credentials"


def _check_not_empty(name: str, value: Any) -> Any:
    if value == "":
        what_to_do = f"{EMPTY_RUN_AS}; omit {name}, or set the attribute to None"
        warn_caller(f"{name} must not be empty, which 7.0.0 requires: {what_to_do}", DeprecationWarning)
    return value


def _check_logged_length(name: str, value: Any) -> int:
    if value is None or isinstance(value, bool):
        return int(value or 0)
    return check_integer(name, value, 0, _MAX_LOGGED_LENGTH)


def _to_secret(name: str, value: Any) -> Secret | None:
    return None if value is None else Secret(to_credential_text(name, value))


_MAX_CONNECTIONS = 100_000
_MAX_LOGGED_LENGTH = 2**31 - 1
_DEBUGGED: WeakSet[Configuration] = WeakSet()
"""Configurations whose ``debug`` was set."""
_MASKS: Mapping[str, Callable[[str, Any], Any]] = {
    "key_password": _to_secret,
    "_password": mask,
    "token": mask,
    "bearer": mask,
    "api_key": mask,
    "proxy": mask_proxy,
    "proxy_headers": mask,
}
"""Functions that return a credential so that its ``repr`` does not show it."""
_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    **_MASKS,
    "run_as": _check_not_empty,
    "retry_after_ceiling": partial(check_seconds, may_be_zero=True, may_be_infinite=True),
    "max_requests_per_second": check_rate,
    "connection_pool_maxsize": _check_connections,
    "debug_bodies": _check_logged_length,
    "verify_ssl": _check_boolean,
    "accept_gzip": _check_boolean,
    "safe_chars_for_path_param": check_string,
    "max_response_bytes": check_byte_limit,
    "before_request": check_callables,
    "after_call": check_callables,
}
"""Functions that check and convert the values of settings."""
_ATTRIBUTES = SETTING_NAMES.union(_NAMES_OF_5_0_4)


def _check_name(name: str) -> None:
    """Report a setting that does not exist.

    :raises AttributeError: the name is nearly that of a setting
    """
    hint = did_you_mean(name, _ATTRIBUTES)
    if hint:
        raise AttributeError(f"Configuration has no setting {name!r}{hint}")
    warnings.warn(f"Configuration has no setting {name!r}: it has no effect", UserWarning, stacklevel=3)
