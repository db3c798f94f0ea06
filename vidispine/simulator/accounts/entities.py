"""What metadata and access controls are about."""

from __future__ import annotations

from typing import NamedTuple

from vidispine.simulator.formats import site_id

__all__ = ["Subject"]


class Subject(NamedTuple):
    """An entity, as metadata and access controls know it."""

    kind: str
    """``item``, ``collection`` or ``document``."""
    serial: int

    @property
    def id(self) -> str:
        """The entity's id, such as ``VX-93``."""
        return site_id(self.serial)
