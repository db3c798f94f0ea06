"""The garbage collector, where a test must not meet it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["garbage_collector_disabled"]


@contextmanager
def garbage_collector_disabled() -> Iterator[None]:
    """Keep the garbage collector away from a block: nothing in it is freed, untracked or called by it."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
