"""The bundled description is valid OpenAPI 3.1 for openapi-spec-validator, in an isolated folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from test.openapi_tools.tools import read, write_bundle


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("alone") / "vidicore.yaml")


@pytest.fixture(scope="module")
def description(bundled: Path) -> dict[str, Any]:
    return read(bundled)


def validate(file: Path) -> subprocess.CompletedProcess[str]:
    """Run the validator as users do, in another folder, so that it cannot read files of the project."""
    command = [sys.executable, "-m", "openapi_spec_validator", "--schema", "3.1.0", file.name]
    return subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False, timeout=100)


def test_description_is_valid(bundled: Path) -> None:
    done = validate(bundled)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OK" in done.stdout


def test_validator_detects_mistakes(description: dict[str, Any], tmp_path: Path) -> None:
    """A part of the description, with an operation that refers to a missing parameter."""
    operation = {
        "operationId": "get_job",
        "parameters": [{"$ref": "#/components/parameters/Nowhere"}],
        "responses": {"200": {"description": "A job."}},
    }
    broken = {"openapi": description["openapi"], "info": description["info"], "paths": {"/job": {"get": operation}}}
    file = tmp_path / "broken.yaml"
    file.write_text(yaml.safe_dump(broken), encoding="utf-8")
    done = validate(file)
    assert done.returncode != 0
    assert "Nowhere" in done.stdout + done.stderr


def visit(value: Any, path: str = "#") -> Iterator[tuple[str, str, Any]]:
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield path, str(key), child
        if isinstance(child, (dict, list)):
            yield from visit(child, f"{path}/{key}")


def test_bundle_has_no_external_references(description: dict[str, Any]) -> None:
    references = [child for _, key, child in visit(description) if key == "$ref"]
    assert len(references) > 1000
    for reference in set(references):
        # The names need no decoding in a JSON pointer.
        first, _, kind, name = reference.split("/")
        assert first == "#"
        assert name in description["components"][kind]
    # Other members that hold references. Examples are documents, whose members do not.
    elsewhere = {"externalValue", "operationRef", "$dynamicRef", "$id", "$schema", "jsonSchemaDialect"}
    assert not [f"{path}/{key}" for path, key, _ in visit(description) if key in elsewhere and "/example" not in path]
