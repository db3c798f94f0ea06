"""What the simulated server does with items and what describes them."""

from __future__ import annotations

from vidispine.simulator.call import table

__all__ = ["CATALOGUE"]

CATALOGUE = table([])
