"""Paths of requests. The simulator uses this module without loading urllib3."""

from __future__ import annotations

__all__ = ["join_path"]


def join_path(base_path: str, target: str) -> str:
    """Return the path and query of a request. ``/..`` at the start of the target removes the base path."""
    while target[:4] == "/../":
        base_path, target = base_path.rpartition("/")[0], target[3:]
    return base_path + target
