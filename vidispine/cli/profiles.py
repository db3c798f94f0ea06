"""Profiles: settings for a server under a name, kept in a file of the user's."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidispine.cli.errors import Misuse
from vidispine.exceptions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tomlkit import TOMLDocument

__all__ = ["KINDS", "Profiles", "config_file"]

KINDS: Mapping[str, tuple[type, ...]] = {
    "host": (str,),
    "username": (str,),
    "run_as": (str,),
    "timeout": (int, float),
    "retries": (int,),
    "ca_file": (str,),
    "verify": (bool,),
    "proxy": (str,),
}
"""The settings that a profile may have, and the types of their values."""

_WORDS = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
_SECRETS = ("password", "token", "secret")


def config_file() -> Path:
    """Return the file of profiles: ``VIDISPINE_CONFIG``, or ``config.toml`` where the platform has its settings."""
    named = os.environ.get("VIDISPINE_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("vidispine", appauthor=False) / "config.toml"


class Profiles:
    """The profiles in the file, as they are when they are read.

    :raises Misuse: the file cannot be read, or something in it is not right
    """

    def __init__(self) -> None:
        self.path = config_file()
        self._document = self._read()
        self._check()

    @property
    def current(self) -> str | None:
        """Name of the profile that is used when none is named."""
        name = self._document.get("current")
        return None if name is None else str(name)

    @property
    def all(self) -> dict[str, dict[str, Any]]:
        """The settings of each profile, by its name."""
        return {name: dict(settings) for name, settings in self._document.unwrap().get("profiles", {}).items()}

    def get(self, name: str) -> dict[str, Any]:
        """Return the settings of a profile.

        :raises Misuse: there is none of this name
        """
        profiles = self.all
        if name not in profiles:
            raise Misuse(f"there is no profile {name!r}{did_you_mean(name, profiles)}")
        return profiles[name]

    def add(self, name: str, settings: Mapping[str, Any]) -> None:
        """Add a profile, or replace it; the first one becomes the current one."""
        self._document.setdefault("profiles", {})[name] = dict(settings)
        if self.current is None:
            self._document["current"] = name
        self._write()

    def remove(self, name: str) -> None:
        """Remove a profile.

        :raises Misuse: there is none of this name
        """
        self.get(name)
        del self._document["profiles"][name]
        if self.current == name:
            del self._document["current"]
        self._write()

    def use(self, name: str) -> None:
        """Make a profile the current one.

        :raises Misuse: there is none of this name
        """
        self.get(name)
        self._document["current"] = name
        self._write()

    def _read(self) -> TOMLDocument:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        try:
            return tomlkit.parse(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return tomlkit.document()
        except (TOMLKitError, UnicodeDecodeError) as error:
            raise Misuse(f"{self.path}: {error}") from error
        except OSError as error:
            raise self._failed(error) from error

    def _write(self) -> None:
        """Write the file whole or not at all, readable by nobody else."""
        import tomlkit

        text = tomlkit.dumps(self._document)
        if self.path.exists() and not self.path.is_file():
            # What is renamed onto a device replaces the device.
            raise Misuse(f"{self.path}: not a file that can be written")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Where the file is a link, what it leads to is written.
            target = self.path.resolve()
            descriptor, unfinished = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                    stream.write(text)
                Path(unfinished).replace(target)
            except BaseException:
                with suppress(OSError):
                    Path(unfinished).unlink()
                raise
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> Misuse:
        return Misuse(f"{self.path}: {(error.strerror or str(error)).lower()}")

    def _check(self) -> None:
        """Check what people may have written into the file by hand."""
        content = self._document.unwrap()
        self._check_names("", content, ("current", "profiles"))
        profiles = content.get("profiles", {})
        if not isinstance(profiles, dict) or not all(isinstance(settings, dict) for settings in profiles.values()):
            raise Misuse(f"{self.path}: profiles must be tables, such as [profiles.lab]")
        for name, settings in profiles.items():
            self._check_names(f"profile {name!r}: ", settings, KINDS)
            for setting, value in settings.items():
                kinds = KINDS[setting]
                if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                    raise Misuse(f"{self.path}: profile {name!r}: {setting} must be {_WORDS[kinds[-1]]}")
        if self.current is not None and self.current not in profiles:
            raise Misuse(f"{self.path}: current names the profile {self.current!r}, which is not there")

    def _check_names(self, where: str, found: Mapping[str, Any], known: Collection[str]) -> None:
        for name in found:
            if name in _SECRETS:
                raise Misuse(f"{self.path}: {where}a {name} does not belong in this file; 'vidispine login' keeps one")
            if name not in known:
                raise Misuse(f"{self.path}: {where}there is no setting {name!r}{did_you_mean(name, known)}")
