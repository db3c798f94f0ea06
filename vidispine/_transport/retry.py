"""Retries: after which failures, after which wait, and how many a client makes in all."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError, ProxyError, SSLError
from urllib3.util.retry import Retry

from vidispine._transport.call import IDEMPOTENT_METHODS
from vidispine._transport.errors import HandshakeError, describe
from vidispine._transport.log import is_enabled, log_debug
from vidispine.configuration import DEFAULT_RETRIES
from vidispine.exceptions import ApiValueError

if TYPE_CHECKING:
    from vidispine._transport.deadline import Deadline
    from vidispine._transport.http_client import RESTClientObject

__all__ = [
    "NO_RETRIES",
    "RENEW_TOKEN",
    "RETRY_STATUS",
    "RetryBudget",
    "RetryLoop",
    "RetryPolicy",
    "policy_of",
]

RETRY_STATUS = frozenset({429, 502, 503, 504})
"""Statuses that ask to try again later."""
RETRY_AFTER_CEILING = 30.0
"""Seconds that a server's ``Retry-After`` is honored at most."""
BUDGET = 20
"""Retries that a client has in a row, whatever the number of its threads."""
REGAINED = 0.2
"""Part of a retry that each successful response gives back."""


class RetryPolicy(Retry):
    """After which failures a request is sent again, and after which wait.

    A request that reached no server is retried whatever its method; one that the server may have processed only if its
    method is in :data:`IDEMPOTENT_METHODS`. The backoff grows from half a second to 20 seconds, with jitter.

    :param total: number of retries, from 0. Default: 2
    :param settings: see :class:`urllib3.util.Retry`
    """

    # Pickles of a Configuration refer to it, by its public name.
    __module__ = "vidispine.rest"

    def __init__(self, total: int | bool | None = 2, **settings: Any) -> None:
        settings.setdefault("allowed_methods", IDEMPOTENT_METHODS)
        settings.setdefault("status_forcelist", RETRY_STATUS)
        settings.setdefault("backoff_factor", 0.5)
        settings.setdefault("redirect", 0)
        settings.setdefault("raise_on_redirect", False)
        settings.setdefault("raise_on_status", False)
        # Failures of neither connecting nor reading, such as an untrusted certificate, are permanent.
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
        """Return the server's ``Retry-After`` in seconds, up to the ceiling; ``None`` without a valid one."""
        try:
            seconds = super().get_retry_after(response)
        except (HTTPError, ValueError, OverflowError):
            return None
        return None if seconds is None else min(seconds, RETRY_AFTER_CEILING)


class RetryBudget:
    """How many retries a client has left, so that its threads do not overload a server that is down.

    A retry takes one of :data:`BUDGET`; a successful response gives back :data:`REGAINED` of one.
    """

    def __init__(self) -> None:
        self._left = float(BUDGET)
        self._lock = threading.Lock()

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
    """The attempts of one piece of work: whether to make another one, and the wait before it.

    :param policy: after which failures, how often, and after which wait
    :param client: the client that does the work; retries count for its budget, and closing it ends the work
    :param deadline: by when the work must be done; ``None`` for no limit
    :param is_idempotent: ``True`` if the work is safe to retry whatever its HTTP method; ``False`` leaves the decision
        to the policy
    """

    __slots__ = ("_client", "_deadline", "_policy", "_unused_policy")

    def __init__(
        self,
        policy: Retry,
        client: RESTClientObject,
        deadline: Deadline | None = None,
        *,
        is_idempotent: bool = False,
    ) -> None:
        self._policy = self._unused_policy = policy.new(allowed_methods=None) if is_idempotent else policy
        self._client = client
        self._deadline = deadline

    def is_success(self, method: str, raw: Any) -> bool:
        """Tell whether a response ends the work, and count it for the budget.

        :param raw: a response with a status and headers
        """
        if self._policy.is_retry(method, raw.status, "Retry-After" in raw.headers):
            return False
        self._client.budget.give_back()
        return True

    def restart(self) -> None:
        """Allow as many retries as at the beginning: the work has advanced."""
        self._policy = self._unused_policy

    def wait(
        self, method: str, failure: Exception | None, raw: Any = None, *, path: str = "", counts: bool = True
    ) -> bool:
        """Wait before the next attempt; ``False`` without waiting if there is none.

        :param method: the request's HTTP method
        :param failure: urllib3's error, if no response came
        :param raw: urllib3's response, if its status asks to try again
        :param path: the request's path, for the log
        :param counts: whether the retry counts for the budget
        :raises ApiTimeoutError: the deadline would pass meanwhile
        """
        try:
            # Errors of urllib3 show the path, and tracebacks show those: it has no query.
            self._policy = self._policy.increment(method, path, raw, failure)
        except HTTPError:
            return False
        if counts and not self._client.budget.take():
            return False
        seconds = self._seconds(raw)
        if raw is not None:
            raw.drain_conn()
        cause = describe(failure) if failure is not None else getattr(raw, "status", None)
        debug = self._client.configuration.debug
        if is_enabled(debug):
            log_debug(debug, "%s %s: %s; retrying in %.1f s", method, path, cause, seconds)
        if self._deadline is not None and seconds >= self._deadline.remaining():
            raise self._deadline.error() from failure
        time.sleep(seconds)
        return not self._client.closed

    @property
    def raises_on_status(self) -> bool:
        """Whether the policy wants an error instead of a response that asks to try again."""
        return bool(self._policy.raise_on_status)

    def _seconds(self, raw: Any) -> float:
        if raw is not None and self._policy.respect_retry_after_header:
            asked = self._policy.get_retry_after(raw)
            if asked:
                return float(asked)
        return float(self._policy.get_backoff_time())


_POLICIES: dict[int, RetryPolicy] = {}


def policy_of(retries: object) -> Retry:
    """Return the policy that ``Configuration.retries`` stands for; policies never change, so one serves all requests.

    :raises ApiValueError: neither a number from 0 nor a policy
    """
    if isinstance(retries, Retry):
        return retries
    number = DEFAULT_RETRIES if retries is None else retries
    if not isinstance(number, int) or number < 0:
        raise ApiValueError(f"retries must be a number from 0, or a urllib3 Retry, not {retries!r}")
    if number not in _POLICIES:
        _POLICIES[number] = RetryPolicy(number)
    return _POLICIES[number]


NO_RETRIES = RetryPolicy(0)
"""For a body that can be sent only once."""

RENEW_TOKEN = RetryPolicy(1, allowed_methods=None, backoff_factor=0, respect_retry_after_header=False)
"""For a request whose token was rejected: it was not processed, and is sent once more with a renewed one."""
