"""The process whose memory is looked at: ``python transferring.py URL WAY FILE PIECES`` brings one file over.

It prints as JSON how long that took, the memory before, the most memory until then, and, when it sent the file, the
checksum of what arrived.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from test.soak import memory
from test.soak.large_server import pieces
from vidispine import ApiClient, Configuration, FileApi, ImportApi

__all__ = ["DOWN", "UP"]

Transfer = Callable[[ApiClient, Path, int], "str | None"]


def down_to_path(client: ApiClient, file: Path, number: int) -> None:
    """Receive a file under a path."""
    FileApi(client).get_file_data(f"VX-{number}", _save_to=file)


def down_into_file(client: ApiClient, file: Path, number: int) -> None:
    """Receive into an open file."""
    with file.open("wb") as stream:
        FileApi(client).get_file_data(f"VX-{number}", _save_to=stream)


def up_from_path(client: ApiClient, file: Path, number: int) -> str | None:
    """Send what is under a path."""
    return _checksum(ImportApi(client).import_item_raw(file))


def up_from_file(client: ApiClient, file: Path, number: int) -> str | None:
    """Send an open file."""
    with file.open("rb") as stream:
        return _checksum(ImportApi(client).import_item_raw(stream))


def up_from_iterator(client: ApiClient, file: Path, number: int) -> str | None:
    """Send what is made meanwhile."""
    return _checksum(ImportApi(client).import_item_raw(pieces(number)))


def _checksum(job: object) -> str | None:
    return next((pair.value for pair in getattr(job, "data", None) or ()), None)


DOWN: dict[str, Transfer] = {"down to a path": down_to_path, "down into an open file": down_into_file}
UP: dict[str, Transfer] = {
    "up from a path": up_from_path,
    "up from an open file": up_from_file,
    "up from an iterator": up_from_iterator,
}


def main() -> None:
    """Bring the file over and tell what it took."""
    url, way, name, number = sys.argv[1:]
    transfer, file = {**DOWN, **UP}[way], Path(name)
    with ApiClient(Configuration(host=url, username="admin", password="admin")) as client:
        # What the first call loads is not what a large file takes.
        nothing = file.with_name("nothing")
        nothing.touch()
        transfer(client, nothing, 0)
        before, began = memory.now(), time.monotonic()
        found = transfer(client, file, int(number))
        seconds = time.monotonic() - began
    print(json.dumps({"before": before, "peak": memory.peak(), "seconds": seconds, "checksum": found}))


if __name__ == "__main__":
    main()
