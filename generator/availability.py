"""Since when a part of the API exists: the marks ``x-since``, ``x-observed`` and ``x-beta``.

``x-since`` is the version from which it is documented, ``x-observed`` a version on which it was seen, while the first
one is not known. ``x-beta: true`` marks what may still change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MARKS = {"x-since": str, "x-observed": str, "x-beta": bool}
"""The marks, and of which kind each has to be."""


def availability(facts: Mapping[str, Any]) -> str:
    """Return what the marks say: ``since 25.2, beta``, ``observed on 4.9``, or nothing."""
    said = {mark: facts[mark] for mark, kind in MARKS.items() if isinstance(facts.get(mark), kind)}
    marks = []
    if "x-since" in said:
        marks.append(f"since {said['x-since']}")
    elif "x-observed" in said:
        marks.append(f"observed on {said['x-observed']}")
    if said.get("x-beta"):
        marks.append("beta")
    return ", ".join(marks)


def badge(available: str) -> str:
    """Return what pages and docstrings show of it: ``Since 25.2, beta.``, ``Observed on 4.9.``."""
    return f"{available[0].upper()}{available[1:]}." if available else ""
