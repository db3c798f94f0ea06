"""Routing: from the request target to the operation."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from test.simulator.http_client import HttpClient
from test.support.spec import OPERATIONS
from vidispine.simulator.http import routes
from vidispine.simulator.http.routes import match, operation_names, split_target

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/API/job", "/API/job", []),
        ("/API/job/", "/API/job", []),
        ("/", "/", []),
        ("/API/job?a=1&b=&a=2", "/API/job", [("a", "1"), ("b", ""), ("a", "2")]),
        (
            "/API/job;user=False;sort=jobId%20desc?a=1",
            "/API/job",
            [("user", "False"), ("sort", "jobId desc"), ("a", "1")],
        ),
        ("/API/job/;first=0", "/API/job", [("first", "0")]),
        ("/API/job?a=b%3Dc%2Bd+e", "/API/job", [("a", "b=c+d e")]),
        ("/API/user/a%3Bb/token", "/API/user/a%3Bb/token", []),
        ("/API/user/a%2fb/token?x=%C3%A5", "/API/user/a%2Fb/token", [("x", "\u00e5")]),
        ("/API/job/%56X%2d1", "/API/job/VX-1", []),
        ("http://localhost:8080/API/job?a=1", "/API/job", [("a", "1")]),
    ],
)
def test_parse_target(target: str, path: str, query: list[tuple[str, str]]) -> None:
    assert split_target(target) == (path, query)


@pytest.mark.parametrize(
    ("method", "path", "operation", "values"),
    [
        ("GET", "/API/job", "get_jobs", {}),
        ("DELETE", "/API/job", "delete_jobs", {}),
        ("GET", "/API/job/problem", "get_all_job_problems", {}),
        ("GET", "/API/job/VX-1", "get_job", {"job-id": "VX-1"}),
        ("HEAD", "/API/job/VX-1", "get_job", {"job-id": "VX-1"}),
        ("POST", "/API/job/_a1-20/re-run", "create_duplicate_job", {"job-id": "_a1-20"}),
        ("GET", "/API/job/JOB-VX-1/problem", "get_job_problems", {"job-id": "JOB-VX-1"}),
        ("GET", "/API/item/site-rule", "get_entity_type_site_rules", {"type": "item"}),
        ("GET", "/API/item/VX-1", "get_item", {"item-id": "VX-1"}),
        ("PUT", "/API/collection/VX-1/VX-2", "add_to_collection", {"collection-id": "VX-1", "id": "VX-2"}),
        ("PUT", "/API/collection/VX-1/metadata", "update_metadata", {"type": "collection", "entity-id": "VX-1"}),
        ("GET", "/API/user/a%2Fb%3B%25/token", "get_user_auth_token", {"username": "a/b;%"}),
    ],
)
def test_operations_by_method_and_path(method: str, path: str, operation: str, values: dict[str, str]) -> None:
    found, arguments = match(method, path)
    assert (found.name, arguments) == (operation, values)


@pytest.mark.parametrize("path", ["/job", "/API", "/API/jobs", "/API/job/x", "/API/job//problem", "/API/job/VX-1%2F"])
def test_unknown_paths(path: str) -> None:
    with pytest.raises(NotFound):
        match("GET", path)


def test_unknown_methods() -> None:
    with pytest.raises(MethodNotAllowed):
        match("POST", "/API/job/VX-1")


def test_every_operation_has_a_route() -> None:
    assert set(operation_names()) == {operation.name for operation in OPERATIONS}
    for operation in OPERATIONS:
        path = "/API" + re.sub(r"\{(?:[\w-]+-)?id\}", "VX-1", operation.path)
        path = path.replace("{", "").replace("}", "").rstrip("/").replace("/API/..", "")
        found = match(operation.method, path)[0]
        assert found.method == operation.method
        # A trailing slash has no effect here, unlike in the description.
        assert found.name == operation.name or found.path.rstrip("/") == operation.path.rstrip("/")


def test_a_request_loads_only_the_class_of_its_operation() -> None:
    program = """
import sys
from test.simulator.http_client import HttpClient
from vidispine.simulator import Simulator
with Simulator() as vidicore:
    print(*[name for name in sys.modules if name.startswith("vidispine.api.") and name.endswith("_api")])
    HttpClient(vidicore.url).get("/job")
    vidicore.reply("get_job", {})
    print(*[name for name in sys.modules if name.startswith("vidispine.api.") and name.endswith("_api")])
"""
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT)
    assert loaded.stdout.splitlines() == ["", "vidispine.api.job_api"]


@pytest.mark.parametrize(("path", "matches"), [("/job", 1), ("/storage/VX-1/file/VX-1", 2), ("/no/such/path", 1)])
def test_each_request_is_routed_once(
    http: HttpClient, monkeypatch: pytest.MonkeyPatch, path: str, matches: int
) -> None:
    """An alias is matched as the path that was sent and as its target."""
    paths: list[str] = []

    def counted(method: str, path: str) -> Any:
        paths.append(path)
        return match(method, path)

    monkeypatch.setattr(routes, "match", counted)
    http.get(path)
    assert len(paths) == matches
