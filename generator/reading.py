"""Makes the intermediate objects of a bundled description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.bundling import Bundle
from generator.intermediate import Api, ApiGroup, Description, Fault, Operation, Response, Security
from generator.operations import Operations, exception_name
from generator.problems import DescriptionError, Problem
from generator.schemas import Schemas
from vidispine.naming import snake_case

__all__ = ["read"]


def read(bundle: Bundle) -> Description:
    """Return what the description says.

    :raises DescriptionError: it says what cannot be expressed, or contradicts itself
    """
    schemas = Schemas(bundle)
    operations = Operations(bundle, schemas)
    found = list(operations.read())
    schemas.read_published()
    problems = [*operations.problems, *schemas.problems]
    apis = tuple(_apis(bundle, found, problems))
    groups = tuple(_groups(bundle, apis, problems))
    _refuse_shared_names(schemas, problems)
    if problems:
        raise DescriptionError(problems)
    faults, members, example = _error_document(bundle)
    document = bundle.document
    return Description(
        complete=bool(document.get("x-complete")),
        title=document["info"]["title"],
        server=document.get("servers", [{"url": "http://localhost:8080/API"}])[0]["url"],
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
    )


def _apis(bundle: Bundle, found: list[tuple[str, str, Operation]], problems: list[Problem]) -> Iterator[Api]:
    tags = {tag["name"]: (index, tag) for index, tag in enumerate(bundle.document.get("tags", ()))}
    for tag in sorted({tag for tag, _, _ in found}):
        mine = sorted((entry for entry in found if entry[0] == tag), key=lambda entry: entry[2].name)
        names = [operation.name for _, _, operation in mine]
        for _, _, operation in mine:
            if names.count(operation.name) > 1:
                problems.append(Problem(operation.place, f"another operation of {tag} is called {operation.name}"))
        if tag not in tags:
            problems.append(Problem(mine[0][2].place, f"the tag {tag!r} is not described in the root"))
            continue
        index, facts = tags[tag]
        yield Api(
            name=f"{tag}Api",
            line=facts.get("x-summary", ""),
            description=facts.get("description", ""),
            operations=tuple(operation for _, _, operation in mine),
            sources=tuple(sorted({source for _, source, _ in mine})),
            place=bundle.place("tags", index),
        )


def _groups(bundle: Bundle, apis: tuple[Api, ...], problems: list[Problem]) -> Iterator[ApiGroup]:
    """Yield the groups of ``x-tagGroups``; without any, one group of all classes."""
    named = {api.name: api for api in apis}
    groups = bundle.document.get("x-tagGroups", [{"name": "Resources", "tags": [api.name[:-3] for api in apis]}])
    for index, group in enumerate(groups):
        unknown = [tag for tag in group["tags"] if f"{tag}Api" not in named]
        problems += [
            Problem(bundle.place("x-tagGroups", index), f"no operation has the tag {tag!r}") for tag in unknown
        ]
        yield ApiGroup(group["name"], tuple(named.pop(f"{tag}Api") for tag in group["tags"] if f"{tag}Api" in named))
    problems += [Problem(api.place, f"{api.name} is in no group of x-tagGroups") for api in named.values()]


def _refuse_shared_names(schemas: Schemas, problems: list[Problem]) -> None:
    owners: dict[str, str] = {}
    named = [(name, model.place) for model in schemas.models.values() for name in (model.name, *model.aliases)]
    named += [(vocabulary.name, vocabulary.place) for vocabulary in schemas.vocabularies.values()]
    for name, place in named:
        # Modules are told apart by their names in lower case; so are files on some systems.
        owner = owners.setdefault(snake_case(name), place)
        if owner != place:
            problems.append(Problem(place, f"{name} is the name of {owner} too"))


def _shared_errors(bundle: Bundle) -> Iterator[Response]:
    """Yield what the statuses mean that operations share, each once, by status."""
    found: dict[str, str] = {}
    for item in bundle.document.get("paths", {}).values():
        for operation in item.values():
            if isinstance(operation, dict):
                for status, entry in operation.get("responses", {}).items():
                    if "$ref" in entry:
                        found.setdefault(status, entry["$ref"].rpartition("/")[2])
    for status, name in sorted(found.items()):
        description = bundle.document["components"]["responses"][name].get("description", "")
        place = bundle.place("components", "responses", name)
        yield Response(status, description, exception_name(status), specific=False, place=place)


def _error_document(bundle: Bundle) -> tuple[tuple[Fault, ...], tuple[Fault, ...], Any]:
    """Return the kinds of fault that the error document has, what each of them holds, and an example."""
    for response in bundle.document["components"].get("responses", {}).values():
        for entry in response.get("content", {}).values():
            schema = bundle.resolve(entry.get("schema", {}))
            if schema.get("properties"):
                kinds = schema["properties"]
                parts = [part for kind in kinds.values() for part in kind.get("anyOf", ()) if "$ref" in part]
                members = bundle.resolve(parts[0])["properties"] if parts else {}
                example = next(iter(schema.get("examples", ())), None)
                return _faults(kinds), _faults(members), example
    return (), (), None


def _faults(properties: dict[str, Any]) -> tuple[Fault, ...]:
    return tuple(Fault(name, facts.get("description", "")) for name, facts in properties.items())
