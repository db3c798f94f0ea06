"""The description itself: it is valid OpenAPI, and its examples match their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator

from generator.__main__ import main
from generator.bundling import bundle
from generator.loading import Files

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "spec" / "openapi.yaml"
CLIPS = Path(__file__).parent / "clips" / "openapi.yaml"
FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@pytest.fixture(scope="module")
def bundled() -> dict[str, Any]:
    return bundle(Files(SPEC)).document


def read(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), FastLoader)
    return document


def members(value: Any) -> Iterator[tuple[str, Any]]:
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield str(key), child
        if isinstance(child, (dict, list)):
            yield from members(child)


def test_bundle_is_self_contained(bundled: dict[str, Any]) -> None:
    references = [value for key, value in members(bundled) if key == "$ref"]
    assert references
    assert not [reference for reference in references if not reference.startswith("#/components/")]


def test_bundle_is_equivalent_to_the_files(tmp_path: Path) -> None:
    """The code generated from the bundle differs only in the names of the source files."""
    from_files, from_bundle, file = tmp_path / "files", tmp_path / "bundle", tmp_path / "clips.yaml"
    assert main(["--spec", str(CLIPS), "--bundle", str(file)]) == 0
    assert main(["--spec", str(CLIPS), "--output", str(from_files)]) == 0
    assert main(["--spec", str(file), "--output", str(from_bundle)]) == 0
    names = sorted(path.relative_to(from_files) for path in from_files.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(from_bundle) for path in from_bundle.rglob("*") if path.is_file())
    for name in names:
        if name.name in ("py.typed", "models.md"):  # whose groups are the files
            continue
        first, *rest = (from_files / name).read_text(encoding="utf-8").splitlines()
        assert first.startswith(("# Generated", "<!-- Generated"))
        assert (from_bundle / name).read_text(encoding="utf-8").splitlines()[1:] == rest


def test_every_file_is_used() -> None:
    files = Files(SPEC)
    bundle(files)
    assert set(files.documents) == set((ROOT / "spec").rglob("*.yaml"))


def test_examples_are_valid(bundled: dict[str, Any]) -> None:
    schemas = bundled["components"]["schemas"]
    whole = {"$schema": OAS31Validator.META_SCHEMA["$id"], "components": {"schemas": schemas}}
    checked = 0
    for name, schema in schemas.items():
        # An unknown member would show a misspelled one.
        strict = {**whole, "$ref": f"#/components/schemas/{name}", "unevaluatedProperties": False}
        validator = OAS31Validator(strict)
        for example in schema.get("examples", ()):
            validator.validate(example)
            checked += 1
    assert checked > 100


def test_paths_are_written_once() -> None:
    """The paths of the root contain only references."""
    assert all(set(item) == {"$ref"} for item in read(SPEC)["paths"].values())


def test_every_operation_describes_its_errors() -> None:
    for file in (ROOT / "spec" / "resources").glob("*.yaml"):
        for path, item in read(file)["paths"].items():
            for method in item.keys() - {"servers"}:
                statuses = set(item[method]["responses"])
                assert {"200", "401", "5XX"} <= statuses, (path, method)
                if "{job-id}" in path:
                    assert "404" in statuses, (path, method)
