"""What the simulated server does for each operation that it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.catalogue.handlers import CATALOGUE
from vidispine.simulator.job_handlers import JOBS
from vidispine.simulator.media.handlers import MEDIA
from vidispine.simulator.system_handlers import SYSTEM

if TYPE_CHECKING:
    from vidispine.simulator.call import Handler

__all__ = ["HANDLERS"]

HANDLERS: dict[str, Handler] = {**JOBS, **SYSTEM, **CATALOGUE, **MEDIA}
"""By the name of the operation."""
