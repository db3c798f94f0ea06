"""Sends requests that are described in YAML, and compares the responses with what is described.

A response has at least the members given. Text between slashes is a pattern that the value matches. A list has exactly
the elements given; ``[...]`` at the start matches any number of other elements. ``save`` stores a member of the
response for later requests, which name it in braces.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["differences", "problems", "read_cases", "replay"]

JSON = "application/json"


def read_cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of a file of this folder."""
    cases: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / name).read_text("utf-8"))
    return cases


def replay(cases: list[dict[str, Any]], url: str, **saved: str) -> dict[str, tuple[Any, urllib3.BaseHTTPResponse]]:
    """Send the requests in order. Return what is expected and the response, by the names of the cases.

    :param saved: values of names in braces
    """
    found = {}
    with urllib3.PoolManager() as pool:
        for case in cases:
            filled = _fill(case, saved)
            response = _send(pool, url, filled)
            found[case["name"]] = (filled, response)
            for name, member in case.get("save", {}).items():
                saved[name] = json.loads(response.data)[member]
    return found


def _send(pool: urllib3.PoolManager, url: str, case: dict[str, Any]) -> urllib3.BaseHTTPResponse:
    method, path = case["send"].split(" ", 1)
    headers = {} if case.get("anonymous") else dict(urllib3.make_headers(basic_auth="admin:admin"))
    headers.update({"Accept": case.get("accept", JSON), "Content-Type": case.get("content", JSON)})
    headers.update(case.get("headers", {}))
    body = case.get("body")
    if body is not None and not isinstance(body, str):
        body = json.dumps(body)
    target = path if path.startswith("/API") else f"/API{path}"
    return pool.request(
        # Encoded here: urllib3 1 sends text as ISO-8859-1.
        method,
        url + target,
        headers={name: value for name, value in headers.items() if value},
        body=None if body is None else body.encode(),
        retries=False,
        timeout=30,
    )


def problems(expected: dict[str, Any], response: urllib3.BaseHTTPResponse) -> Iterator[str]:
    """Yield where a response differs from what a case expects."""
    text = response.data.decode(errors="replace")
    wrong = list(differences(expected["status"], response.status, "status"))
    if wrong:
        yield f"{wrong[0]}: {text}"
        return
    if "type" in expected and response.headers.get("Content-Type") != expected["type"]:
        yield f"Content-Type is {response.headers.get('Content-Type')}, not {expected['type']}"
    if "text" in expected:
        yield from differences(expected["text"], text.strip(), "text")
    for name, value in expected.get("has", {}).items():
        yield from differences(value, response.headers.get(name), name)
    if "response" in expected:
        yield from differences(expected["response"], json.loads(text), "response")
    if "exactly" in expected:
        document = json.loads(text)
        yield from (f"response.{name} is unexpected" for name in document.keys() - expected["exactly"].keys())
        yield from differences(expected["exactly"], document, "response")


def _fill(value: Any, saved: dict[str, str]) -> Any:
    """Return a value with the stored members filled in."""
    if isinstance(value, dict):
        return {key: _fill(member, saved) for key, member in value.items()}
    if isinstance(value, list):
        return [_fill(element, saved) for element in value]
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
        if not re.fullmatch(expected[1:-1], str(actual), re.DOTALL):
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
