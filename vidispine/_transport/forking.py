"""What a forked process must not take over from its parent: locks that may be held there, and open connections."""

from __future__ import annotations

import os
from typing import Any
from weakref import WeakSet

__all__ = ["start_anew_when_forked"]

_CONCERNED: WeakSet[Any] = WeakSet()


def start_anew_when_forked(one: Any) -> None:
    """Have ``one.start_anew()`` called in each process that is forked from this one, before anything else runs there.

    Of all threads only the one that forks lives on there: a lock that another one held would stay locked for ever.
    """
    _CONCERNED.add(one)


def _start_anew() -> None:
    for one in list(_CONCERNED):
        one.start_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
