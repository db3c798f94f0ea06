"""The notation for types, and the type maps of models."""

from __future__ import annotations

import json

import pytest

from vidispine import JobType
from vidispine._documents.model import optional
from vidispine._documents.type_ref import TypeRef
from vidispine.exceptions import ApiDecodeError


@pytest.mark.parametrize(
    ("text", "normalized", "name", "flags"),
    [
        ("str", "str", "str", set()),
        ("JobType", "JobType", "JobType", {"is_model"}),
        ("JobType | None", "JobType | None", "JobType", {"is_model", "optional"}),
        ("list[JobType]", "list[JobType]", "JobType", {"is_list"}),
        ("list[JobType] | None", "list[JobType] | None", "JobType", {"is_list", "optional"}),
        ("list[str | None]", "list[str | None]", "str", {"is_list"}),
        ("list[list[int]]", "list[list[int]]", "int", {"is_list"}),
        ("list[Any] | None", "list[object] | None", "object", {"is_list", "optional"}),
        ("dict(str, JobType)", "dict(str, JobType)", "JobType", set()),
        ("dict(str,list[int])", "dict(str, list[int])", "int", set()),
        ("dict[str, float]", "dict(str, float)", "float", set()),
        ("date", "date", "date", set()),
        ("datetime", "datetime", "datetime", set()),
        ("file", "file", "file", set()),
    ],
)
def test_the_notation_is_parsed(text: str, normalized: str, name: str, flags: set[str]) -> None:
    ref = TypeRef.parse(text)
    assert (ref.text, str(ref), ref.name) == (normalized, normalized, name)
    assert {flag for flag in ("is_list", "is_model", "optional") if getattr(ref, flag)} == flags
    assert TypeRef.parse(normalized) == ref


def test_elements_are_parsed_too() -> None:
    element = TypeRef.parse("list[str | None] | None").element
    assert element == TypeRef.parse("str | None")
    assert TypeRef.parse("dict(str, list[int])").element == TypeRef.parse("list[int]")
    assert TypeRef.parse("str").element is None


def test_a_type_without_none() -> None:
    assert TypeRef.parse("list[JobType] | None").required == TypeRef.parse("list[JobType]")
    assert TypeRef.parse("list[str | None]").required == TypeRef.parse("list[str | None]")


@pytest.mark.parametrize(
    ("text", "python"),
    [("str", str), ("int", int), ("float", float), ("bool | None", bool), ("datetime", None), ("list[str]", None)],
)
def test_classes_of_json_values(text: str, python: type | None) -> None:
    assert TypeRef.parse(text).python is python


def test_type_maps_are_built_once_per_class() -> None:
    job = JobType.from_document({"jobId": "VX-1"})
    assert type(JobType.openapi_types) is type(JobType.attribute_map) is dict
    assert job.openapi_types is JobType.openapi_types
    assert job.attribute_map is JobType.attribute_map
    assert JobType.openapi_types["sub_job"] == "list[JobType]"
    assert JobType.attribute_map["sub_job"] == "subJob"
    assert json.loads(json.dumps(JobType.openapi_types)) == JobType.openapi_types


def test_a_subclass_has_type_maps_of_its_own() -> None:
    assert "note" not in JobType.openapi_types

    class NotedJob(JobType):
        note: str | None = optional("note")

    assert NotedJob.openapi_types == {**JobType.openapi_types, "note": "str"}
    assert NotedJob.attribute_map == {**JobType.attribute_map, "note": "note"}


def test_a_changed_type_map_does_not_change_the_model() -> None:
    class Thing(JobType):
        pass

    Thing.openapi_types.clear()  # type: ignore[attr-defined]
    Thing.attribute_map.clear()  # type: ignore[attr-defined]
    thing = Thing.from_document({"jobId": "VX-1", "totalSteps": "4"})
    assert (thing.job_id, thing.total_steps) == ("VX-1", 4)
    thing.user = "alice"
    assert thing.to_document() == {"jobId": "VX-1", "totalSteps": "4", "user": "alice"}
    assert thing.to_dict()["job_id"] == "VX-1"
    assert set(Thing.fields()) == set(JobType.fields())


def test_a_mapping_of_another_type_is_refused() -> None:
    from vidispine._documents.conversion import Origin, decode

    assert decode({"a": "1", "b": None}, "dict(str, int)", Origin("it")) == {"a": 1, "b": None}
    with pytest.raises(ApiDecodeError, match=r"^it\.a\[1\]: expected an integer, got \"x\"$"):
        decode({"a": [1, "x"]}, "dict(str, list[int])", Origin("it"))
    with pytest.raises(ApiDecodeError, match=r"^it: expected an object, got a list$"):
        decode([], "dict(str, int)", Origin("it"))
