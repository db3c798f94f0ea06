"""Availability marks, deprecated parameters, and booleans that are sent as yes and no."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.availability import availability
from generator.bundling import bundle
from generator.intermediate import Description
from generator.loading import Files
from generator.normalize import normalize
from generator.problems import Notices
from generator.python import annotation, marked, operation_constant, operation_docstring
from generator.reading import read

SPEC = """
openapi: 3.1.0
info: {title: Marked, version: "1"}
tags: [{name: Clip, description: Clips.}]
paths:
  /clip:
    get:
      tags: [Clip]
      operationId: get_clips
      x-since: "25.2"
      x-beta: true
      parameters:
        - $ref: "#/components/parameters/Sort"
        - {$ref: "#/components/parameters/Page", x-observed: "4.9"}
        - {name: q, in: query, deprecated: true, x-instead: call search, schema: {type: string}}
        - {name: terse, in: query, schema: {type: string, x-form: yes/no}}
      responses:
        "200": {description: Fine., content: {application/json: {schema: {$ref: "#/components/schemas/Clip"}}}}
components:
  parameters:
    Sort: {name: sort, in: query, schema: {$ref: "#/components/schemas/Order"}}
    Page: {name: page, in: query, description: Number of the page., schema: {type: integer}}
  schemas:
    Clip:
      type: object
      x-observed: "5.x"
      properties:
        id: {type: string, x-since: "23.1"}
        order: {$ref: "#/components/schemas/Order", x-observed: "4.9"}
    Order:
      type: string
      x-values:
        up: Rising.
        "*": {description: Any., x-python-name: ANY, x-observed: "4.9"}
"""


@pytest.fixture
def description(tmp_path: Path) -> Description:
    spec = tmp_path / "marked.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    notices = Notices()
    return read(normalize(bundle(Files(spec), notices), notices), notices)


@pytest.mark.parametrize(
    ("facts", "message", "shown"),
    [
        ({}, "", ""),
        ({"x-since": "25.2"}, "since 25.2", "Since 25.2."),
        ({"x-since": "25.2", "x-beta": True}, "since 25.2, beta", "Since 25.2, beta."),
        ({"x-observed": "4.9"}, "observed on 4.9", "Observed on 4.9."),
        ({"x-beta": True}, "beta", "Beta."),
    ],
)
def test_availability_and_badge(facts: dict[str, Any], message: str, shown: str) -> None:
    assert availability(facts) == message
    assert marked("Text.", message) == f"Text. {shown}".strip()


def test_operation_and_parameters(description: Description) -> None:
    (operation,) = description.apis[0].operations
    assert operation.availability == "since 25.2, beta"
    assert {p.name: p.availability for p in operation.parameters} == {
        "sort": "",
        "page": "observed on 4.9",
        "q": "",
        "terse": "",
    }
    assert {p.name: p.deprecated for p in operation.parameters if p.deprecated} == {"q": "call search"}
    code = operation_constant(operation)
    assert 'available="since 25.2, beta"' in code
    assert 'query("page", "int", available="observed on 4.9")' in code
    assert 'query("q", deprecated="call search")' in code
    assert 'query("terse", "yes/no")' in code
    assert annotation(operation.parameters[-1]) == "bool | str"
    docstring = operation_docstring(operation, [])
    assert "``GET /clip``. Since 25.2, beta." in docstring
    assert ":param page: Number of the page. Observed on 4.9." in docstring


def test_models_members_and_enum_values(description: Description) -> None:
    clip = description.models["Clip"]
    assert clip.availability == "observed on 5.x"
    assert [(it.name, it.availability) for it in clip.attributes] == [
        ("id", "since 23.1"),
        ("order", "observed on 4.9"),
    ]
    allowed = description.vocabularies["Order"].values
    assert [(it.name, it.value, it.availability) for it in allowed] == [
        ("UP", "up", ""),
        ("ANY", "*", "observed on 4.9"),
    ]
