"""Operations on transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.responses import Answer, lines

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call, Handler

from vidispine.simulator.media.transfer_store import TRANSFERRING

__all__ = ["TRANSFER_HANDLERS"]


def get_transfers(call: Call) -> Answer:
    """Answer with the transfers in a state."""
    call.need("_import")
    documents = call.world.media.transfers.documents(call.arguments.get("state", TRANSFERRING))
    first = max(0, call.arguments.get("first", 1) - 1)
    number = call.arguments.get("number")
    page = documents[first:] if number is None else documents[first : first + max(0, number)]
    return Answer({"transfer": page} if page else {}, lines([document["name"] for document in page]))


def get_transfer(call: Call) -> Answer:
    """Answer with one transfer."""
    call.need("_import")
    return Answer(call.world.media.transfers.document(call.arguments["transfer-id"]))


def update_transfer_priority(call: Call) -> Answer:
    """Change how important a transfer is; it makes no difference to the bytes here."""
    call.need("_import")
    call.world.media.transfers.set_priority(call.arguments["transfer-id"], call.arguments["transferPriority"])
    return Answer()


TRANSFER_HANDLERS: list[Handler] = [get_transfer, get_transfers, update_transfer_priority]
