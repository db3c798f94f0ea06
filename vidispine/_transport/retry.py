"""When and how long after a failure a request is sent again, and how often a client does so at all."""

from __future__ import annotations

import random
import threading
from typing import Any

from urllib3.exceptions import HTTPError, ProxyError, SSLError
from urllib3.util.retry import Retry

from vidispine.configuration import DEFAULT_RETRIES
from vidispine.exceptions import ApiValueError

__all__ = ["ONCE", "REPEATABLE", "HandshakeError", "RetryBudget", "RetryPolicy", "pause", "policy_of"]

REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods that may be carried out twice without harm."""
RETRY_STATUS = frozenset({429, 502, 503, 504})
"""Answers that say: later."""
RETRY_AFTER_CEILING = 30.0
"""Seconds that a server's ``Retry-After`` is obeyed at most."""
BUDGET = 20
"""Retries that a client has in a row, whatever the number of its threads."""
REGAINED = 0.2
"""Part of a retry that an answer without trouble gives back."""


class HandshakeError(SSLError):
    """No secure connection could be made, so nothing was sent over it; urllib3 itself does not tell that apart."""


class RetryPolicy(Retry):
    """When and how long after a failure a request is sent again.

    A request that reached no server is repeated whatever its method; one that may have been carried out only if its
    method is in :data:`REPEATABLE`. Waits grow from half a second, with jitter, so that clients do not come in step.
    """

    # Pickles of a Configuration refer to it, by its public name.
    __module__ = "vidispine.rest"

    def __init__(self, total: int | bool | None = 2, **settings: Any) -> None:
        settings.setdefault("allowed_methods", REPEATABLE)
        settings.setdefault("status_forcelist", RETRY_STATUS)
        settings.setdefault("backoff_factor", 0.5)
        settings.setdefault("redirect", 0)
        settings.setdefault("raise_on_redirect", False)
        settings.setdefault("raise_on_status", False)
        # Failures that are neither of connecting nor of reading, such as a certificate, stay as they are.
        settings.setdefault("other", 0)
        super().__init__(total, **settings)

    def _is_read_error(self, err: Exception) -> bool:
        # Both may come when the request has been sent; urllib3 would repeat even a POST after them.
        late = isinstance(err, (SSLError, ProxyError)) and not isinstance(err, HandshakeError)
        return late or super()._is_read_error(err)

    def get_backoff_time(self) -> float:
        """Return the seconds to wait before the next attempt."""
        attempts = len(self.history)
        if not attempts:
            return 0.0
        ceiling: float = min(self.backoff_factor * 2 ** (attempts - 1), 20.0)
        return ceiling * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret

    def get_retry_after(self, response: Any) -> float | None:
        """Return the seconds that the server asks to wait, up to the ceiling."""
        try:
            seconds = super().get_retry_after(response)
        except (HTTPError, ValueError, OverflowError):  # a header that is no time is no reason to fail
            return None
        return None if seconds is None else min(seconds, RETRY_AFTER_CEILING)


class RetryBudget:
    """How many retries a client has left: a server that is down is not to be hammered by each of its threads.

    A retry takes one of :data:`BUDGET`; an answer without trouble gives back a part of one.
    """

    def __init__(self) -> None:
        self._left = float(BUDGET)
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take a retry; return whether there was one."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def give_back(self) -> None:
        """Note an answer without trouble."""
        if self._left < BUDGET:
            with self._lock:
                self._left = min(self._left + REGAINED, BUDGET)


def pause(retries: Retry, response: Any) -> float:
    """Return the seconds to wait before the next attempt: what the answer asks for, or what the policy says.

    :param response: urllib3's answer that says "later"; ``None`` after a failure
    """
    if response is not None and retries.respect_retry_after_header:
        asked = retries.get_retry_after(response)
        if asked:
            return float(asked)
    return float(retries.get_backoff_time())


ONCE = Retry(0, allowed_methods=None, respect_retry_after_header=False)
"""For urllib3, which is to send each request once. With ``False`` it would raise errors that hold themselves."""

_POLICIES: dict[int, RetryPolicy] = {}


def policy_of(retries: object) -> Retry:
    """Return the policy that ``Configuration.retries`` stands for; policies never change, so one serves all requests.

    :raises ApiValueError: it is neither a number from 0 nor a policy
    """
    if isinstance(retries, Retry):
        return retries
    number = DEFAULT_RETRIES if retries is None else retries
    if not isinstance(number, int) or number < 0:
        raise ApiValueError(f"retries must be a number from 0, or a urllib3 Retry, not {retries!r}")
    if number not in _POLICIES:
        _POLICIES[number] = RetryPolicy(number)
    return _POLICIES[number]
