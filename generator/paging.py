"""Read ``x-pages``, which marks operations that return one page of a list and configures their iterate method.

``x-pages`` is a mapping. All members are optional:

``items``
    Response member that holds the entries. Default: the only list in the response.
``identity``
    Member that identifies an entry, a list of such members, or ``part.member``. Required if the entries are models.
``hits``
    Response member that holds the total number of entries. Default: ``hits``, if the response has it.
``sort``
    Sort order to request if the caller sets none. It must order entries by the numbers in their identities.
``without``
    List of parameters that the iterate method omits because they have a side effect for each page.
``name``
    Name of the iterate method. Default: ``iterate_`` and the operation's name without ``get_``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from generator.intermediate import Attribute, IterateMethod, Operation
from generator.names import python_name
from generator.problems import DescriptionError, Problem
from generator.schemas import Schemas
from vidispine._documents.type_ref import TypeRef
from vidispine.resource import Resource

_RESERVED = frozenset({"limit", "page_size"})
_STRINGS = frozenset({"hits", "items", "name", "sort"})


def is_well_formed(pages: Any) -> bool:
    """Return whether ``x-pages`` has only known members with values of the right type."""
    if not isinstance(pages, dict) or pages.keys() - _STRINGS - {"identity", "without"}:
        return False
    lists = (_as_list(pages.get("identity", [])), pages.get("without", []))
    strings = (pages[key] for key in _STRINGS & pages.keys())
    return all(isinstance(entry, list) for entry in lists) and all(
        isinstance(value, str) for value in itertools.chain(strings, *lists)
    )


def _as_list(identity: Any) -> Any:
    return [identity] if isinstance(identity, str) else identity


class PagingReader:
    """Read the iterate methods of a description. The models must be read first."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.problems: list[Problem] = []

    def add_to(self, found: Iterable[tuple[str, str, Operation]]) -> Iterator[tuple[str, str, Operation]]:
        """Yield each tag, file and operation, with the iterate method added to operations that have ``x-pages``."""
        found = list(found)
        taken = {(tag, operation.name) for tag, _, operation in found}
        for tag, source, operation in found:
            if operation.pages is None:
                yield tag, source, operation
                continue
            try:
                iterate = self._iterate_method(operation, operation.pages)
                if (tag, iterate.name) in taken or hasattr(Resource, iterate.name):
                    message = f"{iterate.name} is already a method of {tag}Api: set `name`"
                    raise DescriptionError.at(_pointer(operation), message)
                taken.add((tag, iterate.name))
                yield tag, source, replace(operation, iterate=iterate)
            except DescriptionError as error:
                self.problems += error.problems

    def _iterate_method(self, operation: Operation, pages: dict[str, Any]) -> IterateMethod:
        pointer = _pointer(operation)
        _check_parameters(operation, pages)
        response = self._attributes(operation.result)
        items = _find_member(response, pages["items"], pointer) if "items" in pages else _only_list(response, operation)
        listed = TypeRef.parse(items.type).element
        if listed is None:
            raise DescriptionError.at(pointer, f"{items.wire} must be a list, not {items.type}")
        element = listed.text
        identity = [self._path(element, wire, pointer) for wire in _as_list(pages.get("identity", []))]
        if element in self._schemas.models and not identity:
            raise DescriptionError.at(pointer, f"identity is required for items of type {element}")
        has_hits = "hits" in pages or any(attribute.wire == "hits" for attribute in response)
        name = pages.get("name", f"iterate_{operation.name.removeprefix('get_')}")
        if name != python_name(name, "iterate"):
            raise DescriptionError.at(pointer, f"{name!r} is not a valid method name")
        return IterateMethod(
            name=name,
            items=items.name,
            element=element,
            identity=tuple(identity),
            hits=_find_member(response, pages.get("hits", "hits"), pointer).name if has_hits else None,
            sort=pages.get("sort"),
            without=tuple(_omitted(operation, pages.get("without", []))),
            by_cursor=any(parameter.name == "cursor" for parameter in operation.parameters),
        )

    def _attributes(self, model: str | None) -> tuple[Attribute, ...]:
        described = self._schemas.models.get(model or "")
        if described is None:
            return ()
        return (*self._attributes(described.base), *described.attributes)

    def _path(self, model: str, path: str, pointer: str) -> str:
        """Return the dotted path of attribute names for a dotted path of wire names."""
        names = []
        for wire in path.split("."):
            attribute = _find_member(self._attributes(model), wire, pointer, model)
            names.append(attribute.name)
            model = attribute.type
        return ".".join(names)


def _pointer(operation: Operation) -> str:
    return f"{operation.pointer}/x-pages"


def _check_parameters(operation: Operation, pages: dict[str, Any]) -> None:
    parameters = {parameter.name: parameter for parameter in operation.parameters}
    pointer = _pointer(operation)
    if "number" not in parameters or "first" not in parameters or not isinstance(parameters["first"].default, int):
        raise DescriptionError.at(
            pointer, "requires the parameters number and first; the default of first must be 0 or 1"
        )
    clash = _RESERVED & parameters.keys()
    if clash:
        raise DescriptionError.at(pointer, f"{min(clash)} is reserved for the iterate method")
    if "sort" in pages and not ("sort" in parameters and pages.get("identity")):
        raise DescriptionError.at(pointer, "sort requires a parameter named sort and an identity")


def _omitted(operation: Operation, wires: list[str]) -> Iterator[str]:
    """Yield the Python names of the parameters that the iterate method omits."""
    names = {parameter.wire: parameter.name for parameter in operation.keyword_only}
    for wire in wires:
        if wire not in names:
            raise DescriptionError.at(_pointer(operation), f"without: unknown optional parameter {wire}")
        yield names[wire]


def _find_member(attributes: tuple[Attribute, ...], wire: str, pointer: str, owner: str = "the response") -> Attribute:
    for attribute in attributes:
        if attribute.wire == wire:
            return attribute
    raise DescriptionError.at(pointer, f"{wire} is not a member of {owner}")


def _only_list(response: tuple[Attribute, ...], operation: Operation) -> Attribute:
    lists = [attribute for attribute in response if TypeRef.parse(attribute.type).is_list]
    if len(lists) != 1:
        candidates = ", ".join(attribute.wire for attribute in lists) or "no list"
        raise DescriptionError.at(_pointer(operation), f"items is required: the response has {candidates}")
    return lists[0]
