"""Transfers: named uploads, in one request or in chunks."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from vidispine._documents.json import load_json
from vidispine.simulator.http.errors import conflict, invalid_input, not_found
from vidispine.simulator.http.formats import read_integer, site_id
from vidispine.simulator.http.streams import ReceivedFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.media.folders import Folders

TRANSFERRING = "TRANSFERRING"
FINISHED = "FINISHED"
DEFAULT_PRIORITY = 500
MAX_PRIORITY = 1000


class Transfer(NamedTuple):
    """A row of the table ``transfer``."""

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
    def ranges(self) -> list[list[int]]:
        """Received byte ranges: pairs of start and end (exclusive), in order."""
        return [list(span) for span in load_json(self.held)]

    @property
    def transferred(self) -> int:
        """Number of received bytes."""
        return sum(stop - start for start, stop in self.ranges)

    @property
    def is_complete(self) -> bool:
        """Whether all bytes were received."""
        return self.transferred == self.size


class Chunk(NamedTuple):
    """The position of a request's body in the file."""

    offset: int
    size: int
    """Size of the whole file."""


def chunk_of(request: Request) -> Chunk | None:
    """Return the chunk that a request uploads, ``None`` when it uploads a whole file.

    :raises ApiError: its headers are invalid
    """
    texts = {name: request.header(name) for name in ("index", "size")}
    if all(text is None for text in texts.values()):
        return None
    index, size = (_bytes(name, text) for name, text in texts.items())
    if not request.arguments.get("transferId"):
        raise invalid_input("transferId", None, "a chunked upload requires a transferId")
    if index < 0 or index + request.body.size > size:
        explanation = f"{request.body.size} bytes at {index} exceed the file of {size} bytes"
        raise invalid_input("index", str(index), explanation)
    return Chunk(index, size)


def _bytes(name: str, text: str | None) -> int:
    try:
        return read_integer(text or "")
    except ValueError:
        explanation = f"the header {name} must be a number of bytes, and both headers are required"
        raise invalid_input(name, text, explanation) from None


class TransferStore:
    """Stores transfers, and tracks uploads in progress."""

    def __init__(self, database: Database, folders: Folders) -> None:
        self._database = database
        self._folders = folders
        # Uploads in progress, with their transfer names. Several requests may upload chunks of the same transfer.
        self._incoming: dict[ReceivedFile, str | None] = {}

    @contextmanager
    def receive(self, stream: Any, length: int | None, media_type: str, name: str | None) -> Iterator[ReceivedFile]:
        """Receive the body of a request. Delete it at the end, unless it was moved.

        :param length: the announced Content-Length
        :param name: name of its transfer
        """
        received = ReceivedFile(self._folders.new(), media_type)
        self._incoming[received] = name
        try:
            received.write_content(stream, length)
            yield received
        except BaseException:
            received.roll_back()
            raise
        finally:
            del self._incoming[received]
            received.discard()

    def find(self, name: str | None) -> Transfer | None:
        """Return a transfer, ``None`` when it is missing."""
        return self._database.find(Transfer, "SELECT * FROM transfer WHERE name = ?", name)

    def open(self, name: str, target: str, size: int, priority: int | None) -> Transfer:
        """Return the transfer with a name. Create it when it is missing.

        :param target: purpose of the upload
        :param size: size of the whole file
        :raises ApiError: the name belongs to another transfer
        """
        transfer = self.find(name)
        if transfer is None:
            rank, part = checked_priority(priority), uuid4().hex
            transfer = Transfer(name, TRANSFERRING, rank, target, part, size, "[]", None, None)
            self._database.insert("transfer", **transfer._asdict())
            return transfer
        if transfer.target != target or transfer.size != size:
            raise conflict("Transfer", name, "the name belongs to another transfer: use a unique name")
        return transfer

    def add(self, transfer: Transfer, received: ReceivedFile, index: int) -> Transfer:
        """Add a chunk to a transfer."""
        if received.size == transfer.size:
            received.move_to(self.part(transfer))
        else:
            received.copy_into(self.part(transfer), index)
        held = json.dumps(_merge_ranges([*transfer.ranges, [index, index + received.size]]))
        self._database.execute("UPDATE transfer SET held = ? WHERE name = ?", [held, transfer.name])
        return transfer._replace(held=held)

    def part(self, transfer: Transfer) -> Path:
        """Return the path of the incomplete file."""
        return self._folders.part(transfer.part)

    def finish(self, name: str, *, file: int | None, job: int | None) -> None:
        """Mark a transfer as finished."""
        columns = "state = ?, file = ?, job = ?, held = json_array(json_array(0, size))"
        self._database.execute(f"UPDATE transfer SET {columns} WHERE name = ?", [FINISHED, file, job, name])  # noqa: S608

    def clear(self) -> None:
        """Delete the files of finished transfers."""
        for part in self._database.column("SELECT part FROM transfer WHERE state = ?", FINISHED):
            self._folders.part(part).unlink(missing_ok=True)

    # Documents

    def documents(self, state: str) -> list[dict[str, Any]]:
        """Return the transfers in a state, highest priority first."""
        statement = "SELECT * FROM transfer WHERE state = ? ORDER BY priority DESC, name"
        documents = [self._document(transfer) for transfer in self._database.records(Transfer, statement, state)]
        if state == TRANSFERRING:
            known = {document["name"] for document in documents}
            documents += [
                self._incoming_document(name)
                for name in dict.fromkeys(list(self._incoming.values()))
                if name is not None and name not in known and self.find(name) is None
            ]
        return documents

    def document(self, name: str) -> dict[str, Any]:
        """Return one transfer.

        :raises ApiError: the transfer is missing
        """
        transfer = self.find(name)
        if transfer is not None:
            return self._document(transfer)
        if name in list(self._incoming.values()):
            return self._incoming_document(name)
        raise not_found("Transfer", name)

    def _document(self, transfer: Transfer) -> dict[str, Any]:
        coming = self._incoming_bytes(transfer.name) if transfer.state == TRANSFERRING else 0
        document = {"name": transfer.name, "state": transfer.state, "priority": str(transfer.priority)}
        if transfer.file is not None:
            document["fileId"] = site_id(transfer.file)
        return {**document, "transferred": min(transfer.size, transfer.transferred + coming)}

    def _incoming_document(self, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "state": TRANSFERRING,
            "priority": str(DEFAULT_PRIORITY),
            "transferred": self._incoming_bytes(name),
        }

    def _incoming_bytes(self, name: str) -> int:
        return sum(received.size for received, belongs in list(self._incoming.items()) if belongs == name)

    def set_priority(self, name: str, priority: int) -> None:
        """Set the priority of a transfer.

        :raises ApiError: the transfer is missing, or the priority is out of range
        """
        self.document(name)
        self._database.execute("UPDATE transfer SET priority = ? WHERE name = ?", [checked_priority(priority), name])


def checked_priority(priority: int | None) -> int:
    """Check a priority. Default: 500.

    :raises ApiError: the priority is out of range
    """
    if priority is None:
        return DEFAULT_PRIORITY
    if not 1 <= priority <= MAX_PRIORITY:
        raise invalid_input("transferPriority", str(priority), f"transferPriority must be from 1 to {MAX_PRIORITY}")
    return priority


def _merge_ranges(ranges: list[list[int]]) -> list[list[int]]:
    """Sort ranges, and merge those that touch or overlap."""
    joined: list[list[int]] = []
    for start, stop in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], stop)
        else:
            joined.append([start, stop])
    return joined
