"""Delete jobs that failed more than a week ago.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=admin VIDISPINE_PASSWORD=...
    python clean_up_failed_jobs.py --dry-run
    python clean_up_failed_jobs.py --days 30 --aborted

Prints a line for each job: id, type, end time and reason. With ``--dry-run``, nothing is deleted. Deletes the jobs of
all users, if your user may. Items and files are not changed. Safe to run again.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta, timezone

import vidispine

AT_ONCE = 50
"""Number of jobs per request. Their ids must fit into a URL."""


def clean_up(client: vidispine.Client, before: datetime, states: list[str], dry_run: bool) -> int:
    """Delete jobs in these states that ended before ``before``, and return their number."""
    jobs = client.job.iterate_jobs(
        user=False, state=states, finishtime_to=before, metadata=True, field="errorMessage", sort="jobId asc"
    )
    deleted = 0
    batch: list[str] = []
    for job in jobs:
        # Deletion is permanent, so do not rely on the filters of the server.
        if job.status not in states or job.finished is None or job.finished > before:
            continue
        reason = next((pair.value for pair in job.data or [] if pair.key == "errorMessage"), None)
        print(job.job_id, job.type, f"{job.finished:%Y-%m-%d %H:%M}", reason or job.status)
        batch.append(job.job_id)
        if len(batch) == AT_ONCE:
            deleted += delete(client, batch, dry_run)
    return deleted + delete(client, batch, dry_run)


def delete(client: vidispine.Client, batch: list[str], dry_run: bool) -> int:
    """Delete the jobs of a batch, empty it and return their number."""
    number = len(batch)
    if batch and not dry_run:
        client.job.delete_jobs(batch)
    batch.clear()
    return number


def main() -> int:
    """Parse the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Delete jobs that failed some time ago.")
    parser.add_argument("--days", type=float, default=7, help="keep jobs that ended in the last DAYS (default: 7)")
    parser.add_argument("--aborted", action="store_true", help="also delete jobs that were aborted")
    parser.add_argument("--dry-run", action="store_true", help="show the jobs, and delete nothing")
    arguments = parser.parse_args()
    if arguments.days < 0:
        parser.error("--days must be a number of at least 0")
    before = datetime.now(timezone.utc) - timedelta(days=arguments.days)
    states = ["FAILED_TOTAL", "ABORTED"] if arguments.aborted else ["FAILED_TOTAL"]
    try:
        with vidispine.Client() as client:
            number = clean_up(client, before, states, arguments.dry_run)
    except vidispine.OpenApiException as error:
        print(f"clean_up_failed_jobs: {error}", file=sys.stderr)
        return 1
    print(f"{number} jobs {'would be ' if arguments.dry_run else ''}deleted", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
