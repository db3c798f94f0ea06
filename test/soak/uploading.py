"""Upload a file in chunks or resume: ``python -m test.soak.uploading URL FILE ID``. Prints bytes sent, then the job."""

from __future__ import annotations

import sys

from vidispine import Client, NotFoundException, transfer

CHUNK_SIZE = 4 * 1024 * 1024


def main(url: str, file: str, name: str) -> None:
    """Resume the transfer of this name, or start it when the server does not know it."""
    with Client(url, username="admin", password="admin") as client:
        settings = {"transfer_id": name, "chunk_size": CHUNK_SIZE}
        upload, operation = transfer.upload, client.import_.import_item_raw
        try:
            job = upload(operation, file, resume=True, on_progress=_show, **settings)  # type: ignore[arg-type]
        except NotFoundException:
            job = upload(operation, file, on_progress=_show, **settings)  # type: ignore[arg-type]
        print("job", job.job_id, flush=True)


def _show(done: int, _: int | None) -> None:
    print(done, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
