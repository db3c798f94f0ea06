"""Makes the intermediate objects of a bundled description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.bundling import Bundle, component
from generator.intermediate import Api, ApiGroup, Description, Fault, Model, Operation, Response, Security
from generator.mixins import KEY, mixins_of
from generator.operations import Operations, exception_name
from generator.paging import PagingReader
from generator.problems import DescriptionError, Problem
from generator.schemas import Schemas
from vidispine._documents.naming import snake_case

SIMULATED = "simulated.txt"
"""File beside the root that lists the operations of the simulator."""


def read(bundle: Bundle) -> Description:
    """Return what the description says.

    :raises DescriptionError: it says what cannot be expressed, or contradicts itself
    """
    schemas = Schemas(bundle)
    operations = Operations(bundle, schemas)
    found = list(operations.read())
    schemas.read_models()
    paging = PagingReader(schemas)
    found = list(_with_secrets_marked(list(paging.add_to(found)), schemas))
    problems = [*schemas.problems, *paging.problems]
    apis = tuple(_apis(bundle, found))
    groups = tuple(_groups(bundle, apis))
    _refuse_shared_names(schemas, apis, problems)
    if problems:
        raise DescriptionError(problems)
    faults, members, example = _error_document(bundle)
    document = bundle.document
    return Description(
        complete=bool(document.get("x-complete")),
        server=document["servers"][0]["url"],
        apis=apis,
        groups=groups,
        models=dict(sorted(schemas.models.items())),
        vocabularies=dict(sorted(schemas.vocabularies.items())),
        securities=tuple(
            Security(name, facts.get("description", ""))
            for name, facts in document["components"].get("securitySchemes", {}).items()
        ),
        errors=tuple(_shared_errors(bundle)),
        faults=faults,
        fault_members=members,
        fault_example=example,
        source=bundle.files.display(bundle.files.root),
        simulated=_simulated(bundle.files.root.with_name(SIMULATED)),
    )


def _simulated(file: Path) -> frozenset[str] | None:
    return frozenset(file.read_text(encoding="utf-8").split()) if file.is_file() else None


def _apis(bundle: Bundle, found: list[tuple[str, str, Operation]]) -> Iterator[Api]:
    tags = {tag["name"]: (index, tag) for index, tag in enumerate(bundle.document["tags"])}
    for tag in sorted({tag for tag, _, _ in found}):
        mine = sorted((entry for entry in found if entry[0] == tag), key=lambda entry: entry[2].name)
        index, facts = tags[tag]
        yield Api(
            name=f"{tag}Api",
            line=facts.get("x-summary", ""),
            description=facts.get("description", ""),
            operations=tuple(operation for _, _, operation in mine),
            mixins=mixins_of(facts),
            sources=tuple(sorted({source for _, source, _ in mine})),
            pointer=bundle.pointer("tags", index),
        )


def _with_secrets_marked(
    found: list[tuple[str, str, Operation]], schemas: Schemas
) -> Iterator[tuple[str, str, Operation]]:
    """Mark the operations whose parameters or documents hold a secret, besides those that say so themselves."""
    secret = _models_with_secrets(schemas)
    for tag, source, operation in found:
        sensitive = operation.sensitive
        if any(_names_one_of(secret, parameter.type) for parameter in operation.parameters):
            sensitive = "request"
        elif _names_one_of(secret, operation.result or ""):
            sensitive = sensitive or "response"
        yield tag, source, replace(operation, sensitive=sensitive)


def _models_with_secrets(schemas: Schemas) -> set[str]:
    """Return the names of the documents that hold a secret, or another such document."""
    models = schemas.models.values()
    secret = {model.name for model in models if any(attribute.secret for attribute in model.attributes)}
    while True:
        holders = {
            model.name
            for model in models
            if model.base in secret or any(_names_one_of(secret, attribute.type) for attribute in model.attributes)
        }
        if holders <= secret:
            return secret
        secret |= holders


def _names_one_of(models: set[str], type_: str) -> bool:
    return not models.isdisjoint(re.findall(r"\w+", type_))


def _groups(bundle: Bundle, apis: tuple[Api, ...]) -> Iterator[ApiGroup]:
    """Yield the groups of ``x-tagGroups``; without any, one group of all classes."""
    named = {api.name: api for api in apis}
    groups = bundle.document.get("x-tagGroups", [{"name": "Resources", "tags": [api.name[:-3] for api in apis]}])
    for group in groups:
        yield ApiGroup(group["name"], tuple(named[f"{tag}Api"] for tag in group["tags"]))


def _refuse_shared_names(schemas: Schemas, apis: tuple[Api, ...], problems: list[Problem]) -> None:
    owners: dict[str, str] = {}
    named = [(name, model.pointer) for model in schemas.models.values() for name in (model.name, *model.aliases)]
    named += [(vocabulary.name, vocabulary.pointer) for vocabulary in schemas.vocabularies.values()]
    # Imported beside them, where they are used.
    owners_of_mixins: list[Model | Api] = [*schemas.models.values(), *apis]
    # Several classes may have the same mixin.
    mixins = {
        (mixin.module, mixin.name): f"{owner.pointer}/{KEY}" for owner in owners_of_mixins for mixin in owner.mixins
    }
    named += [(name, pointer) for (_, name), pointer in mixins.items()]
    for name, pointer in named:
        # Module names are lowercase, and some file systems ignore case.
        owner = owners.setdefault(snake_case(name), pointer)
        if owner != pointer:
            problems.append(Problem(pointer, f"{name} is the name of {owner} too"))


def _shared_errors(bundle: Bundle) -> Iterator[Response]:
    """Yield what the statuses mean that operations share, each once, by status."""
    found: dict[str, str] = {}
    for item in bundle.document["paths"].values():
        for operation in item.values():
            for status, entry in operation["responses"].items():
                if "$ref" in entry:
                    found.setdefault(status, component(entry["$ref"])[1])
    for status, name in sorted(found.items()):
        description = bundle.resolve(bundle.document["components"]["responses"][name]).get("description", "")
        pointer = bundle.pointer("components", "responses", name)
        yield Response(status, description, exception_name(status), specific=False, pointer=pointer)


def _error_document(bundle: Bundle) -> tuple[tuple[Fault, ...], tuple[Fault, ...], Any]:
    """Return the kinds of fault that the error document has, what each of them holds, and an example.

    It is a document with one member for each kind of fault, which is a document itself.
    """
    for response in bundle.document["components"]["responses"].values():
        for entry in response.get("content", {}).values():
            schema = bundle.resolve(entry["schema"])
            kinds = schema.get("properties", {})
            if kinds and all("$ref" in kind for kind in kinds.values()):
                members = bundle.resolve(next(iter(kinds.values())))["properties"]
                return _faults(kinds), _faults(members), next(iter(schema.get("examples", ())), None)
    return (), (), None


def _faults(properties: dict[str, Any]) -> tuple[Fault, ...]:
    return tuple(Fault(name, facts.get("description", "")) for name, facts in properties.items())
