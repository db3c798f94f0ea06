"""Sending messages over HTTP in the background: what goes wrong with one disturbs nobody."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import urllib3

__all__ = ["Delivery", "Message"]

logger = logging.getLogger("vidispine.simulator")

RETRY_SECONDS = 1.0
"""How long to wait before a message is sent again."""


class Message(NamedTuple):
    """What to send, and where."""

    url: str
    method: str
    media_type: str
    body: bytes
    timeout: float
    """In seconds."""
    retries: int
    """How often to try again."""
    lane: str
    """Messages of one lane arrive in their order."""


class Delivery:
    """A thread for each lane."""

    def __init__(self) -> None:
        """Wait for messages."""
        self._lanes: dict[str, SimpleQueue[Message | None]] = {}
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    def send(self, message: Message) -> None:
        """Send a message, after those before it. To be called by one thread at a time."""
        if self._stopping.is_set():
            return
        lane = self._lanes.get(message.lane)
        if lane is None:
            lane = self._lanes[message.lane] = SimpleQueue()
            thread = threading.Thread(target=self._work, args=(lane,), name="vidispine-simulator-notify", daemon=True)
            thread.start()
            self._threads.append(thread)
        lane.put(message)

    def _work(self, lane: SimpleQueue[Message | None]) -> None:
        with urllib3.PoolManager(retries=False) as pool:
            while True:
                message = lane.get()
                if message is None or self._stopping.is_set():
                    return
                self._deliver(pool, message)

    def _deliver(self, pool: urllib3.PoolManager, message: Message) -> None:
        for attempt in range(message.retries + 1):
            if attempt and self._stopping.wait(RETRY_SECONDS):
                return
            try:
                status = _post(pool, message)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next message shall go out
                logger.warning("a notification could not be delivered: %s", type(error).__name__)
                continue
            if status < 400:
                return
            logger.warning("a notification was answered with %s", status)

    def close(self) -> None:
        """End all threads. What has not been sent by now is not."""
        self._stopping.set()
        for lane in self._lanes.values():
            lane.put(None)


def _post(pool: urllib3.PoolManager, message: Message) -> int:
    """Send a message once and return the answer's status."""
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
