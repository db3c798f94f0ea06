"""Files that come in requests, whole or in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Union

from vidispine.simulator.media.transfer_store import FINISHED, Piece, Transfer, piece_of

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call
    from vidispine.simulator.media.file_store import File

__all__ = ["Upload", "close_upload", "receive_file"]

Upload = Union["File", Transfer, None]
"""The file that a request completed; or the transfer that was complete before; or ``None``: pieces are missing."""


def receive_file(call: Call, target: str, place: Callable[[], File], state: str = "CLOSED") -> Upload:
    """Take the bytes of a request.

    :param target: what they are for: a transfer's name cannot be used for something else later
    :param place: adds the file that they are for, or returns the one that is there
    :param state: the file's, when all have come
    :raises Fault: the request's headers make no sense, or its transfer is another one
    """
    media, name = call.world.media, call.arguments.get("transferId")
    piece = piece_of(call) or Piece(0, call.body.size)
    if not name:
        return media.files.receive(place(), call.body, call.now, state)
    transfer = media.transfers.open(name, target, piece.size, call.arguments.get("transferPriority"))
    if transfer.state == FINISHED:
        return transfer
    transfer = media.transfers.add(transfer, call.body, piece.offset)
    if not transfer.is_whole:
        return None
    # The part stays until nothing can take back what is done here: a program that is killed must not lose it.
    file = media.files.link(place(), media.transfers.part(transfer), call.now)
    return file if state == "CLOSED" else media.files.set_state(file, state, call.now)


def close_upload(call: Call, *, file: int | None, job: int | None = None) -> None:
    """Note what came of the transfer that a request completed, if it was one with a name."""
    name = call.arguments.get("transferId")
    if name:
        call.world.media.transfers.finish(name, file=file, job=job)
