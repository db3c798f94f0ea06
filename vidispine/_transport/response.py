"""An HTTP response: its status, headers and body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urllib3.exceptions import DecodeError, HTTPError, IncompleteRead, ProtocolError
from urllib3.response import GzipDecoderState

from vidispine._transport.errors import Attempt, translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["RESTResponse", "refuse_half"]


class RESTResponse:
    """An answer: its status, headers and body."""

    __slots__ = ("_attempt", "data", "headers", "reason", "status", "urllib3_response")

    def __init__(self, resp: Any, attempt: Attempt | None = None) -> None:
        #: urllib3's own response
        self.urllib3_response = resp
        # For what may go wrong with the rest of the answer.
        self._attempt = attempt or Attempt("GET", "the server", None)
        self.status: int = resp.status
        self.reason: str | None = resp.reason
        self.headers: Mapping[str, str] = resp.headers
        #: the body, as it came; ``None`` while it has not been read
        self.data: Any = None

    def read(self) -> Any:
        """Return the whole body, read now if it was not.

        :raises ApiTimeoutError, ApiResponseError, ApiDecodeError: it does not come, or is broken
        """
        if self.data is None:
            try:
                self.data = self.urllib3_response.data
                refuse_half(self.urllib3_response)
            except HTTPError as error:
                raise translate(error, self._attempt) from error
        return self.data

    def stream(self, size: int) -> Iterator[bytes]:
        """Yield the body of an unread answer in pieces of about ``size`` bytes; its connection is free afterwards.

        :raises ApiTimeoutError, ApiResponseError, ApiDecodeError: the rest does not come, or is broken
        """
        try:
            yield from self.urllib3_response.stream(size, decode_content=True)
            refuse_half(self.urllib3_response)
            self._attempt.refuse_late()
        except HTTPError as error:
            raise translate(error, self._attempt) from error
        finally:
            self.discard()

    def discard(self) -> None:
        """Do without the rest of an unread answer; its connection, of no use for another request then, is closed."""
        if self.data is not None:
            return
        self.urllib3_response.close()
        self.urllib3_response.release_conn()

    def getheaders(self) -> Mapping[str, str]:
        """Return all headers; names are looked up in any case."""
        return self.headers

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """Return one header, whatever the case of its name."""
        return self.headers.get(name, default)


def refuse_half(raw: Any) -> None:
    """Refuse a body that is over before its end, where urllib3 takes what there is of it for all.

    That is a compressed one, and before Python 3.10 one of which 2 GiB are still to come.
    """
    if raw.length_remaining:
        raise ProtocolError("the answer was cut off", IncompleteRead(raw.tell(), raw.length_remaining))
    decoder = getattr(raw, "_decoder", None)
    for one in getattr(decoder, "_decoders", [decoder]):
        # What follows the end and is not compressed is no harm, and nothing at all is no body.
        surplus = getattr(one, "_state", None) == GzipDecoderState.SWALLOW_DATA
        if raw.tell() and not surplus and not getattr(getattr(one, "_obj", None), "eof", True):
            raise DecodeError("it ends before its end")
