"""Operations on transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request

from vidispine.simulator.media.transfer_store import TRANSFERRING


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
def update_transfer_priority(request: Request) -> Response:
    """Update the priority of a transfer. It has no effect on the upload."""
    request.state.media.transfers.set_priority(request.arguments["transfer-id"], request.arguments["transferPriority"])
    return Response()
