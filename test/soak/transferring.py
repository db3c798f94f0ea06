"""Transfers one file and measures memory: ``python -m test.soak.transferring URL WAY FILE CHUNKS``.

It prints as JSON the seconds, the memory before, the peak memory and, after an upload, the checksum of the received
bytes.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from test.soak import memory
from test.soak.large_server import chunks
from vidispine import ApiClient, Configuration, FileApi, ImportApi

__all__ = ["DOWN", "UP"]

Transfer = Callable[[ApiClient, Path, int], "str | None"]


def down_to_path(client: ApiClient, file: Path, number: int) -> None:
    """Download to a path."""
    FileApi(client).get_file_data(f"VX-{number}", _save_to=file)


def down_into_file(client: ApiClient, file: Path, number: int) -> None:
    """Download into an open file."""
    with file.open("wb") as stream:
        FileApi(client).get_file_data(f"VX-{number}", _save_to=stream)


def up_from_path(client: ApiClient, file: Path, number: int) -> str | None:
    """Upload from a path."""
    return _checksum(ImportApi(client).import_item_raw(file))


def up_from_file(client: ApiClient, file: Path, number: int) -> str | None:
    """Upload an open file."""
    with file.open("rb") as stream:
        return _checksum(ImportApi(client).import_item_raw(stream))


def up_from_iterator(client: ApiClient, file: Path, number: int) -> str | None:
    """Upload from an iterator."""
    return _checksum(ImportApi(client).import_item_raw(chunks(number)))


def _checksum(job: object) -> str | None:
    return next((pair.value for pair in getattr(job, "data", None) or ()), None)


DOWN: dict[str, Transfer] = {"down to a path": down_to_path, "down into an open file": down_into_file}
UP: dict[str, Transfer] = {
    "up from a path": up_from_path,
    "up from an open file": up_from_file,
    "up from an iterator": up_from_iterator,
}


def main() -> None:
    """Transfer the file and report the figures."""
    url, way, name, number = sys.argv[1:]
    transfer, file = {**DOWN, **UP}[way], Path(name)
    with ApiClient(Configuration(host=url, username="admin", password="admin")) as client:
        # Modules that the first call loads are not part of the transfer.
        nothing = file.with_name("nothing")
        nothing.touch()
        transfer(client, nothing, 0)
        before, began = memory.now(), time.monotonic()
        found = transfer(client, file, int(number))
        seconds = time.monotonic() - began
    print(json.dumps({"before": before, "peak": memory.peak(), "seconds": seconds, "checksum": found}))


if __name__ == "__main__":
    main()
