"""Sends notifications over HTTP, in the background. Failures are logged."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    import urllib3

logger = logging.getLogger("vidispine.simulator")

RETRY_SECONDS = 1.0
"""Delay before a message is sent again."""


class Message(NamedTuple):
    """A message to send."""

    url: str
    method: str
    media_type: str
    body: bytes
    timeout: float
    """In seconds."""
    retries: int
    """Number of retries."""
    group: str
    """Messages of the same group are sent in order."""


class NotificationSender:
    """Sends messages, with one thread for each group."""

    def __init__(self) -> None:
        """Create a sender without threads."""
        self._queues: dict[str, SimpleQueue[Message | None]] = {}
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    def send(self, message: Message) -> None:
        """Queue a message. Not thread-safe."""
        if self._stopping.is_set():
            return
        group = self._queues.get(message.group)
        if group is None:
            group = self._queues[message.group] = SimpleQueue()
            thread = threading.Thread(
                target=self._send_queued, args=(group,), name="vidispine-simulator-notify", daemon=True
            )
            thread.start()
            self._threads.append(thread)
        group.put(message)

    def _send_queued(self, group: SimpleQueue[Message | None]) -> None:
        import urllib3

        with urllib3.PoolManager(retries=False) as pool:
            while True:
                message = group.get()
                if message is None or self._stopping.is_set():
                    return
                self._deliver(pool, message)

    def _deliver(self, pool: urllib3.PoolManager, message: Message) -> None:
        for attempt in range(message.retries + 1):
            if attempt and self._stopping.wait(RETRY_SECONDS):
                return
            try:
                status = _post(pool, message)
            except Exception as error:  # noqa: BLE001 - the next message must be sent
                logger.warning("a notification could not be delivered: %s", type(error).__name__)
                continue
            if status < 400:
                return
            logger.warning("the receiver of a notification returned %s", status)

    def close(self) -> None:
        """Stop all threads. Queued messages are discarded."""
        self._stopping.set()
        for group in self._queues.values():
            group.put(None)


def _post(pool: urllib3.PoolManager, message: Message) -> int:
    """Send a message once. Return the status of the response."""
    import urllib3

    parts = urlsplit(message.url)
    credentials, _, host = parts.netloc.rpartition("@")
    headers = {"Content-Type": message.media_type}
    if credentials:
        headers.update(urllib3.make_headers(basic_auth=unquote(credentials)))
    url = parts._replace(netloc=host).geturl()
    timeout = urllib3.Timeout(total=message.timeout)
    response = pool.request(
        message.method, url, body=message.body, headers=headers, timeout=timeout, redirect=False, preload_content=False
    )
    try:
        return int(response.status)
    finally:
        response.close()
