"""The configuration of a client for ``Client.from_profile``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine._profiles.connection import current_profile, resolve
from vidispine._profiles.files import Profiles
from vidispine._profiles.passwords import no_password, stored_password
from vidispine.exceptions import ApiValueError, hides_arguments

if TYPE_CHECKING:
    from vidispine.configuration import Configuration, Settings

__all__ = ["configuration_of"]


@hides_arguments
def configuration_of(name: str | None, settings: Settings) -> Configuration:
    """Return the configuration of a profile, for ``Client.from_profile``.

    :param name: the profile. Default: the current one
    :param settings: settings of ``Configuration`` that take precedence over those of the profile
    :raises ApiValueError: there is no such profile, it is invalid, or there is no password
    """
    name = current_profile(Profiles()) if name is None else name
    if name is None:
        raise ApiValueError("there is no current profile: pass the name of one, or use 'vidispine profile use'")
    connection = resolve({"profile": name})
    password = None
    if not (settings.get("token") or settings.get("bearer")):
        if not connection.username:
            raise ApiValueError(f"profile {name!r} has no username, and no token is given")
        password, problem = stored_password(connection)
        if password is None:
            raise ApiValueError(no_password(connection, problem))
    return connection.configuration(password, **settings)
