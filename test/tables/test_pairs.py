"""Documents of keys and values as mappings, and plain mappings as documents."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from datetime import datetime, timezone
from typing import Any

import pytest

import vidispine
from test.support.loopback import Loopback, reply
from test.support.operations import EVERY, Case
from vidispine import ApiKeyError, ApiTypeError, KeyValueType, SimpleMetadataType

DOCUMENTS = {"SimpleMetadataType": "field", "JobType": "data", "JobProblemType": "data", "StorageGroupType": "data"}
CASES = [
    case for case in EVERY if any(parameter.type == "SimpleMetadataType" for parameter in case.operation.parameters)
]


def pairs(*given: tuple[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in given]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_values(name: str) -> None:
    member = DOCUMENTS[name]
    document = getattr(vidispine, name).from_document({member: pairs(("a", "1"), ("b", "2"), ("a", "3")), "other": 1})
    values: Any = document.values
    assert isinstance(document.values, MutableMapping)
    assert (values["a"], values.get_all("a"), values.get_all("z")) == ("1", ["1", "3"], [])
    assert (dict(values), list(values), len(values)) == ({"a": "1", "b": "2"}, ["a", "b"], 2)
    assert "a" in values
    assert "z" not in values
    assert values.get("z", "none") == "none"
    assert repr(values) == "PairValues({'a': '1', 'b': '2'})"
    with pytest.raises(ApiKeyError, match="there is no key 'z'"):
        values["z"]
    with pytest.raises(KeyError):
        del values["z"]
    values["b"] = ["x", 5]
    values["c"] = True
    del values["a"]
    assert document.to_document() == {member: pairs(("b", "x"), ("b", "5"), ("c", "true")), "other": 1}
    values.update(b="y", d=datetime(2024, 1, 1, tzinfo=timezone.utc))
    assert values.pop("c") == "true"
    assert document.values == {"b": "y", "d": "2024-01-01T00:00:00+00:00"}
    values.clear()
    assert not document.values


@pytest.mark.parametrize("name", DOCUMENTS)
def test_reading_changes_nothing(name: str) -> None:
    document = getattr(vidispine, name).from_document({"x": 1})
    assert (dict(document.values), document.values.get("a")) == ({}, None)
    assert document.to_document() == {"x": 1}


@pytest.mark.parametrize(("key", "value"), [("a", None), ("a", {"b": 1}), ("a", object()), (5, "x")])
def test_invalid_values(key: Any, value: Any) -> None:
    document = SimpleMetadataType()
    with pytest.raises(ApiTypeError):
        document.values[key] = value
    assert document.to_document() == {}


@pytest.mark.parametrize(
    ("mapping", "sent"),
    [
        ({"shift": "night", "count": 5}, {"field": pairs(("shift", "night"), ("count", "5"))}),
        ({"tag": ["a", "b"]}, {"field": pairs(("tag", "a"), ("tag", "b"))}),
        # Keys that are also members are plain keys, unless the value is a list.
        ({"field": "sports"}, {"field": pairs(("field", "sports"))}),
        ({"field": pairs(("a", "b"))}, {"field": pairs(("a", "b"))}),
        ({"field": ["a"], "other": "b"}, {"field": pairs(("field", "a"), ("other", "b"))}),
        ({}, {}),
    ],
)
def test_a_plain_mapping(client: vidispine.ApiClient, server: Loopback, mapping: Any, sent: Any) -> None:
    server.otherwise = reply({})
    (case, *_) = CASES
    required = ["VX-1" for each in case.operation.parameters if each.required and each.location != "body"]
    body = next(each.name for each in case.operation.parameters if each.location == "body")
    case.bind(client)(*required, **{body: mapping})
    assert json.loads(server.requests[-1].body) == sent


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_operation_takes_it(case: Case, client: vidispine.ApiClient, server: Loopback) -> None:
    server.otherwise = reply({})
    required = ["VX-1" for each in case.operation.parameters if each.required and each.location != "body"]
    body = next(each.name for each in case.operation.parameters if each.location == "body")
    case.bind(client)(*required, **{body: {"shift": "night"}})
    assert json.loads(server.requests[-1].body) == {"field": pairs(("shift", "night"))}
    with pytest.raises(ApiTypeError, match=r"the value of 'a' must be text, a number, .* or a time code, not dict"):
        case.bind(client)(*required, **{body: {"a": {}}})
    assert len(server.requests) == 1


def test_a_missing_key_names_the_closest_one() -> None:
    pairs = SimpleMetadataType(field=[KeyValueType(key="itemId", value="VX-1")])
    with pytest.raises(ApiKeyError, match=r"^there is no key 'itemid': did you mean 'itemId'\?$"):
        pairs.values["itemid"]
    with pytest.raises(ApiKeyError, match=r"^there is no key 'x'$"):
        pairs.values["x"]
