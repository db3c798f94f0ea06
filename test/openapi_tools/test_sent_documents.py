"""The documents that the SDK sends are valid by the schemas of the bundled description, for a third-party validator.

The mock server validates most of them as well; this validates all, without a server.
"""

from __future__ import annotations

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from test.openapi_tools.sample_documents import document, wrong_document
from test.openapi_tools.tools import read, write_bundle
from test.support.operations import EVERY
from vidispine import models

BODIES = {
    body.type: f"{case.operation.method} {case.operation.path}"
    for case in EVERY
    for body in case.operation.parameters
    if body.location == "body" and body.type not in ("str", "file")
}
"""The models that are sent, each with one operation that takes it."""


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read(write_bundle(tmp_path_factory.mktemp("bundle") / "vidicore.yaml"))


def mistakes(description: dict[str, Any], name: str, value: Any) -> list[str]:
    method, path = BODIES[name].split(" ")
    content = description["paths"][path][method.lower()]["requestBody"]["content"]
    schema = content.get("application/json", content.get("application/xml"))["schema"]
    # References point into the whole description, so its components are included.
    validator = OAS31Validator({**schema, "components": description["components"]}, format_checker=oas31_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("full", [False, True], ids=["required", "all"])
def test_sample_document_is_valid(description: dict[str, Any], name: str, full: bool) -> None:
    value = document(getattr(models, name), full=full).to_document()
    assert not mistakes(description, name, value)


# A model without members accepts any document.
@pytest.mark.parametrize("name", [name for name in BODIES if getattr(models, name).fields()])
def test_wrong_document_is_invalid(description: dict[str, Any], name: str) -> None:
    assert mistakes(description, name, wrong_document(getattr(models, name)))
