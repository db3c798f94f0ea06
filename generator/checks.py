"""The rules that a description has to keep: those of OpenAPI, and ours about its texts."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, NamedTuple

import jsonschema_rs

from generator.bundling import Bundle
from generator.intermediate import Api, Description, Model, Operation, Vocabulary
from generator.problems import DescriptionError, Notices, Problem

__all__ = ["check_openapi", "check_words"]

_META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def check_openapi(bundle: Bundle, notices: Notices) -> None:
    """Add a notice for each rule of OpenAPI 3.0 or 3.1 that the description breaks.

    The code does not depend on these rules: what it depends on is checked where it is read.

    :raises DescriptionError: it is of another version
    """
    version = ".".join(str(bundle.document.get("openapi", "")).split(".")[:2])
    if version not in ("3.0", "3.1"):
        raise DescriptionError.at(
            bundle.place(), f"is OpenAPI {bundle.document.get('openapi') or 'of no version'}, not 3.0 or 3.1"
        )
    try:
        errors = list(_validator(version).iter_errors(bundle.document))
    except ValueError as error:
        raise DescriptionError.at(bundle.place(), f"cannot be checked: {error}") from error
    for keys, message in _innermost(errors):
        notices.loss(bundle.place(*keys), message)
    for schema, place in bundle.defaults:
        _check_default(bundle, version, schema, place, notices)


@functools.cache
def _validator(version: str) -> Any:
    """Return a validator with the schema that the OpenAPI Initiative publishes."""
    file = files("openapi_spec_validator") / "resources" / "schemas" / f"v{version}" / "schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    if version == "3.1":
        # On its own it leaves schemas unchecked, since they may be written in other dialects.
        schema["$defs"]["schema"] = {"$dynamicAnchor": "meta", "$ref": _META_SCHEMA}
    return jsonschema_rs.validator_for(schema)


def _innermost(errors: Any) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield where each error really is, and its message: the alternatives of a choice are looked into."""
    found: dict[tuple[Any, ...], str] = {}
    pending = list(errors)
    while pending:
        error = pending.pop(0)
        branches = getattr(error.kind, "context", None) or []
        # An object that is no reference is not meant to be one.
        likely = [branch for branch in branches if branch and not _asks_for_a_reference(branch)]
        if likely:
            pending += max(likely, key=lambda branch: max(len(inner.instance_path) for inner in branch))
        else:
            found.setdefault(tuple(error.instance_path), error.message)
    for keys, message in found.items():
        # An unknown member is also reported where the check of its neighbor stopped early.
        within = any(other != keys and other[: len(keys)] == keys for other in found)
        if not (within and "nevaluated properties" in message):
            yield keys, message


def _asks_for_a_reference(branch: list[Any]) -> bool:
    return any(inner.kind.name == "required" and '"$ref"' in inner.message for inner in branch)


def _check_default(bundle: Bundle, version: str, schema: dict[str, Any], place: str, notices: Notices) -> None:
    default = schema["default"]
    if default is None and (schema.get("nullable") or version == "3.0"):
        return
    whole = {key: value for key, value in schema.items() if key != "default"}
    if "$ref" in json.dumps(schema, default=str):
        whole["components"] = {"schemas": bundle.document["components"].get("schemas", {})}
    draft = jsonschema_rs.Draft4Validator if version == "3.0" else jsonschema_rs.Draft202012Validator
    try:
        for _, message in _innermost(draft(whole).iter_errors(default)):
            notices.loss(place, f"the default does not fit: {message}")
    except ValueError:
        # The schema itself breaks a rule, of which there is a notice already.
        return


class _Said(NamedTuple):
    """A description, the names that it must not merely repeat, and where it is."""

    text: str
    names: tuple[str, ...]
    place: str


def check_words(description: Description) -> None:
    """Check that everything is described, in sentences which tell more than the name.

    :raises DescriptionError: naming each place where it is not
    """
    problems = []
    for said in _everything_said(description):
        if not said.text.strip():
            problems.append(Problem(said.place, "has no description"))
        elif not _tells_more(said):
            problems.append(Problem(said.place, f"the description only repeats the name: {said.text!r}"))
        elif not re.search(r"[.?!][`\"')]*$", said.text.strip()):
            problems.append(Problem(said.place, f"the description does not end as a sentence: {said.text!r}"))
    for api in description.apis:
        for operation in api.operations:
            if not operation.summary.strip():
                problems.append(Problem(operation.place, "has no summary"))
            elif operation.summary.rstrip()[-1] in ".!?" or "\n" in operation.summary.strip():
                problems.append(Problem(operation.place, "the summary is not one line without a full stop"))
    if problems:
        # What several operations share is said of each of them.
        raise DescriptionError(dict.fromkeys(problems))


def _tells_more(said: _Said) -> bool:
    names = {word for name in said.names for word in _words(name)}
    return bool(_words(said.text) - names - _EMPTY_WORDS)


def _words(text: str) -> set[str]:
    """Return the words of a name or a sentence, in lower case and without the ``s`` of a plural."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return {word.lower().rstrip("s") or word for word in re.findall(r"[A-Za-z0-9]+", split)}


# Words that tell nothing beside a name.
_EMPTY_WORDS = _words(
    "a all an and any are as at be by can for from given has have how if in is it its may must of on one optional or "
    "our should specified specifies that the their them these this those to used value was what when where whether "
    "which who will with your default"
)


def _everything_said(description: Description) -> Iterator[_Said]:
    for api in description.apis:
        yield _Said(api.description, (api.name,), api.place)
        for operation in api.operations:
            yield from _said_of_operation(api, operation)
    for model in description.models.values():
        yield from _said_of_model(model)
    for vocabulary in description.vocabularies.values():
        yield from _said_of_vocabulary(vocabulary)
    for response in description.errors:
        yield _Said(response.description, (), response.place)


def _said_of_operation(api: Api, operation: Operation) -> Iterator[_Said]:
    yield _Said(operation.description, (operation.name, operation.summary), operation.place)
    for parameter in operation.parameters:
        yield _Said(parameter.description, (parameter.name, parameter.type, operation.name, api.name), parameter.place)
    for response in operation.responses:
        yield _Said(response.description, (), response.place)


def _said_of_model(model: Model) -> Iterator[_Said]:
    yield _Said(model.description, (model.name, model.document or ""), model.place)
    for attribute in model.attributes:
        yield _Said(attribute.description, (attribute.wire, attribute.type, model.name), attribute.place)


def _said_of_vocabulary(vocabulary: Vocabulary) -> Iterator[_Said]:
    yield _Said(vocabulary.description, (vocabulary.name,), vocabulary.place)
    for word in vocabulary.words:
        yield _Said(word.description, (word.name, vocabulary.name), word.place)
    for group in vocabulary.groups:
        yield _Said(group.description, (group.name, vocabulary.name), group.place)
