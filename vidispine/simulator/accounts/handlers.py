"""The handlers of all operations on accounts."""

from __future__ import annotations

from vidispine.simulator.accounts.access_handlers import ACCESS_HANDLERS
from vidispine.simulator.accounts.configuration_handlers import CONFIGURATION_HANDLERS
from vidispine.simulator.accounts.group_handlers import GROUP_HANDLERS
from vidispine.simulator.accounts.key_handlers import KEY_HANDLERS
from vidispine.simulator.accounts.token_handlers import TOKEN_HANDLERS
from vidispine.simulator.accounts.user_handlers import USER_HANDLERS
from vidispine.simulator.http.requests import handlers_by_operation

__all__ = ["ACCOUNTS"]

ACCOUNTS = handlers_by_operation(
    [
        *ACCESS_HANDLERS,
        *CONFIGURATION_HANDLERS,
        *GROUP_HANDLERS,
        *KEY_HANDLERS,
        *TOKEN_HANDLERS,
        *USER_HANDLERS,
    ]
)
"""By operation."""
