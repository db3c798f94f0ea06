"""The availability of parts of the API: the marks ``x-since``, ``x-observed`` and ``x-beta``.

``x-since`` is the first version that documents the part. ``x-observed`` is a version on which it was seen, if the first
one is unknown. ``x-beta: true`` marks a part that may still change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MARKS = ("x-since", "x-observed", "x-beta")


def availability(facts: Mapping[str, Any]) -> str:
    """Return the marks as text: ``since 25.2, beta``, ``observed on 4.9``, or an empty string."""
    since = f"since {facts['x-since']}" if "x-since" in facts else ""
    observed = f"observed on {facts['x-observed']}" if "x-observed" in facts else ""
    return ", ".join(filter(None, (since or observed, "beta" if facts.get("x-beta") else "")))
