"""The simulator responds as real servers were recorded to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
import yaml

from vidispine.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDED = yaml.safe_load((Path(__file__).parent / "recorded.yaml").read_text("utf-8"))

DIFFERS = {"metadata of a collection, read": "it is returned as a list"}
"""The recorded requests to which the simulator responds differently, with the reason. Only removals are allowed."""


@pytest.fixture(scope="module")
def responses() -> Iterator[dict[str, tuple[Any, urllib3.BaseHTTPResponse]]]:
    """The expected and the actual response to each recorded request."""
    saved: dict[str, str] = {}
    found = {}
    headers = urllib3.make_headers(basic_auth="admin:admin")
    with Simulator() as simulator, urllib3.PoolManager() as pool:
        for case in RECORDED:
            method, path = fill(case["send"], saved).split(" ", 1)
            accept = case.get("accept", "application/json")
            response = pool.request(
                method,
                f"{simulator.url}/API{path}",
                headers={**headers, "Accept": accept, "Content-Type": "application/json"},
                body=json.dumps(case["body"]) if "body" in case else None,
                retries=False,
            )
            found[case["name"]] = (fill(case, saved), response)
            for name, member in case.get("save", {}).items():
                saved[name] = json.loads(response.data)[member]
        yield found


@pytest.mark.parametrize("name", [case["name"] for case in RECORDED])
def test_a_recorded_response(
    name: str, responses: dict[str, tuple[Any, urllib3.BaseHTTPResponse]], request: pytest.FixtureRequest
) -> None:
    if name in DIFFERS:
        request.applymarker(pytest.mark.xfail(reason=DIFFERS[name], strict=True))
    expected, response = responses[name]
    assert response.status == expected["status"], response.data
    if "type" in expected:
        assert response.headers["Content-Type"] == expected["type"]
    if "text" in expected:
        assert response.data.decode().strip() == expected["text"]
    if "response" in expected:
        assert list(differences(expected["response"], json.loads(response.data), "response")) == []
    if "exactly" in expected:
        document = json.loads(response.data)
        assert document.keys() == expected["exactly"].keys()
        assert list(differences(expected["exactly"], document, "response")) == []


def fill(value: Any, saved: dict[str, str]) -> Any:
    """Return a value with the stored members filled in."""
    if isinstance(value, dict):
        return {key: fill(member, saved) for key, member in value.items()}
    if isinstance(value, list):
        return [fill(element, saved) for element in value]
    if isinstance(value, str):
        return re.sub(r"\{([a-z]+)\}", lambda found: saved.get(found[1], found[0]), value)
    return value


def differences(expected: Any, actual: Any, path: str) -> Iterator[str]:
    """Yield where a document differs from what is expected."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if key in actual:
                yield from differences(value, actual[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} is missing"
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _list_differences(expected, actual, path)
    elif isinstance(expected, str) and len(expected) > 1 and expected[0] == expected[-1] == "/":
        if not re.fullmatch(expected[1:-1], str(actual)):
            yield f"{path} is {actual!r}, which does not match {expected}"
    elif (type(expected), expected) != (type(actual), actual):
        yield f"{path} is {actual!r}, not {expected!r}"


def _list_differences(expected: list[Any], actual: list[Any], path: str) -> Iterator[str]:
    if expected[:1] == ["[...]"]:
        for wanted in expected[1:]:
            if all(list(differences(wanted, element, path)) for element in actual):
                yield f"{path} has no element {wanted!r}"
        return
    if len(expected) != len(actual):
        yield f"{path} has {len(actual)} elements, not {len(expected)}"
    for index, (wanted, element) in enumerate(zip(expected, actual)):
        yield from differences(wanted, element, f"{path}[{index}]")


@pytest.mark.parametrize(
    ("expected", "actual"),
    [({"a": 1}, {}), ([1], []), ("1", 1), ("/x+/", "y"), (True, 1), (["[...]", 2], [1]), ({"a": [{}]}, {"a": [1]})],
)
def test_differences_are_found(expected: Any, actual: Any) -> None:
    assert list(differences(expected, actual, "response"))
