"""Import every file of a folder, and wait for the imports.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=ingest VIDISPINE_PASSWORD=...
    python ingest_folder.py /mnt/cards/today --tag lowres

Prints a line for each file: its name and the id of the new item. The exit code is 1 if an import failed.

Safe to run again: the data of each job identifies the file by path, size and modification time. A file whose job is
running or succeeded is not sent again; one whose job failed is. Run it when nothing writes to the folder, because a
file that has grown counts as another file. If the server deletes old jobs, their files are imported again.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import vidispine
from vidispine.transfer import upload

NOTE = "ingestedFile"
"""Key in the data of the jobs that identifies the file."""


def name_of(file: Path) -> str:
    """Return text that identifies the current version of this file."""
    state = file.stat()
    return f"{file.resolve()} {state.st_size} {state.st_mtime_ns}"


def job_of(client: vidispine.Client, name: str) -> vidispine.JobType | None:
    """Return the job that imports, or imported, the file with this identity."""
    jobs = client.job.iterate_jobs(user=False, jobmetadata={NOTE: name})
    return next((job for job in jobs if not job.failed), None)


def ingest(client: vidispine.Client, folder: Path, tags: list[str], timeout: float | None) -> int:
    """Import the missing files and return the number of failures."""
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
    """Parse the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Import every file of a folder and wait for the jobs.")
    parser.add_argument("folder", type=Path, help="folder with the files; subfolders are ignored")
    parser.add_argument(
        "--tag", action="append", default=[], help="also create a shape with this shape tag; repeatable"
    )
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="maximum time to wait for the jobs")
    arguments = parser.parse_args()
    try:
        with vidispine.Client() as client:
            return 1 if ingest(client, arguments.folder, arguments.tag, arguments.timeout) else 0
    except (OSError, vidispine.OpenApiException) as error:
        print(f"ingest_folder: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
