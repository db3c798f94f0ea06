"""Operations on transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Handler, Request

from vidispine.simulator.media.transfer_store import TRANSFERRING

__all__ = ["TRANSFER_HANDLERS"]


def get_transfers(request: Request) -> Response:
    """List the transfers in a state."""
    request.require_role("_import")
    documents = request.state.media.transfers.documents(request.arguments.get("state", TRANSFERRING))
    first = max(0, request.arguments.get("first", 1) - 1)
    number = request.arguments.get("number")
    page = documents[first:] if number is None else documents[first : first + max(0, number)]
    return Response({"transfer": page} if page else {}, text_lines([document["name"] for document in page]))


def get_transfer(request: Request) -> Response:
    """Get one transfer."""
    request.require_role("_import")
    return Response(request.state.media.transfers.document(request.arguments["transfer-id"]))


def update_transfer_priority(request: Request) -> Response:
    """Update the priority of a transfer. It has no effect on the upload."""
    request.require_role("_import")
    request.state.media.transfers.set_priority(request.arguments["transfer-id"], request.arguments["transferPriority"])
    return Response()


TRANSFER_HANDLERS: list[Handler] = [get_transfer, get_transfers, update_transfer_priority]
