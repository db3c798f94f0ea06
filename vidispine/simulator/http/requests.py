"""A validated request, as handlers receive it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Optional, TypeVar

from vidispine.simulator.http.errors import forbidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

    from vidispine.simulator.accounts.user_store import User, UserStore
    from vidispine.simulator.http.responses import Response
    from vidispine.simulator.state import ServerState

    Handler = Callable[["Request"], Optional[Response]]
    """Returns the response, ``None`` for one without a body."""

R = TypeVar("R", bound=Optional["Response"])


@dataclass
class Request:
    """One authenticated request with its checked arguments."""

    state: ServerState
    users: UserStore
    user: User
    """The authenticated user, or the one named by ``RunAs``."""
    now: int
    """Time of the request, in milliseconds since 1970."""
    arguments: Mapping[str, Any]
    """Values of the parameters by their wire names. Omitted parameters are missing."""
    body: Any
    media_type: str
    """Media type of the response."""
    header: Callable[[str], str | None]
    """Returns the value of a request header, ``None`` when it is missing."""
    base_url: str
    """URL of the API as the client addressed it, such as ``http://localhost:8080/API``."""

    def require_role(self, role: str) -> None:
        """Check that the user has a role.

        :raises ApiError: the user does not have the role
        """
        if not self.user.has_role(role):
            raise forbidden(f"{self.user.name} needs the role {role}")


HANDLERS: dict[str, Handler] = {}
"""The handlers of all simulated operations, by the name of the operation. :func:`load_handlers` fills it."""


def load_handlers(folders: Iterable[ModuleType]) -> Mapping[str, Handler]:
    """Import the modules of the folders whose names end with ``handlers``. Return the handlers that they register."""
    for folder in folders:
        for module in iter_modules(folder.__path__, f"{folder.__name__}."):
            if module.name.endswith("handlers"):
                import_module(module.name)
    return HANDLERS


def operation(role: str | None = None) -> Callable[[Callable[[Request], R]], Callable[[Request], R]]:
    """Decorate the handler of the operation that has its name.

    :param role: role that the user needs. ``None``: no role
    """
    return lambda handler: register(handler.__name__, handler, role)


def register(name: str, handler: Callable[[Request], R], role: str | None = None) -> Callable[[Request], R]:
    """Add the handler of an operation. Return it with the check of the role."""

    @wraps(handler)
    def checked(request: Request) -> R:
        if role is not None:
            request.require_role(role)
        return handler(request)

    HANDLERS[name] = checked
    return checked
