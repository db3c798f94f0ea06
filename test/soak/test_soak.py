"""The short soak test, and tests of its checks."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from test.soak.calling import THREADS
from test.soak.faulty_proxy import FAULTS
from test.soak.figures import show_calls, show_files, show_upload
from test.soak.interrupted_upload import interrupted_upload
from test.soak.large_files import large_files
from test.soak.mixed_calls import RATE, mixed_calls
from test.soak.verdict import Figures, compare

CALLS = 200 * THREADS
MEGABYTES = 64


@pytest.fixture
def console() -> Console:
    """The figures are printed; ``test/conftest.py`` shows them."""
    return Console(width=120, highlight=False)


@pytest.mark.skipif(not hasattr(socket, "SO_REUSEPORT"), reason="the proxy needs two sockets on a port")
def test_no_job_is_lost_or_created_twice(tmp_path: Path, console: Console) -> None:
    heard: list[int] = []
    figures = mixed_calls(CALLS, "short", tmp_path, lambda done, memory: heard.append(done))
    show_calls(console, figures)
    assert figures.problems == []
    assert figures.client["hooks"]["attempts"] > CALLS
    assert heard == sorted(heard)
    assert sum(number for *_, number in figures.client["outcomes"]) == heard[-1] == CALLS
    # there were faults
    faults = figures.proxy["faults"]
    assert RATE / 2 < sum(faults.values()) / figures.proxy["requests"] < RATE * 2
    assert len(faults) >= len(FAULTS) - 2
    assert figures.proxy["retries"] > 0
    assert 0 < figures.made < figures.uncertain < figures.reported


def test_large_file_needs_little_memory(tmp_path: Path, console: Console) -> None:
    brought = list(large_files(MEGABYTES, tmp_path))
    show_files(console, brought)
    assert [problem for one in brought for problem in one.problems] == []
    assert {one.size for one in brought} == {MEGABYTES * 1024 * 1024}


def test_killed_upload_arrives_completely_and_once(tmp_path: Path, console: Console) -> None:
    uploaded = interrupted_upload(MEGABYTES // 2, 5, tmp_path)
    show_upload(console, uploaded)
    assert uploaded.problems == []


# Checks

USE = {"memory": 30_000_000, "files": 10, "threads": 9, "objects": 90}
HOOKS = {"calls": 3, "requests": 5, "attempts": 5}
CLIENT: dict[str, Any] = {"start": USE, "warm": USE, "end": USE, "closed": USE, "errors": "", "hooks": HOOKS}
CLIENT["outcomes"] = [["read", "done", 3]]
PROXY: dict[str, Any] = {"responded": ["0-1", "0-2"]}
NOTES: list[dict[str, Any]] = [
    {"call": "0-1", "key": "a", "job": "VX-1"},
    {"call": "0-2", "key": "b", "job": "VX-2"},
    {"call": "0-3", "deleted": ["b"]},
    {"call": "0-4", "key": "c", "job": "VX-3"},
    {"call": "0-5", "deleted": ["c"], "perhaps": True},
    {"call": "0-6", "key": "d", "perhaps": True},
    {"call": "0-6", "error": "ApiResponseError", "text": "broke"},
    {"call": "0-7", "key": "e", "perhaps": False},
]


def verdict(held: list[tuple[str, Any]], *notes: dict[str, Any], client: dict[str, Any] | None = None) -> Figures:
    return compare("seed", {**CLIENT, **(client or {})}, PROXY, [*NOTES, *notes], held)


@pytest.mark.parametrize(
    "held",
    [
        [("VX-1", "a")],
        [("VX-1", "a"), ("VX-3", "c")],
        [("VX-1", "a"), ("VX-4", "d")],
    ],
)
def test_consistent_figures_have_no_problems(held: list[tuple[str, Any]]) -> None:
    assert verdict(held).problems == []


@pytest.mark.parametrize(
    ("held", "problem"),
    [
        ([("VX-1", "a"), ("VX-4", "d"), ("VX-5", "d")], "d: 2 jobs of one call"),
        ([("VX-4", "d")], "a: the caller received VX-1, which is missing"),
        ([("VX-9", "a")], "a: is VX-9, but the caller received VX-1"),
        ([("VX-1", "a"), ("VX-2", "b")], "b: exists, though the caller was informed of its deletion"),
        ([("VX-1", "a"), ("VX-5", "e")], "e: was made, though the caller was informed that nothing was sent"),
        ([("VX-1", "a"), ("VX-6", None)], "None: was made, though the caller was informed that nothing was sent"),
    ],
)
def test_detects_inconsistent_jobs(held: list[tuple[str, Any]], problem: str) -> None:
    assert verdict(held).problems == [problem]


@pytest.mark.parametrize(
    ("note", "problem"),
    [
        (
            {"call": "0-2", "error": "ApiResponseError", "text": "broke"},
            "0-2: failed although it got a response: broke",
        ),
        ({"call": "0-9", "wrong": "VX-2 for VX-1"}, "0-9: VX-2 for VX-1"),
    ],
)
def test_detects_inconsistent_calls(note: dict[str, Any], problem: str) -> None:
    assert verdict([("VX-1", "a")], note).problems == [problem]


@pytest.mark.parametrize(
    ("phase", "name", "problem"),
    [
        ("end", "memory", "memory: 60000000 more than when the client was warm, 4194304 at most are allowed"),
        ("end", "objects", "objects: 180 more than when the client was warm, 40 at most are allowed"),
        ("end", "threads", "threads: 18 more than when the client was warm, 2 at most are allowed"),
        ("closed", "threads", "threads: 27 after the client is closed, 9 before it was made"),
        ("closed", "files", "files: 30 after the client is closed, 10 before it was made"),
    ],
)
def test_detects_growth(phase: str, name: str, problem: str) -> None:
    use: dict[str, Any] = {**USE, name: USE[name] * 3}
    assert verdict([("VX-1", "a")], client={phase: use}).problems == [problem]


@pytest.mark.parametrize(
    ("hooks", "problem"),
    [
        ({"calls": 2}, "after_call: was called 2 times for 3 calls"),
        ({"requests": 4}, "before_request: was called 4 times for 5 attempts"),
    ],
)
def test_detects_hooks_that_are_not_called(hooks: dict[str, int], problem: str) -> None:
    assert verdict([("VX-1", "a")], client={"hooks": {**HOOKS, **hooks}}).problems == [problem]


def test_detects_output_of_the_client() -> None:
    client = {"errors": "ResourceWarning: unclosed socket\n"}
    assert verdict([("VX-1", "a")], client=client).problems == ["ResourceWarning: unclosed socket"]
