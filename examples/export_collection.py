"""Export the media of a collection's items to a folder, and list the items that have none.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=admin VIDISPINE_PASSWORD=...
    python export_collection.py VX-111 file:///mnt/delivery/ --tag original --metadata

The server must be able to write to the folder. The exit code is 1 if the export failed, and 3 if it succeeded but
some items have no shape with this tag, which the server skips.

Safe to run again: the same files are written to the same places. If an export of this collection to this folder is
still running, the program waits for it instead of starting another one.
"""

from __future__ import annotations

import argparse
import sys

import vidispine

NOTE = "exportOf"
"""Key in the data of the jobs that identifies collection, folder and tag."""


def start(client: vidispine.Client, collection: str, folder: str, tag: str, metadata: bool) -> vidispine.JobType:
    """Return the job of this export: a running one, or a new one."""
    note = {NOTE: f"{collection} {tag} {folder}"}
    jobs = client.job.iterate_jobs(user=False, type="EXPORT", jobmetadata=note)
    job = next((job for job in jobs if not job.is_final), None)
    return job or client.collection.create_collection_export_job(
        collection, uri=folder, tag=tag, metadata=metadata, jobmetadata=note
    )


def show(job: vidispine.JobType) -> None:
    """Print the progress of the job."""
    step = job.current_step.description if job.current_step else None
    print(f"{job.job_id} {job.status} {job.progress:.0%} {step or ''}".rstrip(), file=sys.stderr)


def export(client: vidispine.Client, arguments: argparse.Namespace) -> int:
    """Export the collection and return the exit code."""
    collection, folder, tag = arguments.collection, arguments.folder, arguments.tag
    items = list(client.collection.iterate_collection_items(collection, content="shape", tag=tag))
    missing = [item.id for item in items if not any(tag in (shape.tag or []) for shape in item.shape or [])]
    client.job.wait_for_job(
        start(client, collection, folder, tag, arguments.metadata), timeout=arguments.timeout, on_progress=show
    )
    print(f"{len(items) - len(missing)} of {len(items)} items of {collection} are in {folder}")
    for item_id in missing:
        print(f"{item_id} has no {tag}")
    return 3 if missing else 0


def main() -> int:
    """Parse the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Export the media of a collection's items to a folder.")
    parser.add_argument("collection", help="id of the collection, such as VX-111")
    parser.add_argument("folder", help="URI of the folder, with a trailing slash")
    parser.add_argument("--tag", default="original", help="shape tag of the shapes to export (default: original)")
    parser.add_argument("--metadata", action="store_true", help="also export the metadata of each item")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="maximum time to wait for the job")
    arguments = parser.parse_args()
    if not arguments.folder.endswith("/"):
        parser.error("the URI of a folder must end with a slash")
    try:
        with vidispine.Client() as client:
            return export(client, arguments)
    except vidispine.OpenApiException as error:
        print(f"export_collection: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
