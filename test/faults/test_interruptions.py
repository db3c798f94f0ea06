"""KeyboardInterrupt, or another exception of a signal, at any moment of a call: nothing of the call remains."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import PASSWORD, Loopback, Recorded, reply
from vidispine import ApiClient, Configuration, FileApi, JobApi

# What an interruption leaves open is closed by the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PACKAGE = os.path.dirname(vidispine.__file__)  # noqa: PTH120 - compared with file names of code
DOWNLOAD = os.path.join(PACKAGE, "_calls", "download.py")  # noqa: PTH118


def interrupted_at_each_line(work: Callable[[], Any], files: str) -> Iterator[BaseException | None]:
    """Do some work again and again, interrupted at its first line, then at its second, and so on.

    :param files: the beginning of the names of the files whose lines count
    :returns: the interruptions, until the work ends without one
    """
    number = 0
    caught: BaseException | None = KeyboardInterrupt()
    while caught is not None:
        number += 1
        lines = 0

        def count(frame: Any, event: str, _: Any, number: int = number) -> Any:
            nonlocal lines
            if not frame.f_code.co_filename.startswith(files):
                return None
            lines += event == "line"
            if event == "line" and lines == number:
                raise KeyboardInterrupt
            return count

        caught = None
        before = sys.gettrace()
        sys.settrace(count)
        try:
            work()
        except KeyboardInterrupt as interruption:
            caught = interruption
        finally:
            sys.settrace(before)
        yield caught


def echo(connection: Any, request: Recorded) -> bool:
    return reply({"jobId": request.segments[-1]})(connection, request)


@pytest.fixture
def client(server: Loopback) -> Iterator[ApiClient]:
    with ApiClient(Configuration(server.url, username="admin", password=PASSWORD, timeout=10)) as api_client:
        yield api_client


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"_deadline": 60}], ids=["without a deadline", "with a deadline"])
def test_call_leaves_neither_a_deadline_nor_a_wrong_response(
    client: ApiClient, server: Loopback, options: dict[str, Any]
) -> None:
    server.otherwise = echo
    jobs = JobApi(client)
    jobs.get_job("VX-1", **options)
    interruptions = 0
    for number, interruption in enumerate(
        interrupted_at_each_line(lambda: jobs.get_job("VX-interrupted", **options), PACKAGE)
    ):
        interruptions += interruption is not None
        left = {variable.name: value for variable, value in copy_context().items() if value is not None}
        assert "vidispine_deadline" not in left
        if number % 10 == 0:
            assert jobs.get_job(f"VX-{number}").job_id == f"VX-{number}"
    assert interruptions > 100


@pytest.mark.parametrize("names_file", [True, False], ids=["file", "folder"])
def test_download_leaves_no_incomplete_file(
    client: ApiClient, server: Loopback, tmp_path: Path, names_file: bool
) -> None:
    server.otherwise = reply(b"content", headers={"Content-Disposition": "attachment; filename=clip.mov"})
    files = FileApi(client)
    target = tmp_path / "clip.mov" if names_file else tmp_path
    interruptions = 0
    for interruption in interrupted_at_each_line(lambda: files.get_file_data("VX-1", _save_to=target), DOWNLOAD):
        interruptions += interruption is not None
        for left in tmp_path.iterdir():
            assert (left.suffix, left.read_bytes()) == (".mov", b"content")
            left.unlink()
    assert interruptions > 20
