"""Disables the garbage collector where it would distort a test."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["garbage_collector_disabled"]


@contextmanager
def garbage_collector_disabled() -> Iterator[None]:
    """Disable the garbage collector for a block, so that it frees and calls nothing."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
