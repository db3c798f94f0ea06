"""The description itself: it is OpenAPI that other tools can read, and its examples are what it describes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from generator.__main__ import main
from generator.bundling import bundle
from generator.loading import Files

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "spec" / "openapi.yaml"


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("bundle") / "vidicore.yaml"
    assert main(["--bundle", str(file)]) == 0
    return file


def read(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return document


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield str(key), child
        if isinstance(child, (dict, list)):
            yield from walk(child)


def test_root_is_valid_with_its_references_followed() -> None:
    OpenAPIV31SpecValidator(read(SPEC), base_uri=SPEC.as_uri()).validate()


def test_bundle_is_valid_and_refers_to_nothing_outside(bundled: Path) -> None:
    document = read(bundled)
    OpenAPIV31SpecValidator(document).validate()
    references = [value for key, value in walk(document) if key == "$ref"]
    assert references
    assert not [reference for reference in references if not reference.startswith("#/components/")]


def test_bundle_says_the_same(bundled: Path, tmp_path: Path) -> None:
    """What is generated from the one file differs in nothing but the names of the files it came from."""
    from_files, from_bundle = tmp_path / "files", tmp_path / "bundle"
    assert main(["--output", str(from_files)]) == 0
    assert main(["--spec", str(bundled), "--output", str(from_bundle)]) == 0
    names = sorted(file.relative_to(from_files) for file in from_files.rglob("*") if file.is_file())
    assert names == sorted(file.relative_to(from_bundle) for file in from_bundle.rglob("*") if file.is_file())
    for name in names:
        first, *rest = (from_files / name).read_text(encoding="utf-8").splitlines()
        assert first.startswith(("# Generated", "<!-- Generated"))
        assert (from_bundle / name).read_text(encoding="utf-8").splitlines()[1:] == rest


def test_every_file_is_part_of_it() -> None:
    files = Files(SPEC)
    bundle(files)
    assert set(files.loaded()) == set((ROOT / "spec").rglob("*.yaml"))


def test_examples_of_documents_are_such_documents(bundled: Path) -> None:
    document = read(bundled)
    schemas = document["components"]["schemas"]
    checked = 0
    for schema in schemas.values():
        # References lead into the whole document, so it goes along; an unknown member would show a misspelt one.
        strict = {**schema, "components": document["components"], "unevaluatedProperties": False}
        for example in schema.get("examples", ()):
            OAS31Validator(strict).validate(example)
            checked += 1
    assert checked > 10


def test_paths_are_written_once() -> None:
    """Nothing but references stands under the paths of the root."""
    assert all(set(item) == {"$ref"} for item in read(SPEC)["paths"].values())


def test_every_operation_says_what_its_errors_mean() -> None:
    for file in (ROOT / "spec" / "resources").glob("*.yaml"):
        for path, item in read(file)["paths"].items():
            for method, operation in item.items():
                statuses = set(operation["responses"])
                assert {"200", "401", "5XX"} <= statuses, (path, method)
                if "{job-id}" in path:
                    assert "404" in statuses, (path, method)
