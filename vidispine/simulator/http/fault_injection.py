"""Faults on demand: what goes wrong with the next requests, for tests of programs that have to cope with it."""

from __future__ import annotations

import math
import threading
from typing import NamedTuple

__all__ = ["CUTS", "LOSE_ANSWER", "STALL", "Disturbance", "Disturbances"]

HANG_UP = "hang up"
LOSE_ANSWER = "lose answer"
STALL = "stall"

CUTS = (HANG_UP, LOSE_ANSWER)
"""Faults after which the connection is closed instead of an answer."""


class Disturbance(NamedTuple):
    """One fault that waits for its request."""

    kind: int | str
    operation: str | None
    seconds: float
    retry_after: float | None


class Disturbances:
    """The faults that wait for their requests; each is for one request."""

    def __init__(self) -> None:
        self._waiting: list[Disturbance] = []
        self._lock = threading.Lock()

    def next(
        self,
        kind: int | str,
        *,
        times: int = 1,
        operation: str | None = None,
        seconds: float = 60.0,
        retry_after: float | None = None,
    ) -> None:
        """Let something go wrong with the next requests, after those for which this was called before.

        :param kind: a status from 400 to 599, which is answered in place of carrying the request out; ``"hang up"``,
            which closes the connection without doing anything; ``"lose answer"``, which carries the request out and
            closes the connection instead of answering; or ``"stall"``, which waits first
        :param times: number of requests that it happens to, from 1
        :param operation: name of the operation, such as ``get_job``, whose requests it is for; any when left out
        :param seconds: how long ``"stall"`` waits; the request is carried out then
        :param retry_after: seconds for a ``Retry-After`` header beside a status; none when left out
        :raises ValueError: there is no such fault
        """
        known = kind in (*CUTS, STALL) if isinstance(kind, str) else 400 <= kind <= 599
        if not known:
            words = ", ".join(map(repr, (*CUTS, STALL)))
            raise ValueError(f"a fault is a status from 400 to 599 or one of {words}, not {kind!r}")
        if times < 1:
            raise ValueError(f"times must be a whole number from 1, not {times!r}")
        if not 0 <= seconds < math.inf:
            raise ValueError(f"seconds must be a number from 0, not {seconds!r}")
        with self._lock:
            self._waiting += [Disturbance(kind, operation, seconds, retry_after)] * times

    def take(self, operation: str | None) -> Disturbance | None:
        """Return the fault for a request that has come, and forget it; ``None`` when all is well."""
        with self._lock:
            for index, disturbance in enumerate(self._waiting):
                if disturbance.operation in (None, operation):
                    return self._waiting.pop(index)
        return None

    def clear(self) -> None:
        """Forget the faults whose requests have not come."""
        with self._lock:
            self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)

    def __repr__(self) -> str:
        return f"<Disturbances {[disturbance.kind for disturbance in self._waiting]}>"
