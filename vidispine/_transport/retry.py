"""Retries: which failures are retried, the backoff, and the retry budget of a client."""

from __future__ import annotations

import random
import re
import threading
import time
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError, ProxyError, SSLError
from urllib3.util.retry import Retry

from vidispine._transport.call import IDEMPOTENT_METHODS
from vidispine._transport.connections import drain
from vidispine._transport.deadline import MAX_TIMEOUT
from vidispine._transport.errors import HandshakeError, describe
from vidispine._transport.log import is_enabled, log_debug
from vidispine.configuration import DEFAULT_RETRIES, DEFAULT_RETRY_AFTER_CEILING
from vidispine.exceptions import ApiValueError, short_repr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine._transport.deadline import Deadline

__all__ = [
    "MAX_OUTAGE",
    "NO_RETRIES",
    "POLL",
    "RENEW_TOKEN",
    "RETRY_STATUS",
    "RetryBudget",
    "RetryLoop",
    "RetryPolicy",
    "policy_of",
    "retry_after",
]

RETRY_STATUS = frozenset({429, 502, 503, 504})
"""Retryable HTTP statuses."""
MAX_OUTAGE = 600.0
"""Seconds that work without a timeout waits for a server that is down."""
BUDGET = 20
"""Maximum number of consecutive retries of a client, for all its threads together."""
REGAINED = 0.2
"""Fraction of a retry that each successful response adds to the budget."""
_MAX_DATE_LENGTH = 64


class RetryPolicy(Retry):
    """Which failures are retried, and the backoff.

    A request that reached no server is retried regardless of its method. A request that the server may have processed
    is retried only if its method is in :data:`IDEMPOTENT_METHODS`. The backoff grows from half a second to 20 seconds,
    with jitter.

    :param total: number of retries, from 0. Default: 2
    :param settings: see :class:`urllib3.util.Retry`
    """

    # Pickles of a Configuration refer to the public name.
    __module__ = "vidispine.rest"

    def __init__(self, total: int | bool | None = 2, **settings: Any) -> None:
        settings.setdefault("allowed_methods", IDEMPOTENT_METHODS)
        settings.setdefault("status_forcelist", RETRY_STATUS)
        settings.setdefault("backoff_factor", 0.5)
        settings.setdefault("redirect", 0)
        settings.setdefault("raise_on_redirect", False)
        settings.setdefault("raise_on_status", False)
        # Other failures than those of connecting and reading, such as an untrusted certificate, are permanent.
        settings.setdefault("other", 0)
        super().__init__(total, **settings)

    def _is_read_error(self, err: Exception) -> bool:
        # Both can occur after the request was sent; urllib3 would retry even a POST after them.
        after_sending = isinstance(err, (SSLError, ProxyError)) and not isinstance(err, HandshakeError)
        return after_sending or super()._is_read_error(err)

    def get_backoff_time(self) -> float:
        """Return the backoff before the next attempt, in seconds."""
        attempts = len(self.history)
        if not attempts:
            return 0.0
        ceiling: float = min(self.backoff_factor * 2 ** (attempts - 1), 20.0)
        return ceiling * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret

    def get_retry_after(self, response: Any) -> float | None:
        """Return the server's ``Retry-After`` in seconds; ``None`` if it is missing or invalid."""
        return retry_after(response.headers)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds in the header ``Retry-After``; ``None`` if it is missing or invalid.

    The header is a number of seconds, possibly with a fraction, or a date.
    """
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,18}(\.[0-9]{0,18})?", text):
        return float(text)
    if not text or len(text) > _MAX_DATE_LENGTH:
        return None
    from datetime import timezone
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text)
        # A date without a time zone is in GMT.
        when = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
        return max(when.timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


class RetryBudget:
    """The remaining retries of a client, which are limited so that its threads do not overload a server that is down.

    The budget starts at :data:`BUDGET`. A retry costs 1; a successful response adds :data:`REGAINED`.
    """

    def __init__(self) -> None:
        self._left = float(BUDGET)
        self._lock = threading.Lock()
        #: whether the client was closed, after which there are no retries
        self.closed = False

    def close(self) -> None:
        """Allow no more retries."""
        self.closed = True

    def take(self) -> bool:
        """Take a retry; return whether there was one left."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def give_back(self) -> None:
        """Count a successful response."""
        if self._left < BUDGET:
            with self._lock:
                self._left = min(self._left + REGAINED, BUDGET)


class RetryLoop:
    """The retry loop of one call: decides whether to make another attempt, and waits before it.

    :param policy: which failures are retried, the number of retries, and the waits between them
    :param budget: the retry budget; ``None`` for an unlimited number of retries
    :param deadline: when the work must be done; ``None`` for no limit
    :param is_idempotent: ``True`` if the work is safe to retry regardless of its HTTP method; ``False`` leaves the
        decision to the policy
    :param ceiling: the longest ``Retry-After`` to wait for, in seconds; a longer one ends the work
    :param max_outage: seconds without success after which the work ends; ``None`` for no limit
    :param clock: provides ``monotonic()`` and ``sleep(seconds)``. Default: the module ``time``
    :param debug: the ``debug`` setting
    """

    __slots__ = (
        "_budget",
        "_ceiling",
        "_clock",
        "_deadline",
        "_debug",
        "_max_outage",
        "_outage_since",
        "_policy",
        "_unused_policy",
    )

    def __init__(
        self,
        policy: Retry,
        budget: RetryBudget | None,
        deadline: Deadline | None = None,
        *,
        is_idempotent: bool = False,
        ceiling: float = DEFAULT_RETRY_AFTER_CEILING,
        max_outage: float | None = None,
        clock: Any = None,
        debug: bool = False,
    ) -> None:
        self._policy = self._unused_policy = policy.new(allowed_methods=None) if is_idempotent else policy
        self._budget = budget
        self._deadline = deadline
        self._ceiling = ceiling
        self._max_outage = max_outage
        self._outage_since: float | None = None
        self._clock = time if clock is None else clock
        self._debug = debug

    def is_success(self, method: str, raw: Any) -> bool:
        """Return whether a response ends the work, and add it to the budget.

        :param raw: a response with a status and headers
        """
        asks_to_wait = raw.status >= 400 and retry_after(raw.headers) is not None
        if self._policy.is_retry(method, raw.status, asks_to_wait):
            return False
        if self._budget is not None:
            self._budget.give_back()
        return True

    def restart(self) -> None:
        """Reset the number of retries after progress."""
        self._policy, self._outage_since = self._unused_policy, None

    def delay(
        self,
        method: str,
        failure: Exception | None,
        raw: Any = None,
        *,
        path: str = "",
        asked: float | None = None,
        counts: bool = True,
    ) -> float | None:
        """Return the seconds to wait before the next attempt; ``None`` if there is none.

        :param method: the request's HTTP method
        :param failure: urllib3's error, if there was no response
        :param raw: urllib3's response, if its status is retryable
        :param path: the request's path, for the log
        :param asked: the seconds in the header ``Retry-After``. Default: from ``raw``
        :param counts: whether the retry uses the budget
        """
        if asked is None and raw is not None and self._policy.respect_retry_after_header:
            asked = retry_after(raw.headers)
        if (asked or 0) > self._ceiling or self._outage_exceeds(asked or 0):
            return None
        try:
            # Errors of urllib3 contain the path, and tracebacks show them, so it has no query.
            self._policy = self._policy.increment(method, path, raw, failure)
        except HTTPError:
            return None
        if counts and self._budget is not None and not self._budget.take():
            return None
        return asked or float(self._policy.get_backoff_time())

    def wait(
        self,
        method: str,
        failure: Exception | None,
        raw: Any = None,
        *,
        path: str = "",
        asked: float | None = None,
        counts: bool = True,
    ) -> bool:
        """Wait before the next attempt; ``False`` without waiting if there is none. The parameters are those of
        :meth:`delay`.

        :raises ApiTimeoutError: the deadline would pass before
        """
        seconds = self.delay(method, failure, raw, path=path, asked=asked, counts=counts)
        if seconds is None:
            return False
        if raw is not None:
            drain(raw)
        if is_enabled(self._debug):
            cause = describe(failure) if failure is not None else getattr(raw, "status", None)
            log_debug(self._debug, "%s %s: %s; retrying in %.1f s", method, path, cause, seconds)
        if self._deadline is not None and seconds >= self._deadline.remaining():
            raise self._deadline.error() from failure
        self._clock.sleep(min(seconds, MAX_TIMEOUT))
        return self._budget is None or not self._budget.closed

    @property
    def raises_on_status(self) -> bool:
        """Whether the policy raises an error instead of returning a response with a retryable status."""
        return bool(self._policy.raise_on_status)

    def _outage_exceeds(self, asked: float) -> bool:
        """Return whether the outage would exceed its maximum before the next attempt."""
        if self._max_outage is None:
            return False
        now: float = self._clock.monotonic()
        since = self._outage_since = now if self._outage_since is None else self._outage_since
        return now + asked - since >= self._max_outage


_POLICIES: dict[int, RetryPolicy] = {}


def policy_of(retries: object) -> Retry:
    """Return the policy for ``Configuration.retries``. Policies are immutable, so they are cached.

    :raises ApiValueError: the value is neither a number of at least 0 nor a policy
    """
    if isinstance(retries, Retry):
        return retries
    number = DEFAULT_RETRIES if retries is None else retries
    if not isinstance(number, int) or number < 0:
        raise ApiValueError(f"retries must be a number from 0, or a urllib3 Retry, not {short_repr(retries)}")
    if number not in _POLICIES:
        _POLICIES[number] = RetryPolicy(number)
    return _POLICIES[number]


NO_RETRIES = RetryPolicy(0)
"""For a body that can be sent only once."""

RENEW_TOKEN = RetryPolicy(1, allowed_methods=None, backoff_factor=0, respect_retry_after_header=False)
"""For a request whose token was rejected: it was not processed, and is sent again with a renewed one."""

POLL = RetryPolicy(None, allowed_methods=None, other=None, backoff_factor=0)
"""For polls, whose number is not limited: the caller determines the interval."""
