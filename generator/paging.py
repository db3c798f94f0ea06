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

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from generator.intermediate import Attribute, IterateMethod, Model, Operation, all_attributes
from generator.names import python_name
from generator.normalize.parts import as_list
from generator.problems import Notices
from generator.schemas import Schemas
from vidispine._documents.type_ref import TypeRef
from vidispine.resource import Resource

_MEMBERS = frozenset({"hits", "identity", "items", "name", "sort", "without"})


def with_iterate_methods(found: list[Operation], schemas: Schemas, notices: Notices) -> Iterator[Operation]:
    """Yield each operation, with the iterate method added to operations that have ``x-pages``.

    :param schemas: the models, which have been read
    :param notices: receives what is wrong with ``x-pages``: the operation then has no iterate method
    """
    taken = {(operation.tag, operation.name) for operation in found}
    for operation in found:
        if operation.pages is not None:
            try:
                iterate = _iterate_method(operation, operation.pages, schemas.models)
                if (operation.tag, iterate.name) in taken or hasattr(Resource, iterate.name):
                    raise ValueError(f"{iterate.name} is already a method of {operation.tag}Api: set `name`")
                taken.add((operation.tag, iterate.name))
                operation = replace(operation, iterate=iterate)  # noqa: PLW2901
            except ValueError as error:
                notices.loss(f"{operation.pointer}/x-pages", str(error))
        yield operation


def _iterate_method(operation: Operation, pages: dict[str, Any], models: dict[str, Model]) -> IterateMethod:
    """Return the iterate method of an operation.

    :raises ValueError: saying what is wrong with ``x-pages``
    """
    _check_parameters(operation, pages)
    response = all_attributes(operation.result or "", models)
    items = _find_member(response, pages["items"]) if "items" in pages else _only_list(response)
    listed = TypeRef.parse(items.type).element
    if listed is None:
        raise ValueError(f"{items.wire} must be a list, not {items.type}")
    element = listed.text
    identity = [_path(element, wire, models) for wire in as_list(pages.get("identity"))]
    if element in models and not identity:
        raise ValueError(f"identity is required for items of type {element}")
    has_hits = "hits" in pages or any(attribute.wire == "hits" for attribute in response)
    name = pages.get("name", f"iterate_{operation.name.removeprefix('get_')}")
    if name != python_name(name, "iterate"):
        raise ValueError(f"{name!r} is not a valid method name")
    omitted = {parameter.wire: parameter.name for parameter in operation.keyword_only}
    for wire in pages.get("without", ()):
        if wire not in omitted:
            raise ValueError(f"without: unknown optional parameter {wire}")
    return IterateMethod(
        name=name,
        items=items.name,
        element=element,
        identity=tuple(identity),
        hits=_find_member(response, pages.get("hits", "hits")).name if has_hits else None,
        sort=pages.get("sort"),
        without=tuple(omitted[wire] for wire in pages.get("without", ())),
        by_cursor=any(parameter.name == "cursor" for parameter in operation.parameters),
    )


def _check_parameters(operation: Operation, pages: dict[str, Any]) -> None:
    parameters = {parameter.name: parameter for parameter in operation.parameters}
    for unknown in pages.keys() - _MEMBERS:
        raise ValueError(f"{unknown} is not a member of x-pages")
    if "number" not in parameters or "first" not in parameters or not isinstance(parameters["first"].default, int):
        raise ValueError("requires the parameters number and first; the default of first must be 0 or 1")
    for clash in {"limit", "page_size"} & parameters.keys():
        raise ValueError(f"{clash} is reserved for the iterate method")
    if "sort" in pages and not ("sort" in parameters and pages.get("identity")):
        raise ValueError("sort requires a parameter named sort and an identity")


def _path(model: str, path: str, models: dict[str, Model]) -> str:
    """Return the dotted path of attribute names for a dotted path of wire names."""
    names = []
    for wire in path.split("."):
        attribute = _find_member(all_attributes(model, models), wire, model)
        names.append(attribute.name)
        model = attribute.type
    return ".".join(names)


def _find_member(attributes: tuple[Attribute, ...], wire: str, owner: str = "the response") -> Attribute:
    for attribute in attributes:
        if attribute.wire == wire:
            return attribute
    raise ValueError(f"{wire} is not a member of {owner}")


def _only_list(response: tuple[Attribute, ...]) -> Attribute:
    lists = [attribute for attribute in response if TypeRef.parse(attribute.type).is_list]
    if len(lists) != 1:
        raise ValueError(f"items is required: the response has {', '.join(each.wire for each in lists) or 'no list'}")
    return lists[0]
