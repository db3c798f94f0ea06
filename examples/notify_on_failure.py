"""Post each failed job to a chat once.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=admin VIDISPINE_PASSWORD=...
    export NOTIFY_URL=https://chat.example/hooks/...
    python notify_on_failure.py reported.json

Run it from a scheduler, for example every five minutes. It posts ``{"text": "..."}`` to a webhook, such as those of
Slack and Mattermost: a line for each job that failed in the last 24 hours and was not reported before. The file has
the ids of reported jobs. It is written after the webhook has accepted the message, so that no job is lost. The URL of
a webhook is a secret, so it is not on the command line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import urllib3

import vidispine


def describe(job: vidispine.JobType) -> str:
    """Return the line for a job."""
    data = {pair.key: pair.value for pair in job.data or []}
    item = f" of item {data['itemId']}" if data.get("itemId") else ""
    return f"{job.type} {job.job_id}{item} failed: {data.get('errorMessage') or 'no error message'}"


def post(url: str, text: str) -> None:
    """Send a message.

    :raises OSError: the message was not accepted; the error does not contain the URL
    """
    body = json.dumps({"text": text}).encode()
    with urllib3.PoolManager(timeout=20, retries=False) as http:
        try:
            response = http.request("POST", url, body=body, headers={"Content-Type": "application/json"})
        except (ValueError, urllib3.exceptions.HTTPError) as error:
            raise OSError(f"cannot reach the webhook ({type(error).__name__})") from None
    if not 200 <= response.status < 300:
        raise OSError(f"the webhook returned {response.status}")


def notify(client: vidispine.Client, url: str, file: Path, since: datetime) -> int:
    """Report new failures and return their number."""
    reported = json.loads(file.read_text()) if file.exists() else []
    jobs = client.job.iterate_jobs(user=False, state="FAILED_TOTAL", finishtime_from=since, metadata=True)
    failed = {job.job_id: describe(job) for job in jobs}
    new = [text for job_id, text in failed.items() if job_id not in reported]
    if new:
        post(url, "\n".join(new))
    # Ids that are older than 24 hours are no longer needed.
    part = file.with_name(f"{file.name}.part")
    part.write_text(json.dumps(list(failed)))
    part.replace(file)
    return len(new)


def main() -> int:
    """Parse the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Post each failed job to a webhook once.")
    parser.add_argument("file", type=Path, help="file with the ids of the reported jobs")
    arguments = parser.parse_args()
    url = os.environ.get("NOTIFY_URL", "")
    if not url.startswith(("http://", "https://")):
        parser.error("set NOTIFY_URL to the URL of the webhook, which must begin with https://")
    try:
        with vidispine.Client() as client:
            number = notify(client, url, arguments.file, datetime.now(timezone.utc) - timedelta(hours=24))
    except (OSError, ValueError, vidispine.OpenApiException) as error:
        print(f"notify_on_failure: {error}", file=sys.stderr)
        return 1
    print(f"{number} jobs reported")
    return 0


if __name__ == "__main__":
    sys.exit(main())
