"""One request on its way to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.http import errors as faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vidispine.simulator.accounts.user_store import User, Users
    from vidispine.simulator.http.responses import Answer
    from vidispine.simulator.state import World

    Handler = Callable[["Call"], Answer]

__all__ = ["Call", "table"]


class Call:
    """One request, after all checks, and the moment in which it is answered."""

    __slots__ = ("arguments", "body", "header", "media_type", "now", "root", "user", "users", "world")

    def __init__(
        self,
        world: World,
        users: Users,
        user: User,
        now: int,
        arguments: Mapping[str, Any],
        body: Any,
        media_type: str,
        header: Callable[[str], str | None],
        root: str,
    ) -> None:
        """Say what is asked, by whom and when.

        :param header: returns the request's header of a name, ``None`` where it has none
        :param root: where the client found the API, such as ``http://localhost:8080/API``
        """
        self.world = world
        self.users = users
        self.user = user
        self.now = now
        self.arguments = arguments
        self.body = body
        self.media_type = media_type
        self.header = header
        self.root = root

    def need(self, role: str) -> None:
        """Refuse a user without a role.

        :raises Fault: the user has it not
        """
        if not self.user.may(role):
            raise faults.forbidden(f"{self.user.name} needs the role {role}")


def table(handlers: Iterable[Handler]) -> dict[str, Handler]:
    """Return handlers by the name of the operation that they answer, which is their own."""
    return {handler.__name__: handler for handler in handlers}
