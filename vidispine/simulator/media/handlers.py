"""What the simulated server does with files and what is made of them."""

from __future__ import annotations

from vidispine.simulator.call import table

__all__ = ["MEDIA"]

MEDIA = table([])
