"""The probes of ``vidispine check``.

Each probe makes a few calls and returns an observation, a short text without any content of the server. The SDK assumes
one observation per probe; any other observation is a difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vidispine.cli.probes.probe import Probe

__all__ = ["all_probes"]


def all_probes() -> list[Probe]:
    """Return all probes. Those that write come last."""
    from vidispine.cli.probes import errors, formats, lists, searches, writes, xml

    return [probe for module in (formats, xml, errors, lists, searches, writes) for probe in module.PROBES]
