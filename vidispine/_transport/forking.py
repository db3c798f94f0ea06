"""What a forked process must not take over from its parent: locks that may be held, and open connections."""

from __future__ import annotations

import os
import weakref
from typing import Any

__all__ = ["register_after_fork"]

_RESETS: weakref.WeakSet[Any] = weakref.WeakSet()


def register_after_fork(instance: Any) -> None:
    """Have ``instance._reset_after_fork()`` called in each process that is forked from this one, before anything else.

    Only the thread that forks lives on there: a lock that another thread holds would stay locked forever.
    """
    _RESETS.add(instance)


def _reset_all() -> None:
    for instance in list(_RESETS):
        instance._reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all)
