"""Operations on tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call

__all__ = ["TOKENS"]


def get_auth_token(call: Call) -> Answer:
    """Answer with a token for the calling user."""
    token = _token(call, call.user.name)
    return Answer({"token": token, "user": call.user.name}, token)


def get_user_auth_token(call: Call) -> Answer:
    """Answer with a token for a user."""
    return Answer(text=_token(call, call.arguments["username"]))


def _token(call: Call, name: str) -> str:
    seconds, refreshing = call.arguments.get("seconds"), call.arguments.get("autoRefresh", False)
    return call.users.new_token(call.now, call.user, name, seconds, refreshing)


def get_who_am_i(call: Call) -> Answer:
    """Answer with the calling user's name."""
    return Answer(text=call.user.name)


TOKENS = table([get_auth_token, get_user_auth_token, get_who_am_i])
