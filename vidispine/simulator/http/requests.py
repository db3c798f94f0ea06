"""A validated request, as handlers receive it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vidispine.simulator.http.errors import forbidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vidispine.simulator.accounts.user_store import User, UserStore
    from vidispine.simulator.http.responses import Response
    from vidispine.simulator.state import ServerState

    Handler = Callable[["Request"], Response]

__all__ = ["Request", "handlers_by_operation"]


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


def handlers_by_operation(handlers: Iterable[Handler]) -> dict[str, Handler]:
    """Return handlers by operation. The name of a handler is the name of its operation."""
    return {handler.__name__: handler for handler in handlers}
