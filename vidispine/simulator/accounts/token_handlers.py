"""Operations on tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


@operation()
def get_auth_token(request: Request) -> Response:
    token = _token(request, request.user.name)
    return Response({"token": token, "user": request.user.name}, token)


@operation()
def get_user_auth_token(request: Request) -> Response:
    return Response(text=_token(request, request.arguments["username"]))


def _token(request: Request, name: str) -> str:
    seconds, refreshing = request.arguments.get("seconds"), request.arguments.get("autoRefresh", False)
    return request.users.new_token(request.now, request.user, name, seconds, refreshing)


@operation()
def get_who_am_i(request: Request) -> Response:
    return Response(text=request.user.name)
