"""What the simulated server does for each operation that it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.accounts.system_handlers import SYSTEM
from vidispine.simulator.catalog.handlers import CATALOGUE
from vidispine.simulator.jobs.handlers import JOBS
from vidispine.simulator.media.handlers import MEDIA

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Handler

__all__ = ["HANDLERS"]

HANDLERS: dict[str, Handler] = {**JOBS, **SYSTEM, **CATALOGUE, **MEDIA}
"""By the name of the operation."""
