"""Bring every file of a folder into VidiCore, and wait until all of them are items.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=ingest VIDISPINE_PASSWORD=...
    python ingest_folder.py /mnt/cards/today --tag lowres

Prints a line for each file: its name and the item that was made of it. The exit status is 1 if a file did not make it.

Safe to run again: each import notes in its job which file it is of, by path, size and time of change. A file whose job
is on its way or ended well is not sent again, while one whose job failed is. Run it when nobody writes to the folder:
a file that grew is another file. Servers that clear away old jobs forget with them what they have been sent.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import vidispine
from vidispine.transfer import upload

NOTE = "ingestedFile"
"""Key in the data of the jobs under which it says which file it is of."""


def name_of(file: Path) -> str:
    """Return what tells this file, as it is now, from all others."""
    state = file.stat()
    return f"{file.resolve()} {state.st_size} {state.st_mtime_ns}"


def job_of(client: vidispine.Client, name: str) -> vidispine.JobType | None:
    """Return the job that imports, or imported, the file of this name."""
    jobs = client.job.iterate_jobs(user=False, jobmetadata={NOTE: name})
    return next((job for job in jobs if not job.failed), None)


def ingest(client: vidispine.Client, folder: Path, tags: list[str], timeout: float | None) -> int:
    """Import what is missing and return the number of files that failed."""
    files: dict[str, Path] = {}
    for file in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        name = name_of(file)
        job = job_of(client, name)
        if job is None:
            print(f"{file.name}: sending {file.stat().st_size} bytes", file=sys.stderr)
            job = upload(client.import_.import_item_raw, file, tag=tags, jobmetadata={NOTE: name})
        files[job.job_id] = file
    failed = 0
    for job in client.job.wait_for_jobs(list(files), timeout=timeout, raise_on_failure=False):
        failed += job.failed
        data = {pair.key: pair.value for pair in job.data or []}
        print(files[job.job_id].name, data.get("errorMessage", job.status) if job.failed else data.get("itemId"))
    return failed


def main() -> int:
    """Read the command line and return the exit status."""
    parser = argparse.ArgumentParser(description="Import every file of a folder and wait for the jobs.")
    parser.add_argument("folder", type=Path, help="folder with the files; subfolders are ignored")
    parser.add_argument(
        "--tag", action="append", default=[], help="make a version with this shape tag, too; repeatable"
    )
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="wait no longer than this for the jobs")
    arguments = parser.parse_args()
    try:
        with vidispine.Client() as client:
            return 1 if ingest(client, arguments.folder, arguments.tag, arguments.timeout) else 0
    except (OSError, vidispine.OpenApiException) as error:
        print(f"ingest_folder: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
