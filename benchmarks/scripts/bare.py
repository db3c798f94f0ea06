"""urllib3 and json, used by hand: what the others are compared with."""

from __future__ import annotations

import json

import urllib3

from worker import THREADS, Inputs, Work, in_threads, serve


def decode(inputs: Inputs) -> Work:
    """Parse the answer; whatever is read from it is not counted."""
    return lambda: json.loads(inputs.jobs)


def encode(inputs: Inputs) -> Work:
    """Write the answer as text again."""
    jobs = json.loads(inputs.jobs)
    return lambda: json.dumps(jobs)


def get_job(inputs: Inputs) -> Work:
    """Read one job."""
    pool = urllib3.PoolManager(maxsize=THREADS)
    headers = {"Accept": "application/json", **urllib3.make_headers(basic_auth="admin:admin")}
    url = f"{inputs.host}/job/VX-500"
    return lambda: json.loads(pool.request("GET", url, headers=headers).data)["status"]


if __name__ == "__main__":
    serve(
        {
            "decode_two": decode,
            "decode_all": decode,
            "encode": encode,
            "encode_edited": encode,
            "get_job": get_job,
            "get_job_in_threads": lambda inputs: in_threads(get_job(inputs)),
        }
    )
