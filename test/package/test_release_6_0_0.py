"""Scripts written for 6.0.0 still work: names, members of classes, pickles, and the cost of importing.

The files in ``release_6_0_0/`` were made with that release and never change. Methods that only the engine itself calls
(``start_anew``, ``refuse_closed``, ``wait_to_resume``) are omitted from them.
"""

from __future__ import annotations

import base64
import json
import pickle
import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import vidispine

RECORDED = Path(__file__).with_name("release_6_0_0")
DEPRECATED = frozenset({"vidispine.resource.resource"})
"""Names that work with a `DeprecationWarning` until 7.0."""


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return found


ENGINE: list[str] = recorded("names")["engine"]
PUBLIC = {module: names for module, names in recorded("names").items() if module != "engine"}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_available(module: str) -> None:
    found = import_module(module)
    for name in PUBLIC[module]:
        if f"{module}.{name}" in DEPRECATED:
            with pytest.warns(DeprecationWarning, match=name):
                assert hasattr(found, name)
        else:
            assert hasattr(found, name), f"{module}.{name}"


def test_classes_keep_their_members() -> None:
    missing = []
    for dotted, members in recorded("members").items():
        module, _, name = dotted.rpartition(".")
        found = getattr(import_module(module or "vidispine"), name)
        annotated = {one for cls in found.__mro__ for one in getattr(cls, "__annotations__", {})}
        annotated |= vars(vidispine.ApiClient()).keys() if found is vidispine.ApiClient else set()
        missing += [
            f"{dotted}.{member}" for member in members if not hasattr(found, member) and member not in annotated
        ]
    assert not missing


@pytest.mark.slow
@pytest.mark.parametrize("name", ENGINE)
def test_engine_modules_resolve_with_a_warning(name: str) -> None:
    """Each in a new interpreter, because only the first import of a module warns."""
    program = f"import {name}"
    done = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "DeprecationWarning" in done.stderr
    assert name in done.stderr


def test_a_module_that_was_split_has_all_of_its_names() -> None:
    with pytest.warns(DeprecationWarning, match=r"vidispine\.serialization"):
        old = import_module("vidispine.serialization")
    assert old.load_json(b"[1]") == [1]
    assert old.to_path("name", "a/b", "") == "a%2Fb"
    assert old.parse_time("2024-03-01T10:00:00Z").year == 2024


def test_a_moved_module_is_the_same_object_under_both_names() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old = import_module("vidispine.operation")
        assert vars(vidispine)["operation"] is old
    assert old is import_module("vidispine._calls.operation")
    assert old.__spec__ is not None
    assert old.__spec__.name == "vidispine._calls.operation"


def test_import_vidispine_loads_what_it_loaded() -> None:
    program = "import json, sys, vidispine; print(json.dumps([m for m in sys.modules if m.startswith('vidispine')]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) == {"vidispine", "vidispine.version"}


# Pickles


@pytest.fixture(params=[2, 5], ids=lambda protocol: f"protocol {protocol}")
def loaded(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Every object that was pickled with 6.0.0, by the name that it has in the file."""
    end = f"-{request.param}"
    texts = {name: text for name, text in recorded("pickles").items() if name.endswith(end)}
    with warnings.catch_warnings():
        # A retry policy names a module of the engine.
        warnings.simplefilter("ignore", DeprecationWarning)
        return {name.removesuffix(end): pickle.loads(base64.b64decode(text)) for name, text in texts.items()}


def test_pickled_models_load(loaded: dict[str, Any]) -> None:
    job = loaded["job"]
    assert type(job) is vidispine.JobType
    assert (job.job_id, job.failed, vidispine.jobs.error_message(job)) == ("VX-1", True, "no disk")
    assert job.to_document()["unheardOf"] == {"a": [1]}
    assert loaded["jobs"].job[0].user == "alice"
    assert loaded["built"].to_document() == {"field": [{"key": "a", "value": "b"}]}
    assert loaded["state"] is vidispine.JobState
    assert loaded["api_class"] is vidispine.JobApi


def test_pickled_errors_load(loaded: dict[str, Any]) -> None:
    error = loaded["not_found"]
    assert type(error) is vidispine.NotFoundException
    assert (error.status, error.operation, error.headers, error.hint) == (404, "get_job", {"X-A": "b"}, "look")
    assert type(error.error) is type(loaded["server_error"]) is vidispine.ServerError
    assert (error.error.kind, error.error.type, error.error.id) == ("notFound", "Job", "VX-9")
    assert "get_job: 404 Not Found" in str(error)
    assert loaded["connection"].sent is False
    assert (loaded["decode"].place, loaded["decode"].status) == ("JobType.jobId", 200)
    assert loaded["job_failed"].job.job_id == "VX-1"
    assert loaded["job_failed"].step.error_message == "no disk"
    assert (loaded["job_timeout"].job_ids, loaded["job_timeout"].timeout) == (("VX-1",), 3)
    assert loaded["api_type"].path_to_item == ["field", 0]
    assert isinstance(loaded["keyword"], vidispine.UnexpectedKeywordError)


def test_pickled_settings_and_responses_load(loaded: dict[str, Any]) -> None:
    settings = loaded["configuration"]
    assert (settings.host, settings.username, settings.password) == ("http://vidicore:8080/API", "admin", "secret")
    assert settings.retries == 1
    assert settings.timeout == (10.0, 60.0)
    assert loaded["retry_policy"].retries.total == 3
    assert loaded["response"] == ({"a": 1}, 200, {"X": "y"})


def test_new_pickles_name_public_modules_only() -> None:
    """So that the engine can be rearranged again without breaking what was stored."""
    job = vidispine.JobType.from_document({"jobId": "VX-1"})
    error = vidispine.NotFoundException(404, "Not Found", error=vidispine.ServerError("notFound"))
    settings = vidispine.Configuration(retries=vidispine.rest.RetryPolicy(1))
    for one in (job, error, settings, vidispine.ApiResponse(job, 200, {})):
        assert b"vidispine._" not in pickle.dumps(one)


def test_credentials_of_unpickled_settings_are_masked(loaded: dict[str, Any]) -> None:
    settings = vidispine.Configuration(username="admin", password="hunter2", key_password="hunter2")
    for one in (settings, loaded["configuration"]):
        copied = pickle.loads(pickle.dumps(one))
        assert copied.password == one.password
        assert one.password not in repr(vars(copied))
        assert one.password not in repr(vars(one))
