"""``spec/`` has everything that servers are known to have in addition to 5.0.4, except for a list of exceptions.

The files are read as plain YAML, not by the generator.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
SPEC = HERE.parents[1] / "spec"

NO_OPERATION = "no operation is known that takes or returns it: its address was not readable"
NOT_IN_SPEC = {
    "JobPriorityConfigurationType": NO_OPERATION,
    "JobPriorityConfigurationJobType": NO_OPERATION,
    "BulkyMetadataConfigurationType": NO_OPERATION,
    "AnalyzePresetType": NO_OPERATION,
    "AnalyzePresetListType": NO_OPERATION,
}
"""Models that are omitted, and why."""

WRITTEN_OTHERWISE = {
    "create_collection_train_job.body": "a model without members, since a body in JSON needs one",
}
"""Bodies of another type than the facts have, and why."""

OTHER_TYPES = {
    "get_metadata_change_sets.includeConstraintValue": "a list, as get_metadata has it",
    "get_item.includeConstraintValue": "a list, as get_metadata has it",
    "get_search.include": "one text, as search has it",
    "get_search.uriType": "a list, as search has it",
}
"""Parameters of another type than the facts have, and why."""

WORDS_ELSEWHERE = {
    "configuration property searchIndexSettings": "in the description of update_configuration_property_value",
    "configuration property useMultipleSearchIndices": "in the description of update_configuration_property_value",
    "reindex (index model; name of the parameter not readable)": "the parameter is not known",
    "StorageMethodType.uri scheme": "any scheme is a text; there is no parameter of these words",
    "(all reads of metadata).interval": "in the description of the parameter",
}
"""Words that no set of values has, and why."""

TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "datetime": "string"}
METHODS = ("get", "put", "post", "delete", "patch")


def facts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "beyond_5" / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def document(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    return found


@cache
def operations() -> dict[str, tuple[Path, str, str, dict[str, Any]]]:
    return {
        node["operationId"]: (file, path, method, node)
        for file in (SPEC / "resources").glob("*.yaml")
        for path, item in document(file)["paths"].items()
        for method, node in item.items()
        if method in METHODS
    }


@cache
def schemas() -> dict[str, dict[str, Any]]:
    return {name: schema for file in (SPEC / "schemas").glob("*.yaml") for name, schema in document(file).items()}


def resolved(entry: dict[str, Any], file: Path) -> dict[str, Any]:
    if "$ref" not in entry:
        return entry
    name, _, pointer = entry["$ref"].partition("#")
    found: Any = document((file.parent / name).resolve() if name else file)
    for key in pointer.strip("/").split("/"):
        found = found[key]
    return {**found, **{key: value for key, value in entry.items() if key != "$ref"}}


def parameters(operation: str) -> dict[tuple[str, str], dict[str, Any]]:
    file, _, _, node = operations()[operation]
    found = [resolved(entry, file) for entry in node.get("parameters", ())]
    return {(entry["in"], entry["name"]): entry for entry in found}


def members(model: str) -> dict[str, Any]:
    schema = schemas()[model]
    found: dict[str, Any] = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        found.update(members(part["$ref"].rpartition("/")[2]) if "$ref" in part else part.get("properties", {}))
    return found


def mark(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the marks that an entry should have: DESIGN says which."""
    since = entry["since"]
    version = {"4.x": "4.9", "5.x": "5.x"}.get(since[:3]) or re.findall(r"\d+\.[\dx]+(?:\.\d+)?", since)[-1]
    documented = entry["confidence"] == "documented" and since != "4.x"
    marks: dict[str, Any] = {"x-since" if documented else "x-observed": version}
    return {**marks, **({"x-beta": True} if entry.get("beta") else {})}


def marks_of(described: dict[str, Any]) -> dict[str, Any]:
    return {key: described[key] for key in ("x-since", "x-observed", "x-beta") if key in described}


OPERATIONS = {name: (owner, entry) for owner, entries in facts("operations").items() for name, entry in entries.items()}
PARAMETERS = {
    f"{name}.{entry['in']}.{entry['wire']}": (name, entry)
    for entries in facts("parameters").values()
    for name, group in entries.items()
    for entry in group
}
MODELS = {name: entries for name, entries in facts("members").items() if name != "$words"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation(name: str) -> None:
    owner, entry = OPERATIONS[name]
    _, path, method, node = operations()[name]
    assert f"{node['tags'][0]}Api" == owner
    assert (method.upper(), re.sub("{.*?}", "{}", path)) == (entry["method"], re.sub("{.*?}", "{}", entry["path"]))
    assert marks_of(node) == mark(entry)
    there = parameters(name)
    for parameter in entry["params"]:
        if parameter["in"] == "body":
            if f"{name}.{parameter['name']}" not in WRITTEN_OTHERWISE:
                check_body(node["requestBody"], parameter)
        else:
            described = there[parameter["in"], parameter["wire"]]
            check_parameter(described, parameter)
            check_default_and_words(described, parameter)
    if entry.get("returns"):
        content = next(facts["content"] for status, facts in node["responses"].items() if status == "200")
        types = [media for media in entry.get("accept", ()) if media not in ("*", "*/*")]
        assert set(types) <= set(content)


def check_body(body: dict[str, Any], entry: dict[str, Any]) -> None:
    assert list(body["content"]) == entry["content_types"]
    schema = body["content"][entry["content_types"][0]]["schema"]
    if entry["type"] in ("str", "file"):
        assert schema["type"] == "string"
    else:
        assert schema["$ref"].endswith(f"/{entry['type']}")


def check_parameter(described: dict[str, Any], entry: dict[str, Any]) -> None:
    schema = described["schema"]
    listed = re.fullmatch(r"list\[(\w+)\]", entry["type"])
    if listed:
        assert schema["type"] == "array"
        assert described.get("explode", True) == (entry["collection"] == "multi")
    elif "$ref" not in schema:
        assert schema["type"] == TYPES[entry["type"]]
        assert (schema.get("format") == "date-time") == (entry["type"] == "datetime")
    assert described.get("required", False) == (entry.get("required", False) or entry["in"] == "path")


def check_default_and_words(described: dict[str, Any], entry: dict[str, Any]) -> None:
    schema = described["schema"]
    value = schema.get("items", schema)
    known = schemas()[value["$ref"].rpartition("/")[2]]["x-values"] if "$ref" in value else value.get("enum", ())
    assert set(entry.get("words", ())) <= set(known)
    # Facts without a default do not say that there is none.
    assert schema.get("default", ...) == entry.get("default", schema.get("default", ...))


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter(name: str) -> None:
    operation, entry = PARAMETERS[name]
    described = parameters(operation)[entry["in"], entry["wire"]]
    name = f"{operation}.{entry['wire']}"
    if name not in OTHER_TYPES:
        check_parameter(described, entry)
    check_default_and_words(described, entry)
    assert marks_of(described) == mark(entry)


@pytest.mark.parametrize("model", MODELS)
def test_members(model: str) -> None:
    if model in NOT_IN_SPEC:
        assert model not in schemas()
        return
    entries = MODELS[model]
    new = entries.get("$model")
    if new:
        assert marks_of(schemas()[model]) == mark(new)
    there = members(model)
    for entry in entries.values():
        if entry is not new:
            described = there[entry["wire"]]
            # What the mark of the model says need not be said of each member.
            assert marks_of(described) or marks_of(schemas()[model]) == mark(entry)
            assert (marks_of(described) or mark(entry)) == mark(entry)
            check_member(described, entry)


def check_member(described: dict[str, Any], entry: dict[str, Any]) -> None:
    kind = entry["type"]
    listed = re.fullmatch(r"list\[(\w+)\]", kind)
    if listed:
        assert described["type"] == "array"
        described, kind = described["items"], listed[1]
    if "$ref" in described:
        name = described["$ref"].rpartition("/")[2]
        assert name == kind or "x-values" in schemas()[name]
    else:
        assert described["type"] == TYPES.get(kind, kind)
    if entry.get("attribute"):
        assert described["xml"] == {"attribute": True}


@pytest.mark.parametrize("owner", facts("members")["$words"])
def test_words(owner: str) -> None:
    words = set(facts("members")["$words"][owner])
    if owner not in WORDS_ELSEWHERE:
        assert any(words <= values for values in sets_of_values()), owner


@cache
def sets_of_values() -> list[set[str]]:
    found = [set(schema["x-values"]) for schema in schemas().values() if "x-values" in schema]
    listed = [member.get("enum", ()) for name in schemas() for member in members(name).values()]
    return [*found, *map(set, listed)]
