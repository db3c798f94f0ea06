"""The simulator responds as real servers do, to the requests of real clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from test.fidelity.replay import differences, problems, read_cases, replay
from vidispine.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    import urllib3

    Replayed = dict[str, tuple[Any, urllib3.BaseHTTPResponse]]

RECORDED = read_cases("recorded.yaml")
"""What real servers were recorded to respond."""

CLIENTS = read_cases("clients.yaml")
"""What third-party clients, which were written against real servers, send and need."""

DIFFERS: dict[str, str] = {}
"""The recorded requests to which the simulator responds differently, with the reason. Only removals are allowed."""


@pytest.fixture(scope="module")
def recorded() -> Iterator[Replayed]:
    with Simulator() as simulator:
        yield replay(RECORDED, simulator.url)


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    folder = tmp_path_factory.mktemp("allowed")
    (folder / "x").write_bytes(b"x")
    with Simulator(strict=False, allow_folders=[folder]) as simulator:
        yield replay(CLIENTS, simulator.url, folder=folder.as_uri())


@pytest.mark.parametrize("name", [case["name"] for case in RECORDED])
def test_a_recorded_response(name: str, recorded: Replayed, request: pytest.FixtureRequest) -> None:
    if name in DIFFERS:
        request.applymarker(pytest.mark.xfail(reason=DIFFERS[name], strict=True))
    assert list(problems(*recorded[name])) == []


@pytest.mark.parametrize("name", [case["name"] for case in CLIENTS])
def test_a_request_of_a_client(name: str, clients: Replayed, request: pytest.FixtureRequest) -> None:
    if name in DIFFERS:
        request.applymarker(pytest.mark.xfail(reason=DIFFERS[name], strict=True))
    assert list(problems(*clients[name])) == []


@pytest.mark.parametrize(
    ("expected", "actual"),
    [({"a": 1}, {}), ([1], []), ("1", 1), ("/x+/", "y"), (True, 1), (["[...]", 2], [1]), ({"a": [{}]}, {"a": [1]})],
)
def test_differences_are_found(expected: Any, actual: Any) -> None:
    assert list(differences(expected, actual, "response"))


class _Response:
    status, headers, data = 200, {"Content-Type": "application/json"}, b'{"a": 1}'


@pytest.mark.parametrize(
    "case",
    [
        {"status": 404},
        {"type": "text/plain"},
        {"text": "a"},
        {"has": {"Location": "x"}},
        {"has": {"Content-Type": None}},
        {"response": {"a": 2}},
        {"response": {"b": 1}},
        {"exactly": {}},
    ],
)
def test_problems_are_found(case: dict[str, Any]) -> None:
    response: Any = _Response()
    assert list(problems({"status": 200, **case}, response))
    assert not list(problems({"status": 200, "exactly": {"a": 1}}, response))
