"""Create a proxy for every item that has media but no proxy.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=admin VIDISPINE_PASSWORD=...
    python transcode_missing_proxies.py lowres --limit 100

Starts a low-priority transcode job for each item, and waits for all of them. Prints a line for each item. The exit
code is 1 if a job failed.

Safe to run again, for example by a scheduler: if a proxy is already being created, the program waits for its job.
"""

from __future__ import annotations

import argparse
import sys

import vidispine

NOTE = "proxyTag"
"""Key in the data of the jobs that names the shape tag of the proxy."""


def lacking(tag: str) -> dict[str, object]:
    """Return the search for items that have an original, but no shape with this tag."""

    def tagged(name: str) -> list[dict[str, object]]:
        return [{"name": "shapeTag", "value": [{"value": name}]}]

    return {
        "field": tagged("original"),
        "operator": {"operation": "NOT", "field": tagged(tag)},
        "sort": [{"field": "created", "order": "ascending"}],
    }


def under_way(client: vidispine.Client, tag: str) -> dict[str, str]:
    """Return the ids of the running jobs that create such proxies, by the ids of their items."""
    jobs = client.job.iterate_jobs(user=False, type="TRANSCODE", jobmetadata={NOTE: tag}, metadata=True, field="itemId")
    return {pair.value or "": job.job_id for job in jobs if not job.is_final for pair in job.data or []}


def transcode(client: vidispine.Client, tag: str, limit: int | None, timeout: float | None) -> int:
    """Create the missing proxies and return the number of items that still have none."""
    making = under_way(client, tag)
    items: dict[str, str] = {}
    for item in client.item.iterate_search_items(lacking(tag), limit=limit):
        item_id = item.id or ""
        if item_id not in making:
            job = client.item.create_item_transcode_job(item_id, tag=tag, priority="LOW", jobmetadata={NOTE: tag})
            making[item_id] = job.job_id
        items[making[item_id]] = item_id
    print(f"{len(items)} items have no {tag}", file=sys.stderr)
    failed = 0
    for job in client.job.wait_for_jobs(list(items), timeout=timeout, raise_on_failure=False):
        failed += job.failed
        reason = [pair.value for pair in job.data or [] if pair.key == "errorMessage"] if job.failed else []
        print(items[job.job_id], *(reason or [job.status]))
    return failed


def main() -> int:
    """Parse the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Create a proxy for every item that has media but no proxy.")
    parser.add_argument("tag", help="shape tag of the proxy, such as lowres")
    parser.add_argument("--limit", type=int, help="maximum number of items, oldest first")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="maximum time to wait for the jobs")
    arguments = parser.parse_args()
    try:
        with vidispine.Client() as client:
            return 1 if transcode(client, arguments.tag, arguments.limit, arguments.timeout) else 0
    except vidispine.OpenApiException as error:
        print(f"transcode_missing_proxies: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
