"""The handlers of all operations on accounts."""

from __future__ import annotations

from vidispine.simulator.accounts.access_handlers import ACCESS
from vidispine.simulator.accounts.group_handlers import GROUPS
from vidispine.simulator.accounts.key_handlers import KEYS
from vidispine.simulator.accounts.token_handlers import TOKENS
from vidispine.simulator.accounts.user_handlers import USERS

__all__ = ["ACCOUNTS"]

ACCOUNTS = {**ACCESS, **GROUPS, **KEYS, **TOKENS, **USERS}
"""By operation."""
