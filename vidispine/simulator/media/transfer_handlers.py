"""Operations on transfers, and uploads as parts of transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Union

from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines
from vidispine.simulator.media.transfer_store import FINISHED, TRANSFERRING, Chunk, Transfer, chunk_of

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.file_store import File


@operation("_import")
def get_transfers(request: Request) -> Response:
    documents = request.state.media.transfers.documents(request.arguments.get("state", TRANSFERRING))
    first = max(0, request.arguments.get("first", 1) - 1)
    number = request.arguments.get("number")
    page = documents[first:] if number is None else documents[first : first + max(0, number)]
    return Response({"transfer": page} if page else {}, text_lines([document["name"] for document in page]))


@operation("_import")
def get_transfer(request: Request) -> Response:
    return Response(request.state.media.transfers.document(request.arguments["transfer-id"]))


@operation("_import")
def update_transfer_priority(request: Request) -> None:
    """Update the priority of a transfer. It has no effect on the upload."""
    request.state.media.transfers.set_priority(request.arguments["transfer-id"], request.arguments["transferPriority"])


# Uploads


Upload = Union["File", Transfer, None]
"""The completed file; or a transfer that was complete before; or ``None`` when chunks are missing."""


def store_upload(request: Request, target: str, open_file: Callable[[], File], state: str = "CLOSED") -> Upload:
    """Store the body of a request.

    :param target: purpose of the upload. A transfer's name is valid for one purpose
    :param open_file: creates the file entity, or returns the existing one
    :param state: state of the complete file
    :raises ApiError: the headers are invalid, or the transfer's name is used
    """
    media, name = request.state.media, request.arguments.get("transferId")
    chunk = chunk_of(request) or Chunk(0, request.body.size)
    if not name:
        return media.files.receive(open_file(), request.body, request.now, state)
    transfer = media.transfers.open(name, target, chunk.size, request.arguments.get("transferPriority"))
    if transfer.state == FINISHED:
        return transfer
    transfer = media.transfers.add(transfer, request.body, chunk.offset)
    if not transfer.is_complete:
        return None
    # Keep the received file until the transaction is committed: a killed process must not lose it.
    file = media.files.link_content(open_file(), media.transfers.part(transfer), request.now)
    return file if state == "CLOSED" else media.files.set_state(file, state, request.now)


def finish_transfer(request: Request, *, file: int | None, job: int | None = None) -> None:
    """Mark the named transfer that a request completed as finished."""
    name = request.arguments.get("transferId")
    if name:
        request.state.media.transfers.finish(name, file=file, job=job)
