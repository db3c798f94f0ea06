"""Write the media of a collection's items to a folder, and say which items have none to write.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=admin VIDISPINE_PASSWORD=...
    python export_collection.py VX-111 file:///mnt/delivery/ --tag original --metadata

The folder is one that the server can reach. The exit status is 1 if the export failed, and 3 if it went well but there
are items without such a version, which the server passes over.

Safe to run again: the same files are written to the same places, and an export of this collection to this folder that
is still going on is waited for instead of starting another one.
"""

from __future__ import annotations

import argparse
import sys

import vidispine

NOTE = "exportOf"
"""Key in the data of the jobs under which it says what they write where."""


def start(client: vidispine.Client, collection: str, folder: str, tag: str, metadata: bool) -> vidispine.JobType:
    """Return the job of this export: one that is going on, or else a new one."""
    note = {NOTE: f"{collection} {tag} {folder}"}
    jobs = client.job.iterate_jobs(user=False, type="EXPORT", jobmetadata=note)
    job = next((job for job in jobs if not job.is_final), None)
    return job or client.collection.create_collection_export_job(
        collection, uri=folder, tag=tag, metadata=metadata, jobmetadata=note
    )


def show(job: vidispine.JobType) -> None:
    """Say how far the job is."""
    step = job.current_step.description if job.current_step else None
    print(f"{job.job_id} {job.status} {job.progress:.0%} {step or ''}".rstrip(), file=sys.stderr)


def export(client: vidispine.Client, arguments: argparse.Namespace) -> int:
    """Export and return the exit status."""
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
    """Read the command line and return the exit status."""
    parser = argparse.ArgumentParser(description="Write the media of a collection's items to a folder.")
    parser.add_argument("collection", help="id of the collection, such as VX-111")
    parser.add_argument("folder", help="URI of the folder, with a slash at its end")
    parser.add_argument("--tag", default="original", help="shape tag of the version to write (default: original)")
    parser.add_argument("--metadata", action="store_true", help="write each item's metadata beside its media")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="wait no longer than this for the job")
    arguments = parser.parse_args()
    if not arguments.folder.endswith("/"):
        parser.error("the URI of a folder ends with a slash")
    try:
        with vidispine.Client() as client:
            return export(client, arguments)
    except vidispine.OpenApiException as error:
        print(f"export_collection: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
