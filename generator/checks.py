"""Validate a description against the OpenAPI schema."""

from __future__ import annotations

import contextlib
import functools
import json
import re
from collections.abc import Collection, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jsonschema_rs

from generator.bundling import Bundle
from generator.problems import DescriptionError, Notices

_META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_SCHEMAS = "openapi_spec_validator/resources/schemas"


def check_openapi(bundle: Bundle, notices: Notices) -> None:
    """Add a notice for each violation of the OpenAPI 3.0 or 3.1 schema.

    The generator does not rely on this validation. It checks what it needs when it reads each part.

    :raises DescriptionError: the OpenAPI version is unsupported
    """
    document = bundle.document
    given = str(document.get("openapi") or f"of version {document.get('swagger', 'unknown')}")
    version = "3.0" if re.match(r"3(\.0|$)", given) else "3.1"
    if not re.match(r"3(\.|$)", given):
        raise DescriptionError.at(bundle.pointer(), f"is OpenAPI {given}, not 3.0 or 3.1")
    if not re.match(r"3(\.[01]|$)", given):
        notices.loss(bundle.pointer("openapi"), f"is {given}, and is read as 3.1")
    # Located without an import, which takes longer than all of the checks.
    schema_file = distribution("openapi-spec-validator").locate_file(f"{_SCHEMAS}/v{version}/schema.json")
    text = Path(str(schema_file)).read_text(encoding="utf-8")
    try:
        errors = list(_validator(text).iter_errors(bundle.document))
    except ValueError as error:
        # Such as for too many levels of nesting, which the code may allow.
        errors = []
        notices.loss(bundle.pointer(), f"is not checked against the schema of OpenAPI: {error}")
    for keys, message in _innermost(errors, set(re.findall(r'"(\w+)": *{', text))):
        notices.loss(bundle.pointer(*keys), message)
    for schema, pointer in bundle.defaults:
        _check_default(bundle, version, schema, pointer, notices)


@functools.cache
def _validator(text: str) -> Any:
    """Return a validator for a schema published by the OpenAPI Initiative."""
    schema = json.loads(text)
    if "$dynamicRef" in text:
        # By default, the published schema does not validate schema objects because they may use other dialects.
        schema["$defs"]["schema"] = {"$dynamicAnchor": "meta", "$ref": _META_SCHEMA}
    return jsonschema_rs.validator_for(schema)


def _innermost(errors: Any, members: Collection[str] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield the path and message of each root cause. Descends into ``oneOf`` and ``anyOf`` alternatives.

    :param members: the names of members that OpenAPI has anywhere
    """
    messages: dict[tuple[Any, ...], str] = {}
    unknown: dict[tuple[Any, ...], None] = {}
    pending = list(errors)
    while pending:
        error = pending.pop(0)
        branches = getattr(error.kind, "context", None) or []
        # Ignore alternatives that expect a reference if the object is not one.
        missing = ({inner.message for inner in branch if inner.kind.name == "required"} for branch in branches)
        likely = [branch for branch, said in zip(branches, missing) if branch and '"$ref"' not in " ".join(said)]
        if likely:
            pending += max(likely, key=lambda branch: _likelihood(branch, len(error.instance_path)))
            continue
        if hasattr(error.kind, "unexpected"):
            unknown.update(((*error.instance_path, name), None) for name in error.kind.unexpected)
        else:
            messages.setdefault(tuple(error.instance_path), error.message)
    yield from messages.items()
    for keys in unknown:
        # Where a nested value is invalid, members that OpenAPI does have are reported too.
        is_certain = keys[-1] not in members or not any(other[: len(keys) - 1] == keys[:-1] for other in messages)
        if is_certain and not any(other[: len(keys)] == keys for other in messages):
            yield keys, "is not a member that OpenAPI has here"


def _likelihood(branch: Any, depth: int) -> tuple[bool, int, int]:
    """Return how well an alternative describes an object. A parameter in another place, for example, is none."""
    paths = [error.instance_path for error in branch]
    is_other = any(len(path) == depth + 1 and path[-1] in ("in", "type") for path in paths)
    return not is_other, max(map(len, paths)), -len(paths)


def _check_default(bundle: Bundle, version: str, schema: dict[str, Any], pointer: str, notices: Notices) -> None:
    default = schema["default"]
    if default is None and (schema.get("nullable") or version == "3.0"):
        return
    standalone = {key: value for key, value in schema.items() if key != "default"}
    if "$ref" in json.dumps(schema, default=str):
        standalone["components"] = {"schemas": bundle.document["components"].get("schemas", {})}
    draft = jsonschema_rs.Draft4Validator if version == "3.0" else jsonschema_rs.Draft202012Validator
    # An invalid schema is already reported.
    with contextlib.suppress(ValueError):
        for _, message in _innermost(draft(standalone).iter_errors(default)):
            notices.loss(pointer, f"the default does not fit: {message}")
