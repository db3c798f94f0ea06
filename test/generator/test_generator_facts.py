"""The job operations of 5.0.4, written by hand and compared with the generated ones."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import pytest

import vidispine
from vidispine._calls.operation import JSON, TEXT, XML, Operation, Parameter

# name: method, path, result, what may be asked for, and the parameters: wire name, place, required, type.
JOB_OPERATIONS: dict[str, tuple[str, str, str | None, tuple[str, ...], list[tuple[str, str, bool, str]]]] = {
    "abort_job": (
        "DELETE", "/job/{job-id}", None, (),
        [("job-id", "path", True, "str"), ("reason", "query", False, "str"), ("cleanup", "query", False, "bool")],
    ),
    "create_custom_job": (
        "POST", "/job", "JobType", (JSON, XML),
        [
            ("type", "query", True, "str"), ("simple_metadata_type", "body", False, "SimpleMetadataType"),
            ("jobmetadata", "query", False, "pairs"), ("notificationData", "query", False, "str"),
            ("priority", "query", False, "str"), ("notification", "query", False, "str"),
        ],
    ),
    "create_duplicate_job": (
        "POST", "/job/{job-id}/re-run", "JobType", (JSON, XML),
        [("job-id", "path", True, "str"), ("priority", "query", False, "str")],
    ),
    "delete_jobs": ("DELETE", "/job", None, (), [("id", "query", True, "csv")]),
    "get_all_job_problems": ("GET", "/job/problem", "JobProblemListType", (JSON, XML), []),
    "get_job": (
        "GET", "/job/{job-id}", "JobType", (JSON, TEXT, XML),
        [("job-id", "path", True, "str"), ("field", "query", False, "csv"), ("metadata", "query", False, "bool")],
    ),
    "get_job_problems": (
        "GET", "/job/{job-id}/problem", "JobProblemListType", (JSON, XML), [("job-id", "path", True, "str")],
    ),
    "get_job_types": ("GET", "/jobtype", "URIListType", (JSON, TEXT, XML), []),
    "get_jobs": (
        "GET", "/job", "JobListType", (JSON, TEXT, XML),
        [
            ("jobmetadata", "query", False, "pairs"), ("field", "query", False, "csv"),
            ("starttime-to", "query", False, "datetime"), ("user", "query", False, "bool"),
            ("first", "query", False, "int"), ("type", "query", False, "csv"),
            ("starttime-from", "query", False, "datetime"), ("step", "query", False, "bool"),
            ("idonly", "query", False, "bool"), ("number", "query", False, "int"),
            ("state", "query", False, "csv"), ("sort", "query", False, "str"),
            ("metadata", "query", False, "bool"), ("finishtime-from", "query", False, "datetime"),
            ("finishtime-to", "query", False, "datetime"), ("priority", "query", False, "csv"),
        ],
    ),
    "update_job": (
        "PUT", "/job/{job-id}", None, (), [("job-id", "path", True, "str"), ("priority", "query", False, "str")],
    ),
}  # fmt: skip

DEFAULTS = {
    "abort_job": {"cleanup": True},
    "create_custom_job": {"priority": "MEDIUM"},
    "get_job": {"metadata": False},
    "get_jobs": {
        "user": True,
        "first": 1,
        "type": ("all",),
        "step": False,
        "idonly": False,
        "number": 100,
        "state": ("all",),
        "metadata": False,
    },
    "update_job": {"priority": "MEDIUM"},
}


def operations(api: str) -> dict[str, Operation[Any]]:
    return dict(getattr(vidispine, api).operations)


def described(parameter: Parameter) -> tuple[str, str, bool, str]:
    return (parameter.wire, parameter.location, parameter.required, parameter.type)


def test_job_operations() -> None:
    assert set(operations("JobApi")) == {*JOB_OPERATIONS, "search_jobs"}


@pytest.mark.parametrize("name", JOB_OPERATIONS)
def test_operation(name: str) -> None:
    operation = operations("JobApi")[name]
    method, path, result, accept, parameters = JOB_OPERATIONS[name]
    assert (operation.method, operation.path, operation.result) == (method, path, result)
    assert tuple(operation.accept) == accept
    assert [described(parameter) for parameter in operation.parameters] == parameters
    assert {p.wire: p.default for p in operation.parameters if p.default is not None} == DEFAULTS.get(name, {})


@pytest.mark.parametrize("name", JOB_OPERATIONS)
def test_signature_follows_the_operation(name: str) -> None:
    """Arguments are passed by position: a wrong order would send one as another."""
    passed: list[Any] = []

    class Client:
        def call(self, operation: Operation[Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
            passed.extend([operation.name, dict(zip((p.name for p in operation.parameters), arguments)), options])

    method = getattr(vidispine.JobApi(Client()), name)  # type: ignore[arg-type]  # all that a method uses of a client
    names = [parameter.name for parameter in operations("JobApi")[name].parameters]
    method(**{name: f"value of {name}" for name in names}, _request_timeout=3)
    assert passed == [name, {name: f"value of {name}" for name in names}, {"_request_timeout": 3}]


@pytest.mark.parametrize(
    ("api", "name", "method", "path", "parameters"),
    [
        ("UserTokenApi", "get_auth_token", "GET", "/token", ["autoRefresh", "seconds"]),
        (
            "UserTokenApi",
            "get_user_auth_token",
            "GET",
            "/user/{username}/token",
            ["username", "autoRefresh", "seconds"],
        ),
        ("SystemApi", "get_version", "GET", "/version", []),
        ("SystemApi", "get_wadl", "GET", "/application.wadl", []),
        ("UserApi", "get_who_am_i", "GET", "/whoami", []),
        ("TaskDefinitionApi", "create_custom_job_type", "POST", "/task-definition/jobtype/{type}", ["id", "type"]),
        ("TaskDefinitionApi", "delete_custom_job_type", "DELETE", "/task-definition/jobtype/{type}", ["type"]),
        ("TaskDefinitionApi", "get_job_type_task_definitions", "GET", "/task-definition/jobtype/{type}", ["type"]),
    ],
)
def test_other_operations(api: str, name: str, method: str, path: str, parameters: list[str]) -> None:
    operation = operations(api)[name]
    assert (operation.method, operation.path) == (method, path)
    assert [parameter.wire for parameter in operation.parameters] == parameters


def test_only_bodies_and_required_parameters_are_positional() -> None:
    parameters = inspect.signature(vidispine.JobApi.create_custom_job).parameters
    kinds = {name: parameter.kind for name, parameter in parameters.items()}
    positional = [name for name, kind in kinds.items() if kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert positional == ["self", "type", "simple_metadata_type"]
    assert parameters["type"].default is inspect.Parameter.empty
    assert parameters["simple_metadata_type"].default is None
    assert kinds["jobmetadata"] is inspect.Parameter.KEYWORD_ONLY


def test_order_of_job_attributes() -> None:
    assert [field.wire for field in vidispine.JobType.fields().values()] == [
        "jobId",
        "user",
        "started",
        "finished",
        "status",
        "type",
        "priority",
        "currentStep",
        "totalSteps",
        "data",
        "log",
        "waiting",
        "subJob",
    ]
    assert [name for name, field in vidispine.JobType.fields().items() if field.required] == [
        "job_id",
        "status",
        "type",
        "priority",
    ]


def test_vocabularies() -> None:
    assert vidispine.JobPriority.values() == ("IMMEDIATE", "HIGHEST", "HIGH", "MEDIUM", "LOW", "LOWEST")
    assert set(vidispine.JobState.values()) == {
        "READY",
        "STARTED",
        "WAITING",
        "VIDINET_JOB",
        "HOLD",
        "ABORTED_PENDING",
        "ABORT_PENDING",
        "FINISHED",
        "FINISHED_WARNING",
        "FAILED_TOTAL",
        "ABORTED",
    }
    assert vidispine.JobState.FINAL == vidispine.JobState.SUCCEEDED | vidispine.JobState.FAILED
    assert sorted(vidispine.JobState.FAILED) == ["ABORTED", "FAILED_TOTAL"]
    assert sorted(vidispine.JobState.ABORTING) == ["ABORTED_PENDING", "ABORT_PENDING"]


def test_name_of_pairs_in_5_0_4() -> None:
    from vidispine.models.storage_group_type_data import StorageGroupTypeData

    assert StorageGroupTypeData is vidispine.StorageGroupTypeData is vidispine.KeyValueType


def test_api_attribute_function_of_6_0() -> None:
    with pytest.warns(DeprecationWarning, match="use api_attribute"):
        resource = import_module("vidispine.resource").resource

    class Some:
        api_client = vidispine.ApiClient()
        job: vidispine.JobApi = resource("JobApi")

    some = Some()
    assert type(some.job) is vidispine.JobApi
    assert some.job is some.job
