"""Creates the intermediate objects of a bundled description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from generator.bundling import Bundle, component
from generator.intermediate import Api, ApiGroup, Description, Named, Operation, Response
from generator.mixins import mixins_of
from generator.operations import Operations, exception_name
from generator.paging import with_iterate_methods
from generator.problems import Notices
from generator.python import names_in
from generator.schemas import Schemas

SIMULATED = "simulated.txt"
"""The file next to the root that lists the operations of the simulator."""


def read(bundle: Bundle, notices: Notices) -> Description:
    """Return the intermediate representation of a description.

    :param notices: receives what contradicts itself, and is omitted
    """
    schemas = Schemas(bundle, notices)
    operations = list(Operations(bundle, schemas).read())
    schemas.read_models()
    paged = with_iterate_methods(operations, schemas, notices)
    apis = tuple(_apis(bundle, list(_with_secrets_marked(paged, schemas))))
    named = {api.name: api for api in apis}
    faults, members, example = _error_document(bundle)
    document, simulated = bundle.document, bundle.files.root.with_name(SIMULATED)
    return Description(
        complete=bool(document.get("x-complete")),
        server=document["servers"][0]["url"],
        apis=apis,
        groups=tuple(
            ApiGroup(group["name"], tuple(named[f"{tag}Api"] for tag in group["tags"]))
            for group in document["x-tagGroups"]
        ),
        models=dict(sorted(schemas.models.items())),
        vocabularies=dict(sorted(schemas.vocabularies.items())),
        securities=_named(document["components"].get("securitySchemes", {})),
        errors=tuple(_shared_errors(bundle)),
        faults=faults,
        fault_members=members,
        fault_example=example,
        source=bundle.files.display(bundle.files.root),
        simulated=frozenset(simulated.read_text(encoding="utf-8").split()) if simulated.is_file() else None,
    )


def _apis(bundle: Bundle, found: list[Operation]) -> Iterator[Api]:
    tags = {tag["name"]: (index, tag) for index, tag in enumerate(bundle.document["tags"])}
    for tag in sorted({operation.tag for operation in found}):
        mine = sorted((each for each in found if each.tag == tag), key=lambda operation: operation.name)
        index, facts = tags[tag]
        yield Api(
            name=f"{tag}Api",
            line=facts.get("x-summary", ""),
            description=facts.get("description", ""),
            operations=tuple(mine),
            mixins=mixins_of(facts),
            sources=tuple(sorted({operation.source for operation in mine})),
            pointer=bundle.pointer("tags", index),
        )


def _with_secrets_marked(found: Iterable[Operation], schemas: Schemas) -> Iterator[Operation]:
    """Mark the operations whose parameters or documents contain a secret, in addition to those with ``x-secret``."""
    secret = _models_with_secrets(schemas)
    for operation in found:
        sensitive = operation.sensitive
        if any(not secret.isdisjoint(names_in(parameter.type)) for parameter in operation.parameters):
            sensitive = "request"
        elif not secret.isdisjoint(names_in(operation.result or "")):
            sensitive = sensitive or "response"
        yield replace(operation, sensitive=sensitive)


def _models_with_secrets(schemas: Schemas) -> set[str]:
    """Return the names of the documents that hold a secret, or another such document."""
    models = schemas.models.values()
    secret: set[str] = set()
    while True:
        holders = {
            model.name
            for model in models
            if model.base in secret
            or any(each.secret or not secret.isdisjoint(names_in(each.type)) for each in model.attributes)
        }
        if holders == secret:
            return secret
        secret = holders


def _shared_errors(bundle: Bundle) -> Iterator[Response]:
    """Yield the meaning of each status code that operations share, by status."""
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


def _error_document(bundle: Bundle) -> tuple[tuple[Named, ...], tuple[Named, ...], Any]:
    """Return the kinds of fault that the error document has, what each of them holds, and an example.

    It is a document with one member for each kind of fault, which is a document itself.
    """
    schemas = bundle.document["components"]["schemas"]
    for response in bundle.document["components"].get("responses", {}).values():
        for entry in response.get("content", {}).values():
            schema = schemas.get(component(entry["schema"]["$ref"])[1], {}) if "$ref" in entry.get("schema", {}) else {}
            kinds = schema.get("properties", {})
            if kinds and all("$ref" in kind for kind in kinds.values()):
                members = bundle.resolve(next(iter(kinds.values()))).get("properties", {})
                return _named(kinds), _named(members), next(iter(schema.get("examples", ())), None)
    return (), (), None


def _named(parts: dict[str, Any]) -> tuple[Named, ...]:
    return tuple(Named(name, facts.get("description", "")) for name, facts in parts.items())
