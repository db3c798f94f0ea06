"""The client of a VidiCore server, with each API as an attribute."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from vidispine.api.resources import BASE_PATH, Resources
from vidispine.api_client import ApiClient
from vidispine.configuration import SETTING_NAMES, Configuration
from vidispine.exceptions import (
    ApiTypeError,
    UnexpectedKeywordError,
    did_you_mean,
    hides_arguments,
    name_of,
    warn_caller,
)
from vidispine.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    import urllib3
    from typing_extensions import ParamSpec, Self, Unpack

    from vidispine.configuration import Settings
    from vidispine.media import Media
    from vidispine.types import ClientOptions

    P = ParamSpec("P")

__all__ = ["Client"]

T = TypeVar("T")

DEFAULT_PATH = BASE_PATH


class Client(Resources):
    """A VidiCore server; each API is available as an attribute: ``client.job.get_jobs()``.

    ::

        with vidispine.Client("http://localhost:8080", username="admin", password="admin") as client:
            print(client.item.get_item("VX-93", content="metadata").metadata["title"])

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

    @classmethod
    def from_profile(cls, name: str | None = None, **settings: Unpack[Settings]) -> Self:
        """Return a client with the settings of a profile, which ``vidispine profile add`` stores.

        ::

            client = vidispine.Client.from_profile("lab", timeout=5)

        Requires the extra ``cli``. The profile has the host, the user and other settings. The password is that of
        ``VIDISPINE_PASSWORD``, unless ``VIDISPINE_HOST`` or ``VIDISPINE_USERNAME`` name another server or user, else
        the one that ``vidispine login`` stored in the keyring. You are never asked for it. Otherwise environment
        variables name no server, user or token.

        :param name: the profile. Default: ``VIDISPINE_PROFILE``, else the current profile
        :param settings: settings that replace those of the profile, see :class:`vidispine.configuration.Settings`.
            With a ``token`` or ``bearer``, no password is needed
        :returns: A client of this class.
        :raises ImportError: The extra ``cli`` is not installed.
        :raises ApiTypeError: A setting is unknown, or has the wrong type.
        :raises ApiValueError: There is no such profile, the file of the profiles is invalid, or there is no password.
        """
        if not isinstance(name, (str, type(None))):
            raise ApiTypeError(f"name must be the name of a profile, not {type(name).__name__}")
        try:
            from vidispine._profiles.configuration import configuration_of  # few programs need it

            configuration = configuration_of(name, settings)
        except ModuleNotFoundError as error:
            message = "Client.from_profile requires the extra cli: pip install 'vidispine[cli]'"
            raise ImportError(message) from error
        return cls(configuration=configuration)

    @property
    def settings(self) -> Configuration:
        """The settings of this client. ``client.configuration`` is the ``ConfigurationApi``."""
        return self.api_client.configuration

    @property
    def media(self) -> Media:
        """Imports, downloads and exports media: ``client.media.ingest("clip.mov")``."""
        from vidispine.media import Media

        return Media(self)

    @hides_arguments
    def with_options(self, **options: Unpack[ClientOptions]) -> Self:
        """Return a client with other options, on the connections of this one.

        ::

            bob = client.with_options(run_as="bob", timeout=5)

        Both clients share connections, rate limit, retry budget, hooks and threads. The other settings are copied:
        later changes of ``client.settings`` do not apply to the returned client. Closing the returned client closes
        nothing; closing this one closes both.

        :param run_as: name of the user to act as, which the server allows to administrators. ``None``: as the user of
            the credentials
        :param timeout: seconds to wait for a connection and for each read, as a number or as ``(connect, read)``.
            ``None`` for no limit
        :param retries: number of retries for idempotent calls, from 0; or a :class:`urllib3.util.Retry`
        :param headers: headers of every request. They replace headers that have the same name, also ``Authorization``
        :returns: A client of the same class. Omitted options have the values of this client.
        :raises ApiTypeError: An option is unknown, or has the wrong type.
        :raises ApiValueError: An option has an invalid value.
        """
        derived = type(self).__new__(type(self))
        derived.api_client = self.api_client.with_options(**options)
        return derived

    def submit(self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Make a call on another thread, and return its :class:`concurrent.futures.Future`.

        ::

            futures = [client.submit(client.item.get_item, item_id) for item_id in ids]
            items = [future.result() for future in futures]

        At most ``Configuration.connection_pool_maxsize`` calls are made at the same time; the others are queued. The
        threads start with the first call, and ``close()`` waits until all submitted calls have ended.

        :param method: a method of an API, such as ``client.job.get_job``, or any other callable
        :param args: its positional arguments
        :param kwargs: its keyword arguments
        :returns: The future. ``future.result()`` returns what the method returns, or raises what it raises.
        :raises ApiTypeError: ``method`` is not callable.
        :raises ApiValueError: This client is closed.
        """
        if not callable(method):
            raise ApiTypeError(f"submit: method must be callable, not {type(method).__name__}")
        from vidispine._calls.background import submit  # few programs need it

        return submit(self.api_client.executor, partial(method, *args, **kwargs))

    def raw(self, method: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> urllib3.BaseHTTPResponse:
        """Make a call and return the response unread, to process its body in chunks.

        ::

            response = client.raw(client.item.get_item, "VX-93")
            for chunk in response.stream():
                ...
            response.release_conn()

        :param method: a method that makes a call, such as ``client.item.get_item``
        :param args: its positional arguments
        :param kwargs: its keyword arguments
        :returns: The response. Call ``release_conn()`` when you have read it.
        :raises ApiTypeError: ``method`` does not make exactly one call.
        :raises ApiException: The call failed, or its status is not 2xx.
        """
        options: dict[str, Any] = {**kwargs, "_preload_content": False}
        try:
            response: urllib3.BaseHTTPResponse = _call_method("raw", method, args, options)
        except BaseException:
            # Tracebacks may show them.
            del args, kwargs, options
            raise
        return response

    def text(self, method: Callable[..., object], /, *args: Any, accept: str | None = None, **kwargs: Any) -> str:
        """Make a call and return the body of the response as text, such as the XML of a document.

        ::

            xml = client.text(client.item.get_item, "VX-93", accept="application/xml")

        :param method: a method that makes a call, such as ``client.item.get_item``
        :param args: its positional arguments
        :param accept: the media type to request. Default: the operation's first media type, which is usually JSON
        :param kwargs: its keyword arguments
        :returns: The body, decoded with the charset of the response. Default: UTF-8. An empty body is ``""``.
        :raises ApiTypeError: ``method`` does not make exactly one call.
        :raises ApiDecodeError: The body is not valid text.
        :raises ApiException: The call failed.
        """
        options = {**kwargs, "_as_text": True}
        if accept is not None:
            options["_accept"] = accept
        try:
            text: str = _call_method("text", method, args, options)
        except BaseException:
            # Tracebacks may show them.
            del args, kwargs, options
            raise
        return text

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
        # Hidden from type checkers, which would accept any name.
        def __getattr__(self, name: str) -> Any:
            raise AttributeError(f"Client has no attribute {name!r}{_hint(self, name)}")

        @hides_arguments
        def __setattr__(self, name: str, value: Any) -> None:
            if name in SETTING_NAMES and type(self) is Client and not hasattr(Client, name):
                message = f"Client has no attribute {name!r}: it has no effect: set client.settings.{name}"
                warn_caller(message, UserWarning)
            object.__setattr__(self, name, value)


def _hint(client: Client, name: str) -> str:
    """Return where the attribute is, or the most similar one; an empty string if there is none."""
    if name.startswith("__"):
        return ""
    if name in SETTING_NAMES:
        return f": did you mean 'settings.{name}'?"
    owners: dict[str, Any] = {}
    if "_" in name and not name.startswith("_"):
        # A name such as get_job. Looking for it loads all API classes.
        owners.update((owner, vars(Resources)[owner].api_class) for owner in Resources.__annotations__)
    from vidispine.media import Media

    owners["media"] = Media
    found = [f"'{owner}.{name}'" for owner, kind in owners.items() if hasattr(kind, name)]
    if found:
        return f": did you mean {' or '.join(found[:3])}?"
    return did_you_mean(name, dir(client))


@hides_arguments
def _call_method(name: str, method: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Call a method that makes one call, with options that change its result."""
    owner = getattr(method, "__self__", None)
    if not isinstance(owner, Resource) or getattr(method, "__name__", "") not in owner.operations:
        raise ApiTypeError(f"{name}: method must make a single call, such as client.job.get_job, not {name_of(method)}")
    if options.get("async_req"):
        raise ApiTypeError(f"{name}: async_req is not supported: use client.submit(client.{name}, ...)")
    return method(*arguments, **options)


def _configuration(configuration: Configuration | None, given: dict[str, Any]) -> Configuration:
    if configuration is None:
        if not isinstance(given.get("host", ""), str):
            hint = ": pass it as configuration=" if isinstance(given["host"], Configuration) else ""
            raise ApiTypeError(f"host must be a URL, not {type(given['host']).__name__}{hint}")
        for name in given:
            if name not in SETTING_NAMES:
                raise UnexpectedKeywordError.of("Client", name, sorted(SETTING_NAMES))
        made = Configuration(**given)
        made.host = _with_path(made.host)
        return made
    if given:
        raise ApiTypeError(f"pass either a configuration or {', '.join(given)}: a configuration contains all settings")
    return configuration


def _with_path(host: str) -> str:
    """Return the base URL of the API on a host. If the host has a path, it is the path of the API."""
    try:
        parts = urlsplit(host)
    except ValueError:
        return host  # the first call reports the error
    if parts.netloc and parts.path in ("", "/") and not parts.query and not parts.fragment:
        return host.rstrip("/") + DEFAULT_PATH
    return host
