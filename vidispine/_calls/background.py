"""Calls on other threads (``async_req``). If no thread can be started, the call is made on the calling thread."""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from vidispine.exceptions import OpenApiException, hides_arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["FinishedResult", "apply_async", "make_executor", "make_pool", "stop_pool", "submit"]

T = TypeVar("T")

_NO_SETTINGS: Mapping[str, Any] = {}


class FinishedResult:
    """The result of a completed call, with the methods of :class:`multiprocessing.pool.AsyncResult`."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._error: Exception | None = None
        self._value: Any = None
        try:
            self._value = work()
        except Exception as error:  # noqa: BLE001 - raised by get()
            self._error = error

    def get(self, timeout: float | None = None) -> Any:
        """Return the result of the call, or raise its error."""
        if self._error is not None:
            raise self._error
        return self._value

    def wait(self, timeout: float | None = None) -> None:
        """Return immediately: the call has ended."""

    def ready(self) -> bool:
        """Return ``True``: the call has ended."""
        return True

    def successful(self) -> bool:
        """Return whether the call raised no error."""
        return self._error is None


def apply_async(
    client: Any, function: Callable[..., Any], arguments: Sequence[Any], settings: Mapping[str, Any] = _NO_SETTINGS
) -> Any:
    """Call a function on a thread of a client's pool, and return its ``AsyncResult``.

    :raises ApiValueError: the client is closed
    """

    @hides_arguments
    def work() -> Any:
        return function(*arguments, **settings)

    try:
        # The thread keeps the caller's deadline and the current span of a trace.
        return client.pool.apply_async(copy_context().run, (work,))
    except OpenApiException:
        raise
    except (RuntimeError, ValueError):
        # While the interpreter shuts down, no thread can be started, and pools no longer run.
        return FinishedResult(work)


def make_pool(threads: int) -> tuple[Any, set[int]]:
    """Return a :class:`multiprocessing.pool.ThreadPool`, and the identifiers of its threads."""
    from multiprocessing.pool import ThreadPool

    workers: set[int] = set()
    return ThreadPool(threads, initializer=_register, initargs=(workers,)), workers


def _register(workers: set[int]) -> None:
    workers.add(threading.get_ident())


def stop_pool(pool: Any, workers: set[int]) -> None:
    """Stop a pool after its pending calls. Wait for its threads, unless the current thread is one of them."""
    pool.close()
    if threading.get_ident() not in workers:
        pool.join()


def make_executor(threads: int, name: str = "") -> ThreadPoolExecutor | None:
    """Return an executor; ``None`` while the interpreter shuts down, when no thread can be started.

    :param name: the beginning of the names of its threads. Default: that of the standard library
    """
    try:
        from concurrent.futures import ThreadPoolExecutor
    except RuntimeError:
        return None
    return ThreadPoolExecutor(threads, thread_name_prefix=name)


def submit(executor: ThreadPoolExecutor | None, work: Callable[[], T]) -> Future[T]:
    """Do work on a thread of an executor, or on the calling thread if none can be started, and return its future."""
    from concurrent.futures import Future

    future: Future[T] = Future()
    claimed = threading.Lock()
    # The thread keeps the caller's deadline and the current span of a trace.
    context = copy_context()

    def run() -> None:
        # An executor that cannot start another thread keeps the work, so that one of its threads may do it as well.
        if not (claimed.acquire(blocking=False) and future.set_running_or_notify_cancel()):
            return
        try:
            future.set_result(context.run(work))
        except BaseException as error:
            # Without this frame, which holds the work with its arguments.
            future.set_exception(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))
            if not isinstance(error, Exception):
                raise

    try:
        if executor is None:
            run()
        else:
            executor.submit(run)
    except RuntimeError:
        run()
    return future
