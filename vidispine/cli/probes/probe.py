"""Defines and runs probes."""

from __future__ import annotations

import re
from contextlib import ExitStack
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from vidispine.exceptions import (
    ApiConnectionError,
    ApiDecodeError,
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    NotFoundException,
    UnauthorizedException,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vidispine.client import Client

__all__ = ["Finding", "NotCheckedError", "Probe", "RawResponse", "Server", "run_probes", "shown_name"]

NOT_ALLOWED = (401, 403)
"""Status codes that tell about the user, not about the server."""


class NotCheckedError(Exception):
    """The server does not have what a probe needs, such as enough items; the message says what is missing."""


class RawResponse(NamedTuple):
    """A response as the server sent it, also one with an error status."""

    status: int
    media_type: str
    """The Content-Type, without parameters."""
    body: bytes

    def describe_media_type(self) -> str:
        """Return the media type, or the status when it is an error."""
        return self.media_type if self.status == HTTPStatus.OK else f"status {self.status}"


class Server:
    """The server that is checked."""

    def __init__(self, client: Client, cleanup: ExitStack) -> None:
        self.client = client
        self.is_index_late = False
        """Whether the scratch item was not found in time."""
        self._cleanup = cleanup
        self._item_id: str | None = None
        self._has_created_item = False

    def request(self, method: str, path: str, *query: tuple[str, str], accept: str = "application/json") -> RawResponse:
        """Send any request below the base URL of the API."""
        try:
            response = self.client.api_client.call_api(
                path, method, None, list(query), {"Accept": accept}, _preload_content=False, _return_http_data_only=True
            )
            status, headers, content = response.status, response.headers, response.data
        except ApiException as error:
            if not error.status or error.status in NOT_ALLOWED:
                raise
            status, headers, content = error.status, error.headers or {}, error.body or b""
        media_type = str(headers.get("Content-Type", "")).partition(";")[0].strip()
        return RawResponse(status, media_type, content.encode() if isinstance(content, str) else content)

    def scratch_item(self) -> str:
        """Return the id of the scratch item, which is created on first use and deleted at the end."""
        if self._item_id is None:
            if self._has_created_item:
                raise NotCheckedError("needs a temporary item")
            self._has_created_item = True
            title = {"name": "title", "value": [{"value": "vidispine check"}]}
            document = {"timespan": [{"start": "-INF", "end": "+INF", "field": [title]}]}
            self._cleanup.callback(self._delete_scratch_item)
            self._item_id = self.client.import_.create_placeholder(document, container=1).id
        if self._item_id is None:
            raise NotCheckedError("the id of the temporary item is missing")
        return self._item_id

    def forget_scratch_item(self) -> None:
        """Record that the scratch item is deleted."""
        self._item_id = None

    def _delete_scratch_item(self) -> None:
        if self._item_id is None:
            return
        try:
            self.client.item.delete_item(self._item_id)
        except NotFoundException:
            pass
        except ApiException as error:
            error.hint = f"delete the temporary item {self._item_id} yourself"
            raise


class Probe(NamedTuple):
    """One question about a server."""

    name: str
    """Such as ``lists.first``."""
    question: str
    """Such as ``Position of the first item in a list``."""
    observe: Callable[[Server], str]
    """Returns the observation."""
    expected: str | None
    """The observation that the SDK assumes; ``None`` when it assumes none."""
    writes: bool = False
    """Whether it needs the scratch item."""


class Finding(NamedTuple):
    """The outcome of a probe."""

    name: str
    question: str
    outcome: str
    """``agrees``, ``differs``, ``noted`` when the SDK assumes nothing, or ``not checked``."""
    observed: str
    """The observation, or why the probe was not checked."""
    expected: str | None

    def to_document(self) -> dict[str, Any]:
        """Return the finding as a JSON object for the report."""
        return self._asdict()


def run_probes(client: Client, probes: Iterable[Probe]) -> Iterator[Finding]:
    """Run probes sequentially. The scratch item is deleted at the end, also after an error.

    :raises ApiConnectionError: the server cannot be reached
    :raises ApiTimeoutError: the server responds to none of the first two probes, or of two in a row
    :raises UnauthorizedException: the credentials are wrong
    :raises ApiException: the scratch item cannot be deleted
    """
    with ExitStack() as cleanup:
        server = Server(client, cleanup)
        was_late = False
        for probe in probes:
            try:
                finding, is_late = _run(server, probe), False
            except ApiTimeoutError:
                if was_late:
                    raise
                finding, is_late = _not_checked(probe, "no response in time"), True
            was_late = is_late
            yield finding


def _not_checked(probe: Probe, reason: str) -> Finding:
    return Finding(probe.name, probe.question, "not checked", reason, probe.expected)


def _run(server: Server, probe: Probe) -> Finding:
    try:
        observed = probe.observe(server)
    except NotCheckedError as reason:
        return _not_checked(probe, str(reason))
    except (ApiConnectionError, ApiTimeoutError, UnauthorizedException):
        raise
    except ApiException as error:
        if error.status in NOT_ALLOWED:
            return _not_checked(probe, f"status {error.status}")
        observed = _describe(error)
    except Exception as error:  # noqa: BLE001 - a server may send anything
        observed = f"an unexpected response ({type(error).__name__})"
    if probe.expected is None:
        return Finding(probe.name, probe.question, "noted", observed, None)
    return Finding(
        probe.name, probe.question, "agrees" if observed == probe.expected else "differs", observed, probe.expected
    )


def _describe(error: ApiException) -> str:
    if isinstance(error, ApiDecodeError):
        return "an invalid document"
    if isinstance(error, ApiResponseError):
        return "an invalid or truncated response"
    return f"status {error.status}"


def shown_name(name: object) -> str:
    """Return a name of a member or of a kind; ``...`` for other text, which may be content of the server."""
    return str(name) if str(name).replace("-", "_").isidentifier() and not re.search(r"\d", str(name)) else "..."
