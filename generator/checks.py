"""What a description has to keep: the rules of OpenAPI, and ours about its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import (
    DuplicateOperationIDError,
    ExtraParametersError,
    ParameterDuplicateError,
    UnresolvableParameterError,
)

from generator.bundling import Bundle
from generator.intermediate import Api, Description, Model, Operation, Vocabulary
from generator.problems import DescriptionError, Notices, Problem

__all__ = ["check_openapi", "check_words"]


# Rules that a description can break and be understood all the same: what is made of it is told elsewhere.
_HARMLESS = (DuplicateOperationIDError, ExtraParametersError, ParameterDuplicateError, UnresolvableParameterError)


def check_openapi(bundle: Bundle, notices: Notices) -> None:
    """Check that the description keeps the rules of OpenAPI 3.0 or 3.1, as it says of itself.

    :param notices: told of rules that only a complete description has to keep
    :raises DescriptionError: it breaks others; one problem for each place
    """
    version = str(bundle.document.get("openapi", ""))
    validators = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}
    validator = validators.get(".".join(version.split(".")[:2]))
    if validator is None:
        raise DescriptionError.at(bundle.place(), f"says it is OpenAPI {version or 'of no version'}, not 3.0 or 3.1")
    problems: dict[str, Problem] = {}
    try:
        # The document is a plain dict of JSON values; the validator's own annotations are wider.
        for error in validator(bundle.document).iter_errors():
            place = _place(bundle, list(error.absolute_path), error.instance)
            if isinstance(error, _HARMLESS):
                notices.invention(place, error.message)
            elif _is_about_a_default(error) or list(error.absolute_path)[:1] == ["info"]:
                # Nothing but words is made of these.
                notices.loss(place, error.message)
            else:
                problems.setdefault(place, Problem(place, error.message))
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - it takes for granted what it has just found to be missing
        problems.setdefault(bundle.place(), Problem(bundle.place(), f"cannot be checked further: {error}"))
    if problems:
        raise DescriptionError(problems.values())


def _is_about_a_default(error: Any) -> bool:
    schema = error.schema
    return not error.absolute_path and isinstance(schema, dict) and schema.get("default", error) == error.instance


def _place(bundle: Bundle, keys: list[str | int], found: Any) -> str:
    """Return where the validator found something. It looks at schemas by themselves, with keys from there on."""
    if keys and keys[0] not in bundle.document:
        for name, schema in bundle.document["components"].get("schemas", {}).items():
            if _at(schema, keys) == found:
                return bundle.place("components", "schemas", name, *keys)
    return bundle.place(*keys)


def _at(value: Any, keys: list[str | int]) -> Any:
    try:
        for key in keys:
            value = value[key]
    except (LookupError, TypeError):
        return None
    return value


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
