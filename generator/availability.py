"""Since when a part of the API exists: the marks ``x-since``, ``x-observed`` and ``x-beta``.

``x-since`` is the version from which it is documented, ``x-observed`` a version on which it was seen, while the first
one is not known. ``x-beta: true`` marks what may still change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MARKS = ("x-since", "x-observed", "x-beta")


def availability(facts: Mapping[str, Any]) -> str:
    """Return what the marks say: ``since 25.2, beta``, ``observed on 4.9``, or nothing."""
    since = f"since {facts['x-since']}" if "x-since" in facts else ""
    observed = f"observed on {facts['x-observed']}" if "x-observed" in facts else ""
    return ", ".join(filter(None, (since or observed, "beta" if facts.get("x-beta") else "")))
