"""The output of ``--diff``."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from test.generator.test_foreign import PLAIN


def diff(folder: Path, capsys: pytest.CaptureFixture[str], new: Any) -> list[list[str]]:
    for name, document in (("old", PLAIN), ("new", new)):
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    assert main(["--diff", str(folder / "old.json"), str(folder / "new.json")]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:]] for line in output.out.splitlines()[2:]]


def test_equal_descriptions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(tmp_path, capsys, PLAIN) == []


def test_added_removed_and_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = copy.deepcopy(PLAIN)
    item, schemas = new["paths"]["/things/{id}"], new["components"]["schemas"]
    item["get"] = {**item["put"], "operationId": "getThing"}
    del item["get"]["requestBody"]
    item["put"]["parameters"][1] = {"name": "less", "in": "query", "schema": {"type": "integer", "default": 5}}
    item["put"]["requestBody"]["required"] = True
    schemas["Thing"]["properties"]["size"] = {"enum": ["S", "L"]}
    del schemas["Other"]["properties"]["count"]
    schemas["New"] = {"type": "object", "properties": {"a": {}}}
    put = "PUT /things/{id}"
    assert diff(tmp_path, capsys, new) == [
        ["added", "operation", "GET /things/{id}", "DefaultApi.get_thing"],
        ["changed", "parameter", f"{put} > body", "Thing, optional -> Thing, required"],
        ["added", "parameter", f"{put} > query less", "int, optional, default 5"],
        ["removed", "parameter", f"{put} > query more", "str, optional"],
        ["added", "model", "New", ""],
        ["removed", "member", "Other > count", "int, optional"],
        ["changed", "member", "Thing > size", "object, optional -> str, optional"],
        ["added", "value", "Thing > size > L", ""],
        ["added", "value", "Thing > size > S", ""],
    ]


def test_media_types_and_names_with_signs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = copy.deepcopy(PLAIN)
    put = new["paths"]["/things/{id}"]["put"]
    content = put["requestBody"]["content"]
    put["requestBody"]["content"] = {"application/vnd.thing+json": content["application/json"]}
    put["responses"]["200"]["content"] = {"text/plain": {"schema": {"type": "string"}}}
    new["components"]["schemas"]["Thing"]["properties"]["size"] = {"enum": ["a > b", "a|b", "a\nb"]}
    rows = diff(tmp_path, capsys, new)
    name = "PUT /things/{id}"
    assert [row for row in rows if row[1] in ("media type", "value")] == [
        ["removed", "media type", f"{name} > body > application/json", ""],
        ["added", "media type", f"{name} > body > application/vnd.thing+json", ""],
        ["removed", "media type", f"{name} > result > application/json", ""],
        ["added", "media type", f"{name} > result > text/plain", ""],
        ["added", "value", "Thing > size > a b", ""],
        ["added", "value", "Thing > size > a > b", ""],
        ["added", "value", "Thing > size > a\\|b", ""],
    ]


def test_servers_lists_and_aliases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = copy.deepcopy(PLAIN)
    new["servers"] = [{"url": "http://localhost:8080/v2"}]
    put = new["paths"]["/things/{id}"]["put"]
    put["servers"] = [{"url": "http://localhost:8080/other"}]
    put["parameters"][1]["schema"] = {"type": "array", "items": {"type": "string"}}
    new["components"]["schemas"]["Alias"] = {"$ref": "#/components/schemas/Thing"}
    rows = diff(tmp_path, capsys, new)
    assert [row for row in rows if row[1] not in ("parameter", "response")] == [
        ["changed", "server", "path", "/ -> /v2"],
        ["added", "operation", "PUT /other/things/{id}", "DefaultApi.put_thing"],
        ["removed", "operation", "PUT /things/{id}", "DefaultApi.put_thing"],
        ["added", "model", "Alias", "alias of Thing"],
    ]
    del put["servers"]
    change = "str, optional -> list[str] (multi), optional"
    assert ["changed", "parameter", "PUT /things/{id} > query more", change] in diff(tmp_path, capsys, new)


def test_names_in_paths_and_deprecation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = copy.deepcopy(PLAIN)
    item = new["paths"]["/things/{key}"] = new["paths"].pop("/things/{id}")
    item["put"]["deprecated"] = True
    item["put"]["parameters"][0]["name"] = "key"
    item["put"]["parameters"][1]["deprecated"] = True
    new["components"]["schemas"]["Thing"]["properties"]["size"]["deprecated"] = True
    put = "PUT /things/{key}"
    assert diff(tmp_path, capsys, new) == [
        ["changed", "operation", put, "DefaultApi.put_thing -> DefaultApi.put_thing, deprecated"],
        ["removed", "parameter", f"{put} > path id", "str, required"],
        ["added", "parameter", f"{put} > path key", "str, required"],
        ["changed", "parameter", f"{put} > query more", "str, optional -> str, optional, deprecated"],
        ["changed", "member", "Thing > size", "object, optional -> object, optional, deprecated"],
    ]
