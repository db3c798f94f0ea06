"""urllib3 and json used directly: the baseline."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import urllib3

from benchmarks.scripts.by_hand import works
from benchmarks.scripts.worker import BLOCK, Download, Inputs, Work, serve
from benchmarks.scripts.xml_jobs import as_xml


def decode_xml(inputs: Inputs) -> Work:
    """Parse jobs in XML."""
    data = as_xml(inputs.jobs)
    return lambda: ET.fromstring(data)


def file_down(inputs: Inputs) -> Work:
    """Download a file, streamed."""
    pool = urllib3.PoolManager()

    def save(path: Path) -> None:
        response = pool.request("GET", f"{inputs.host}/file/VX-1/data", preload_content=False)
        with path.open("wb") as target:
            for chunk in response.stream(BLOCK):
                target.write(chunk)
        response.release_conn()

    return Download(save)


def file_up(inputs: Inputs) -> Work:
    """Upload a file, streamed."""
    # urllib3 has no parameter for the block size before version 2.
    settings: dict[str, Any] = {"blocksize": BLOCK} if version("urllib3")[0] != "1" else {}
    pool = urllib3.PoolManager(**settings)
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(inputs.file.stat().st_size)}

    def send() -> str:
        with inputs.file.open("rb") as source:
            response = pool.request("POST", f"{inputs.host}/import/raw", body=source, headers=headers)
        job_id: str = json.loads(response.data)["jobId"]
        return job_id

    return send


if __name__ == "__main__":
    serve({**works(json.loads, json.dumps), "decode_xml": decode_xml, "file_down": file_down, "file_up": file_up})
