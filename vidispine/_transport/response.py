"""An HTTP response: its status, headers and body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError

from vidispine._transport.connections import (
    bytes_read,
    check_encodings,
    decoded_blocks,
    discard,
    forget_body,
    raise_if_truncated,
    read_body,
)
from vidispine._transport.errors import translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vidispine._transport.call import Call

__all__ = ["RESTResponse"]


class RESTResponse:
    """A response: its status, headers and body.

    :param resp: urllib3's response
    :param call: the call of the response
    """

    __slots__ = ("_call", "data", "headers", "reason", "status", "urllib3_response")

    def __init__(self, resp: Any, call: Call) -> None:
        #: urllib3's own response
        self.urllib3_response = resp
        self._call = call
        self.status: int = resp.status
        self.reason: str | None = resp.reason
        self.headers: Mapping[str, str] = resp.headers
        #: the body, decoded; ``None`` until it is read
        self.data: Any = None

    def read(self) -> Any:
        """Return the whole body, and read it first if necessary.

        :raises ApiTimeoutError, ApiResponseError, ApiDecodeError: the body is not received, is truncated or invalid, or
            is larger than ``Configuration.max_response_bytes``
        """
        if self.data is None:
            try:
                read_body(self.urllib3_response, self._call.max_response_bytes)
                self.data = self.urllib3_response.data
            except HTTPError as error:
                raise translate(error, self._call) from error
            finally:
                self._call.bytes_received += bytes_read(self.urllib3_response)
        return self.data

    def stream(self, size: int) -> Iterator[bytes]:
        """Yield the body of an unread response in chunks of about ``size`` bytes, then release its connection.

        :raises ApiTimeoutError, ApiResponseError, ApiDecodeError: the body is not received, is truncated or invalid
        """
        encodings = check_encodings(self.urllib3_response)
        try:
            yield from decoded_blocks(self.urllib3_response, encodings, size)
            raise_if_truncated(self.urllib3_response)
        except HTTPError as error:
            raise translate(error, self._call) from error
        finally:
            self._call.bytes_received += bytes_read(self.urllib3_response)
            self.discard()

    def discard(self) -> None:
        """Close the connection of an unread response, because it cannot be reused."""
        if self.data is None:
            discard(self.urllib3_response)

    def without_body(self) -> RESTResponse:
        """Return a copy that does not keep the body in memory."""
        copied = RESTResponse(self.urllib3_response, self._call)
        forget_body(self.urllib3_response)
        return copied

    def getheaders(self) -> Mapping[str, str]:
        """Return all headers; names are case-insensitive."""
        return self.headers

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """Return one header; names are case-insensitive."""
        return self.headers.get(name, default)
