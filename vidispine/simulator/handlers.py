"""The handlers of all simulated operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.accounts.handlers import ACCOUNTS
from vidispine.simulator.catalog.handlers import CATALOG
from vidispine.simulator.http.handlers import SYSTEM
from vidispine.simulator.jobs.handlers import JOBS
from vidispine.simulator.media.handlers import MEDIA

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Handler

__all__ = ["HANDLERS"]

HANDLERS: dict[str, Handler] = {**SYSTEM, **ACCOUNTS, **CATALOG, **JOBS, **MEDIA}
"""By the name of the operation."""
