"""Resets what a forked process must not share with its parent: locks that may be held, and open connections."""

from __future__ import annotations

import os
import weakref
from typing import Any

__all__ = ["register_after_fork"]

_RESETS: weakref.WeakSet[Any] = weakref.WeakSet()


def register_after_fork(instance: Any) -> None:
    """Register ``instance._reset_after_fork()`` to be called first in each forked process.

    Only the thread that forks exists there: a lock that another thread holds would never be released.
    """
    _RESETS.add(instance)


def _reset_all() -> None:
    for instance in list(_RESETS):
        instance._reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all)
