"""Transfers: uploads that have a name, whole or in pieces."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from vidispine.simulator.formats import read_integer, site_id
from vidispine.simulator.http.errors import conflict, invalid, not_found
from vidispine.simulator.http.streams import Received

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Call
    from vidispine.simulator.media.folders import Folders

__all__ = ["Piece", "Transfer", "Transfers", "piece_of"]

TRANSFERRING = "TRANSFERRING"
FINISHED = "FINISHED"
DEFAULT_PRIORITY = 500
MOST_PRIORITY = 1000


class Transfer(NamedTuple):
    """A transfer's row."""

    name: str
    state: str
    priority: int
    target: str
    part: str
    size: int
    held: str
    file: int | None
    job: int | None

    @property
    def spans(self) -> list[list[int]]:
        """The bytes that have come: pairs of the first and the one after the last, in order, with gaps between."""
        return [list(span) for span in json.loads(self.held)]

    @property
    def transferred(self) -> int:
        """How many bytes have come."""
        return sum(stop - start for start, stop in self.spans)

    @property
    def is_whole(self) -> bool:
        """Whether all bytes have come."""
        return self.transferred == self.size


class Piece(NamedTuple):
    """Where the bytes of a request belong in the file."""

    offset: int
    size: int
    """Of the whole file."""


def piece_of(call: Call) -> Piece | None:
    """Return which piece of a file a request brings, ``None`` when it brings it whole.

    :raises Fault: its headers make no sense
    """
    texts = {name: call.header(name) for name in ("index", "size")}
    if all(text is None for text in texts.values()):
        return None
    index, size = (_bytes(name, text) for name, text in texts.items())
    if not call.arguments.get("transferId"):
        raise invalid("transferId", None, "a file that is sent in pieces needs a transferId")
    if index < 0 or index + call.body.size > size:
        raise invalid("index", str(index), f"{call.body.size} bytes from {index} on do not lie in {size}")
    return Piece(index, size)


def _bytes(name: str, text: str | None) -> int:
    try:
        return read_integer(text or "")
    except ValueError:
        raise invalid(name, text, f"the header {name} must be a number of bytes, and comes with the other") from None


class Transfers:
    """All transfers, those that requests are bringing right now as well."""

    def __init__(self, database: Database, folders: Folders) -> None:
        """Speak about the transfers in this database."""
        self._database = database
        self._folders = folders
        # Names with what is on its way in this process; more than one request can bring pieces of the same.
        self._coming: dict[Received, str | None] = {}

    @contextmanager
    def receive(self, stream: Any, length: int | None, media_type: str, name: str | None) -> Iterator[Received]:
        """Receive a request's body, and delete what nobody has taken in the end.

        :param length: how many bytes the client said it would send
        :param name: of the transfer that it belongs to
        """
        received = Received(self._folders.new(), media_type)
        self._coming[received] = name
        try:
            received.fill(stream, length)
            yield received
        except BaseException:
            received.take_back()
            raise
        finally:
            del self._coming[received]
            received.discard()

    def find(self, name: str | None) -> Transfer | None:
        """Return a transfer by its name, ``None`` when there is none."""
        row = self._database.row("SELECT * FROM transfer WHERE name = ?", name)
        return None if row is None else Transfer(*row)

    def open(self, name: str, target: str, size: int, priority: int | None) -> Transfer:
        """Return the transfer of this name, a new one when there is none.

        :param target: what the bytes are for
        :param size: of the whole file
        :raises Fault: the name is another transfer's
        """
        transfer = self.find(name)
        if transfer is None:
            self._database.execute(
                "INSERT INTO transfer VALUES (?, ?, ?, ?, ?, ?, '[]', NULL, NULL)",
                [name, TRANSFERRING, checked_priority(priority), target, uuid4().hex, size],
            )
            return self._known(name)
        if transfer.target != target or transfer.size != size:
            raise conflict("Transfer", name, "this name is the one of another transfer: choose a name for each")
        return transfer

    def _known(self, name: str) -> Transfer:
        return Transfer(*self._database.rows("SELECT * FROM transfer WHERE name = ?", name)[0])

    def add(self, transfer: Transfer, received: Received, index: int) -> Transfer:
        """Put the bytes of a request into their place."""
        if received.size == transfer.size:
            received.move_to(self.part(transfer))
        else:
            received.copy_into(self.part(transfer), index)
        spans = _joined([*transfer.spans, [index, index + received.size]])
        self._database.execute("UPDATE transfer SET held = ? WHERE name = ?", [json.dumps(spans), transfer.name])
        return self._known(transfer.name)

    def part(self, transfer: Transfer) -> Path:
        """Return where the bytes of a transfer are until all have come."""
        return self._folders.part(transfer.part)

    def finish(self, name: str, *, file: int | None, job: int | None) -> None:
        """Say what came of a transfer."""
        self._database.execute(
            "UPDATE transfer SET state = ?, file = ?, job = ?, held = json_array(json_array(0, size)) WHERE name = ?",
            [FINISHED, file, job, name],
        )

    def clear(self) -> None:
        """Delete the parts of transfers that are done with."""
        for row in self._database.rows("SELECT part FROM transfer WHERE state = ?", FINISHED):
            self._folders.part(row["part"]).unlink(missing_ok=True)

    # Documents

    def documents(self, state: str) -> list[dict[str, Any]]:
        """Return the transfers in a state, the most important first."""
        rows = self._database.rows("SELECT * FROM transfer WHERE state = ? ORDER BY priority DESC, name", state)
        documents = [self._document(Transfer(*row)) for row in rows]
        if state == TRANSFERRING:
            known = {document["name"] for document in documents}
            documents += [
                self._coming_document(name)
                for name in dict.fromkeys(list(self._coming.values()))
                if name is not None and name not in known and self.find(name) is None
            ]
        return documents

    def document(self, name: str) -> dict[str, Any]:
        """Return one transfer.

        :raises Fault: there is none
        """
        transfer = self.find(name)
        if transfer is not None:
            return self._document(transfer)
        if name in list(self._coming.values()):
            return self._coming_document(name)
        raise not_found("Transfer", name)

    def _document(self, transfer: Transfer) -> dict[str, Any]:
        coming = self._coming_bytes(transfer.name) if transfer.state == TRANSFERRING else 0
        document = {"name": transfer.name, "state": transfer.state, "priority": str(transfer.priority)}
        if transfer.file is not None:
            document["fileId"] = site_id(transfer.file)
        return {**document, "transferred": min(transfer.size, transfer.transferred + coming)}

    def _coming_document(self, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "state": TRANSFERRING,
            "priority": str(DEFAULT_PRIORITY),
            "transferred": self._coming_bytes(name),
        }

    def _coming_bytes(self, name: str) -> int:
        return sum(received.size for received, belongs in list(self._coming.items()) if belongs == name)

    def set_priority(self, name: str, priority: int) -> None:
        """Change how important a transfer is.

        :raises Fault: there is none, or no such priority
        """
        self.document(name)
        self._database.execute("UPDATE transfer SET priority = ? WHERE name = ?", [checked_priority(priority), name])


def checked_priority(priority: int | None) -> int:
    """Return a transfer's priority, the middle one when ``None``.

    :raises Fault: there is no such priority
    """
    if priority is None:
        return DEFAULT_PRIORITY
    if not 1 <= priority <= MOST_PRIORITY:
        raise invalid("transferPriority", str(priority), f"transferPriority must be from 1 to {MOST_PRIORITY}")
    return priority


def _joined(spans: list[list[int]]) -> list[list[int]]:
    """Return spans in their order, those that touch or overlap made one."""
    joined: list[list[int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], stop)
        else:
            joined.append([start, stop])
    return joined
