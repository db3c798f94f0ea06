"""Operations on tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Handler, Request

__all__ = ["TOKEN_HANDLERS"]


def get_auth_token(request: Request) -> Response:
    """Create a token for the requesting user."""
    token = _token(request, request.user.name)
    return Response({"token": token, "user": request.user.name}, token)


def get_user_auth_token(request: Request) -> Response:
    """Create a token for a user."""
    return Response(text=_token(request, request.arguments["username"]))


def _token(request: Request, name: str) -> str:
    seconds, refreshing = request.arguments.get("seconds"), request.arguments.get("autoRefresh", False)
    return request.users.new_token(request.now, request.user, name, seconds, refreshing)


def get_who_am_i(request: Request) -> Response:
    """Get the name of the requesting user."""
    return Response(text=request.user.name)


TOKEN_HANDLERS: list[Handler] = [get_auth_token, get_user_auth_token, get_who_am_i]
