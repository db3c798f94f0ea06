"""Profiles: named settings for servers, in a configuration file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidispine._documents.text_files import decode
from vidispine.exceptions import ApiValueError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tomlkit import TOMLDocument

__all__ = ["MAX_SECONDS", "SETTING_TYPES", "Profiles", "config_file", "profile_problem"]

SETTING_TYPES: Mapping[str, tuple[type, ...]] = {
    "host": (str,),
    "username": (str,),
    "run_as": (str,),
    "timeout": (int, float),
    "retries": (int,),
    "ca_file": (str,),
    "verify": (bool,),
    "proxy": (str,),
}
"""The settings of a profile, with the types of their values."""

_TYPE_NAMES = {str: "a string in quotes", int: "an integer", float: "a number", bool: "true or false"}
_SECRETS = ("password", "token", "secret")
MAX_SECONDS = 100 * 365 * 86400.0
"""The longest time, 100 years. Timers of operating systems overflow at some hundred years."""


def config_file() -> Path:
    """Return the configuration file: ``VIDISPINE_CONFIG``, or ``config.toml`` in the platform's folder for settings."""
    path = os.environ.get("VIDISPINE_CONFIG")
    if path:
        return Path(path)
    from platformdirs import user_config_path

    return user_config_path("vidispine", appauthor=False) / "config.toml"


def profile_problem(setting: str, value: Any) -> str | None:
    """Return why a profile must not have this value; ``None`` if it may."""
    if setting in ("host", "proxy") and "@" in value:
        instead = "--username" if setting == "host" else "--proxy with each command, or set HTTPS_PROXY"
        return f"the {setting} must not contain credentials, which this file does not protect: use {instead} instead"
    if setting == "timeout" and not 0 < value <= MAX_SECONDS:
        return "the timeout is not above 0 and up to 100 years in seconds"
    if setting == "retries" and value < 0:
        return "retries must not be negative"
    return None


class Profiles:
    """The profiles in the configuration file.

    :raises ApiValueError: the file cannot be read, or is invalid
    """

    def __init__(self) -> None:
        self.path = config_file()
        self._document = self._read()
        self._check()

    @property
    def current(self) -> str | None:
        """Name of the current profile."""
        name = self._document.get("current")
        return None if name is None else str(name)

    @property
    def all(self) -> dict[str, dict[str, Any]]:
        """The settings of each profile, by name."""
        return {name: dict(settings) for name, settings in self._document.unwrap().get("profiles", {}).items()}

    def get(self, name: str) -> dict[str, Any]:
        """Return the settings of a profile.

        :raises ApiValueError: there is no such profile
        """
        profiles = self.all
        if name not in profiles:
            raise ApiValueError(f"unknown profile {name!r}{did_you_mean(name, profiles)}")
        return profiles[name]

    def add(self, name: str, settings: Mapping[str, Any]) -> None:
        """Add or replace a profile. The first profile becomes the current one."""
        self._document.setdefault("profiles", {})[name] = dict(settings)
        if self.current is None:
            self._document["current"] = name
        self._write()

    def remove(self, name: str) -> None:
        """Remove a profile.

        :raises ApiValueError: there is no such profile
        """
        self.get(name)
        del self._document["profiles"][name]
        if self.current == name:
            del self._document["current"]
        self._write()

    def use(self, name: str) -> None:
        """Make a profile the current one.

        :raises ApiValueError: there is no such profile
        """
        self.get(name)
        self._document["current"] = name
        self._write()

    def _read(self) -> TOMLDocument:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        try:
            return tomlkit.parse(decode(self.path.read_bytes()))
        except FileNotFoundError:
            return tomlkit.document()
        except (TOMLKitError, UnicodeDecodeError) as error:
            raise ApiValueError(f"{self.path}: {error}") from error
        except OSError as error:
            raise self._system_error(error) from error

    def _write(self) -> None:
        """Write a temporary file that only the user can read, and rename it."""
        import tempfile

        import tomlkit

        text = tomlkit.dumps(self._document)
        if self.path.exists() and not self.path.is_file():
            # The rename would replace a device or a pipe with a file.
            raise ApiValueError(f"{self.path}: not a regular file")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # A symbolic link is kept; its target is replaced.
            target = self.path.resolve()
            descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                    stream.write(text)
                Path(temporary).replace(target)
            except BaseException:
                with suppress(OSError):
                    Path(temporary).unlink()
                raise
        except OSError as error:
            raise self._system_error(error) from error

    def _system_error(self, error: OSError) -> ApiValueError:
        return ApiValueError(f"{self.path}: {(error.strerror or str(error)).lower()}")

    def _check(self) -> None:
        """Check the content, which users may have edited."""
        content = self._document.unwrap()
        self._check_names("", content, ("current", "profiles"))
        profiles = content.get("profiles", {})
        if not isinstance(profiles, dict) or not all(isinstance(settings, dict) for settings in profiles.values()):
            raise ApiValueError(f"{self.path}: profiles must be tables, such as [profiles.lab]")
        for name, settings in profiles.items():
            self._check_names(f"profile {name!r}: ", settings, SETTING_TYPES)
            for setting, value in settings.items():
                types = SETTING_TYPES[setting]
                if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
                    raise ApiValueError(f"{self.path}: profile {name!r}: {setting} must be {_TYPE_NAMES[types[-1]]}")
                problem = profile_problem(setting, value)
                if problem:
                    raise ApiValueError(f"{self.path}: profile {name!r}: {problem}")
        if self.current is not None and self.current not in profiles:
            raise ApiValueError(f"{self.path}: the current profile {self.current!r} does not exist")

    def _check_names(self, prefix: str, found: Mapping[str, Any], known: Collection[str]) -> None:
        for name in found:
            if name in _SECRETS:
                raise ApiValueError(
                    f"{self.path}: {prefix}a {name} must not be stored in this file; use 'vidispine login'"
                )
            if name not in known:
                raise ApiValueError(f"{self.path}: {prefix}unknown setting {name!r}{did_you_mean(name, known)}")
