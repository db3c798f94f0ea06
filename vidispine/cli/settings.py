"""Where the settings come from: options, the environment, profiles, defaults, in this order."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from vidispine.cli.errors import Misuse
from vidispine.cli.profiles import Profiles
from vidispine.configuration import DEFAULT_HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine import Configuration

__all__ = ["Settings", "checked_host", "resolve"]


class Settings(NamedTuple):
    """Where and as whom to connect; ``None`` leaves a setting to the SDK."""

    host: str
    username: str | None = None
    token: str | None = None
    run_as: str | None = None
    timeout: float | None = None
    retries: int | None = None
    ca_file: str | None = None
    verify: bool | None = None
    proxy: str | None = None
    profile: str | None = None

    def configuration(self, password: str | None) -> Configuration:
        """Return what a client takes.

        :param password: the user's; ``None`` where there is a token
        """
        from vidispine import Configuration

        configuration = Configuration(host=self.host, run_as=self.run_as)
        # Each by itself, because what is not given must not come from anywhere else.
        configuration.username, configuration.password = self.username, password
        configuration.token = self.token
        if self.timeout is not None:
            configuration.timeout = self.timeout
        if self.retries is not None:
            configuration.retries = self.retries
        if self.ca_file is not None:
            configuration.ssl_ca_cert = self.ca_file
        if self.verify is not None:
            configuration.verify_ssl = self.verify
        if self.proxy is not None:
            configuration.proxy = self.proxy
        return configuration


def resolve(given: Mapping[str, Any]) -> Settings:
    """Return the settings to go by.

    A profile that an option names comes before the environment, which comes before the profile that is merely current.

    :param given: what the options say, by the names of the settings, and ``profile``
    :raises Misuse: a setting is not right, or the profile is not there
    """
    profiles = Profiles()
    named = given.get("profile")
    name = named or os.environ.get("VIDISPINE_PROFILE") or profiles.current
    profile = profiles.get(name) if name else {}
    environment = {} if named else _environment()
    sources = [given, environment, profile]
    found: dict[str, Any] = {
        setting: next((source[setting] for source in sources if source.get(setting) is not None), None)
        for setting in Settings._fields
    }
    # The profile that led to the server, if one did.
    found["profile"] = name if found["host"] and found["host"] == profile.get("host") else None
    found["host"] = checked_host(found["host"] or DEFAULT_HOST)
    elsewhere = environment.get("host") and checked_host(environment["host"]) != found["host"]
    if "username" in given or elsewhere:
        found["token"] = None  # the environment's is another user's, or another server's
    return Settings(**found)


def _environment() -> dict[str, Any]:
    names = {"host": "VIDISPINE_HOST", "username": "VIDISPINE_USERNAME", "token": "VIDISPINE_TOKEN"}
    return {setting: os.environ.get(name) or None for setting, name in names.items()}


def checked_host(host: str) -> str:
    """Return the base URL of the API for what a person calls the server: without a path it is ``/API``.

    :raises Misuse: this is no URL of a server, or has a password in it
    """
    try:
        parts = urlsplit(host)
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or (parts.port == 0)
    except ValueError:
        parts, wrong = urlsplit(""), True
    if wrong:
        raise Misuse(f"the host must be a URL such as http://localhost:8080, not {_shown(host)!r}")
    if "@" in parts.netloc:
        raise Misuse(f"the host must not hold credentials: give the user by --username, not in {_shown(host)!r}")
    if parts.query or parts.fragment:
        raise Misuse(f"the host must end with its path: {host!r} goes on")
    path = parts.path.rstrip("/") or "/API"
    return f"{parts.scheme}://{parts.netloc}{path}"


def _shown(host: str) -> str:
    return f"***@{host.rpartition('@')[2]}" if "@" in host else host
