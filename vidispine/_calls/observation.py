"""Calls with hooks or instrumentation."""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vidispine._transport.log import LOGGER
from vidispine._transport.paths import join_path
from vidispine.exceptions import name_of
from vidispine.types import CallInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vidispine._transport.call import Call
    from vidispine._transport.hooks import Instrumentation

__all__ = ["observed"]


@contextmanager
def observed(
    call: Call, hooks: Iterable[Callable[[CallInfo], object]], instrumentation: Instrumentation | None
) -> Iterator[None]:
    """Enclose a call with instrumentation, and report it to the hooks in ``after_call`` when it has ended."""
    try:
        with nullcontext() if instrumentation is None else instrumentation.enclose_call(call):
            yield
    finally:
        info = _info(call, sys.exc_info()[1])
        for hook in tuple(hooks):
            _report(info, hook)


def _report(info: CallInfo, hook: Callable[[CallInfo], object]) -> None:
    try:
        hook(info)
    except Exception:  # noqa: BLE001 - a hook must not change the outcome of the call
        LOGGER.exception("%s: the function %s in after_call failed", info.operation, name_of(hook))


def _info(call: Call, error: BaseException | None) -> CallInfo:
    base = urlsplit(call.host).path.rstrip("/")
    return CallInfo(
        operation=call.operation,
        method=call.method,
        path=join_path(base, call.target.partition("?")[0]),
        route=call.route,
        status=call.status,
        attempts=call.attempts,
        seconds=call.seconds,
        bytes_sent=call.bytes_sent,
        bytes_received=call.bytes_received,
        error=error,
    )
