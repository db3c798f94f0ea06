"""Reads ``x-pages``: which operations return one page of a list, and how to walk through all of it.

It is a mapping, whose members may be left out where there is nothing to choose:

``items``
    the member of the answer that holds the entries; else its only list
``identity``
    the member of an entry that no other has, a list of such members, or ``part.member``
``hits``
    the member of the answer that counts all entries; else ``hits``, if there is one
``sort``
    an order to ask for when the caller asks for none, in which entries come by the numbers in their identities
``without``
    a list of parameters that would leave something behind with each page, which a walk does not take
``name``
    of the method; else ``iterate_`` and the operation's name without ``get_``
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from generator.intermediate import Attribute, Operation, Walk
from generator.names import python_name
from generator.problems import DescriptionError, Problem
from generator.schemas import Schemas
from vidispine.resource import Resource

__all__ = ["PLACES", "Walks", "is_well_formed"]

PLACES = ("first", "number", "cursor")
"""Parameters that choose a page: a walk sees to them itself."""

_OWN = frozenset({"limit", "page_size"})
_TEXTS = frozenset({"hits", "items", "name", "sort"})


def is_well_formed(facts: Any) -> bool:
    """Tell whether facts on pages have the members that they can have, as texts."""
    if not isinstance(facts, dict) or facts.keys() - _TEXTS - {"identity", "without"}:
        return False
    lists = (_listed(facts.get("identity", [])), facts.get("without", []))
    texts = (facts[key] for key in _TEXTS & facts.keys())
    return all(isinstance(entry, list) for entry in lists) and all(
        isinstance(text, str) for text in itertools.chain(texts, *lists)
    )


def _listed(identity: Any) -> Any:
    return [identity] if isinstance(identity, str) else identity


class Walks:
    """Makes the walks of a description whose models were read."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.problems: list[Problem] = []

    def added(self, found: Iterable[tuple[str, str, Operation]]) -> Iterator[tuple[str, str, Operation]]:
        """Yield each operation after its tag and its file again, with its walk if it has one."""
        found = list(found)
        taken = {(tag, operation.name) for tag, _, operation in found}
        for tag, source, operation in found:
            if operation.pages is None:
                yield tag, source, operation
                continue
            try:
                walk = self._walk(operation, operation.pages)
                if (tag, walk.name) in taken or hasattr(Resource, walk.name):
                    told = f"{walk.name} is another method of {tag}Api: give a name"
                    raise DescriptionError.at(_place(operation), told)
                taken.add((tag, walk.name))
                yield tag, source, replace(operation, walk=walk)
            except DescriptionError as error:
                self.problems += error.problems

    def _walk(self, operation: Operation, facts: dict[str, Any]) -> Walk:
        place = _place(operation)
        _check_parameters(operation, facts)
        answer = self._attributes(operation.result)
        items = _named(answer, facts["items"], place) if "items" in facts else _only_list(answer, operation)
        if not items.type.startswith("list["):
            raise DescriptionError.at(place, f"{items.wire} is not a list, but {items.type}")
        element = items.type[len("list[") : -1]
        names = [self._path(element, wire, place) for wire in _listed(facts.get("identity", []))]
        if element in self._schemas.models and not names:
            raise DescriptionError.at(place, f"the items are {element}, which an identity tells from each other")
        counts = "hits" in facts or any(attribute.wire == "hits" for attribute in answer)
        name = facts.get("name", f"iterate_{operation.name.removeprefix('get_')}")
        if name != python_name(name, "iterate"):
            raise DescriptionError.at(place, f"{name!r} cannot be a method's name")
        return Walk(
            name=name,
            items=items.name,
            element=element,
            identity=tuple(names),
            hits=_named(answer, facts.get("hits", "hits"), place).name if counts else None,
            sort=facts.get("sort"),
            without=tuple(_left_out(operation, facts.get("without", []))),
            by_cursor=any(parameter.name == "cursor" for parameter in operation.parameters),
        )

    def _attributes(self, model: str | None) -> tuple[Attribute, ...]:
        described = self._schemas.models.get(model or "")
        if described is None:
            return ()
        return (*self._attributes(described.base), *described.attributes)

    def _path(self, model: str, path: str, place: str) -> str:
        """Return the names of the attributes that lead to a member of a model, with dots between."""
        names = []
        for wire in path.split("."):
            attribute = _named(self._attributes(model), wire, place, model)
            names.append(attribute.name)
            model = attribute.type
        return ".".join(names)


def _place(operation: Operation) -> str:
    return f"{operation.place}/x-pages"


def _check_parameters(operation: Operation, facts: dict[str, Any]) -> None:
    parameters = {parameter.name: parameter for parameter in operation.parameters}
    place = _place(operation)
    if "number" not in parameters or "first" not in parameters or not isinstance(parameters["first"].default, int):
        raise DescriptionError.at(place, "needs the parameters number, and first with the default 0 or 1")
    clash = _OWN & parameters.keys()
    if clash:
        raise DescriptionError.at(place, f"{min(clash)} is a parameter of the operation's own")
    if "sort" in facts and not ("sort" in parameters and facts.get("identity")):
        raise DescriptionError.at(place, "a sort needs a parameter of that name, and an identity")


def _left_out(operation: Operation, wires: list[str]) -> Iterator[str]:
    """Yield the names of parameters that a walk does not take."""
    names = {parameter.wire: parameter.name for parameter in operation.keyword_only}
    for wire in wires:
        if wire not in names:
            raise DescriptionError.at(_place(operation), f"there is no optional parameter {wire} to leave out")
        yield names[wire]


def _named(attributes: tuple[Attribute, ...], wire: str, place: str, owner: str = "the answer") -> Attribute:
    for attribute in attributes:
        if attribute.wire == wire:
            return attribute
    raise DescriptionError.at(place, f"{wire} is no member of {owner}")


def _only_list(answer: tuple[Attribute, ...], operation: Operation) -> Attribute:
    lists = [attribute for attribute in answer if attribute.type.startswith("list[")]
    if len(lists) != 1:
        said = ", ".join(attribute.wire for attribute in lists) or "no list"
        raise DescriptionError.at(_place(operation), f"say which member holds the items: the answer has {said}")
    return lists[0]
