"""Make a proxy of every item that has media but no proxy yet.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=admin VIDISPINE_PASSWORD=...
    python transcode_missing_proxies.py lowres --limit 100

Starts a transcode job of low priority for each, and waits for all of them. Prints a line for each item; the exit status
is 1 if a job failed.

Safe to run again, by a scheduler for instance: an item whose proxy is being made is waited for, not started again.
"""

from __future__ import annotations

import argparse
import sys

import vidispine

NOTE = "proxyTag"
"""Key in the data of the jobs under which it says which proxy they make."""


def lacking(tag: str) -> dict[str, object]:
    """Return the search for items that have an original, but nothing with this shape tag."""

    def tagged(name: str) -> list[dict[str, object]]:
        return [{"name": "shapeTag", "value": [{"value": name}]}]

    return {
        "field": tagged("original"),
        "operator": {"operation": "NOT", "field": tagged(tag)},
        "sort": [{"field": "created", "order": "ascending"}],
    }


def under_way(client: vidispine.Client, tag: str) -> dict[str, str]:
    """Return the ids of the jobs that make such proxies, by the ids of the items."""
    jobs = client.job.iterate_jobs(user=False, type="TRANSCODE", jobmetadata={NOTE: tag}, metadata=True, field="itemId")
    return {pair.value or "": job.job_id for job in jobs if not job.is_final for pair in job.data or []}


def transcode(client: vidispine.Client, tag: str, limit: int | None, timeout: float | None) -> int:
    """Make what is missing and return the number of items that still lack it."""
    making = under_way(client, tag)
    items: dict[str, str] = {}
    for item in client.item.iterate_search_items(lacking(tag), limit=limit):
        item_id = item.id or ""
        if item_id not in making:
            job = client.item.create_item_transcode_job(item_id, tag=tag, priority="LOW", jobmetadata={NOTE: tag})
            making[item_id] = job.job_id
        items[making[item_id]] = item_id
    print(f"{len(items)} items lack {tag}", file=sys.stderr)
    failed = 0
    for job in client.job.wait_for_jobs(list(items), timeout=timeout, raise_on_failure=False):
        failed += job.failed
        reason = [pair.value for pair in job.data or [] if pair.key == "errorMessage"] if job.failed else []
        print(items[job.job_id], *(reason or [job.status]))
    return failed


def main() -> int:
    """Read the command line and return the exit status."""
    parser = argparse.ArgumentParser(description="Make a proxy of every item that has media but no proxy yet.")
    parser.add_argument("tag", help="shape tag of the proxy, such as lowres")
    parser.add_argument("--limit", type=int, help="work on no more than so many items, the oldest first")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="wait no longer than this for the jobs")
    arguments = parser.parse_args()
    try:
        with vidispine.Client() as client:
            return 1 if transcode(client, arguments.tag, arguments.limit, arguments.timeout) else 0
    except vidispine.OpenApiException as error:
        print(f"transcode_missing_proxies: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
