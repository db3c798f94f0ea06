"""The settings of a client, from options, environment variables, profiles and defaults, in this order."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlsplit

from vidispine._profiles.files import Profiles
from vidispine._text.redaction import redact_url
from vidispine.configuration import DEFAULT_HOST, EMPTY_RUN_AS, Configuration
from vidispine.exceptions import ApiValueError, warn_caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Unpack

    from vidispine.configuration import Settings

__all__ = ["Connection", "current_profile", "normalize_host", "resolve", "warn_if_empty"]

_CONFIGURATION_NAMES = {"ca_file": "ssl_ca_cert", "verify": "verify_ssl"}
"""The settings whose name on the command line and in profiles differs from that in ``Configuration``."""
_OF_ENVIRONMENT = ("host", "username", "token", "run_as")
_OPTIONAL = ("run_as", "timeout", "retries", "ca_file", "verify", "proxy")
_MEANINGS_OF_EMPTY = {"host": f"'' means {DEFAULT_HOST}", "run_as": EMPTY_RUN_AS}
"""What an empty string means for options and settings of profiles that name the server or the user."""


class Connection(NamedTuple):
    """The server, the user and the settings of a client."""

    host: str
    username: str | None
    token: str | None
    profile: str | None
    settings: Settings
    """The other settings that are set."""

    def __repr__(self) -> str:
        # Without the token, and without the settings, since a proxy may contain a password.
        return f"Connection(host={self.host!r}, username={self.username!r}, profile={self.profile!r})"

    def configuration(self, password: str | None, **given: Unpack[Settings]) -> Configuration:
        """Return the configuration of a client.

        :param password: the user's password; ``None`` with a token
        :param given: settings that take precedence over those of the connection
        """
        settings: Settings = {**self.settings, **given}
        configuration = Configuration(host=self.host, **settings)
        # Assigned even if None, because Configuration reads its defaults from environment variables.
        configuration.username, configuration.password = self.username, password
        configuration.token, configuration.bearer = settings.get("token", self.token), settings.get("bearer")
        configuration.run_as = settings.get("run_as") or None  # Configuration has already warned of an empty one
        return configuration


def resolve(given: Mapping[str, Any]) -> Connection:
    """Return the settings of a client.

    Environment variables take precedence over the current profile, but not over a profile that an option names.

    :param given: values of the options, by setting, including ``profile``
    :raises ApiValueError: a setting is invalid, or there is no such profile
    """
    profiles = Profiles()
    profile_option = given.get("profile")
    name = current_profile(profiles) if profile_option is None else profile_option
    profile = {} if name is None else profiles.get(name)
    environment = _environment() if profile_option is None else {}
    found: dict[str, Any] = {
        setting: next((each[setting] for each in (given, environment, profile) if each.get(setting) is not None), None)
        for setting in ("host", "username", "token", *_OPTIONAL)
    }
    warn_if_empty(given)
    warn_if_empty({each: found[each] for each in _MEANINGS_OF_EMPTY if given.get(each) is None}, name)
    is_of_profile = bool(found["host"]) and found["host"] == profile.get("host")
    host = normalize_host(found["host"] or DEFAULT_HOST)
    _check_proxy(found["proxy"])
    is_other_host = environment.get("host") and normalize_host(environment["host"]) != host
    # A token from the environment belongs to the user and server of the environment.
    token = None if "username" in given or is_other_host else found["token"]
    found["run_as"] = found["run_as"] or None
    settings = {_CONFIGURATION_NAMES.get(each, each): found[each] for each in _OPTIONAL if found[each] is not None}
    return Connection(host, found["username"], token, name if is_of_profile else None, cast("Settings", settings))


def warn_if_empty(settings: Mapping[str, Any], profile: str | None = None) -> None:
    """Warn of settings that are empty strings, such as options whose shell variable is not set.

    :param profile: the profile that the settings are from. Default: none, for options
    """
    for setting, meaning in _MEANINGS_OF_EMPTY.items():
        if settings.get(setting) == "":
            # Users of the command see a FutureWarning; a DeprecationWarning is for developers.
            where = f"{setting} of profile {profile!r}" if profile else f"--{setting.replace('_', '-')}"
            warn_caller(f"{where} must not be empty, which 7.0.0 requires: {meaning}", FutureWarning)


def current_profile(profiles: Profiles) -> str | None:
    """Return the name of the profile that is used if none is named; ``None`` if there is none."""
    return os.environ.get("VIDISPINE_PROFILE") or profiles.current


def _environment() -> dict[str, Any]:
    return {setting: os.environ.get(f"VIDISPINE_{setting.upper()}") or None for setting in _OF_ENVIRONMENT}


def normalize_host(host: str) -> str:
    """Return the base URL of the API. Default path: ``/API``.

    :raises ApiValueError: the host is not a base URL, or contains credentials
    """
    try:
        parts = urlsplit(host)
        is_invalid = parts.scheme not in ("http", "https") or not parts.hostname or (parts.port == 0)
    except ValueError:
        parts, is_invalid = urlsplit(""), True
    if is_invalid:
        raise ApiValueError(f"the host must be a URL such as http://localhost:8080, not {redact_url(host)!r}")
    if "@" in parts.netloc:
        raise ApiValueError(f"the host must not contain credentials: use --username instead, not {redact_url(host)!r}")
    if "?" in host or "#" in host:
        raise ApiValueError(f"the host must not have a query or a fragment: {re.split('[?#]', redact_url(host))[0]!r}")
    path = parts.path.rstrip("/") or "/API"
    return f"{parts.scheme}://{parts.netloc}{path}"


def _check_proxy(proxy: str | None) -> None:
    try:
        is_valid = not proxy or bool(urlsplit(proxy).scheme in ("http", "https") and urlsplit(proxy).hostname)
    except ValueError:
        is_valid = False
    if not is_valid:
        raise ApiValueError(f"the proxy must be a URL such as http://proxy:3128, not {redact_url(proxy or '')!r}")
