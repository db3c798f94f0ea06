"""The resources and operations of the API, found by the names that people give them."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from vidispine import api
from vidispine.cli.errors import Misuse
from vidispine.exceptions import did_you_mean
from vidispine.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vidispine.operation import Parameter
    from vidispine.resource import Resource

__all__ = ["find_operation", "find_parameter", "find_resource", "operations_of", "plain", "resources", "short_name"]


def plain(name: str) -> str:
    """Return a name in the form in which names are compared: ``get-job``, ``getJob`` and ``get_job`` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def short_name(resource: str) -> str:
    """Return what a resource is called for short: ``job`` for ``JobApi``, ``item-lock`` for ``ItemLockApi``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", resource[: -len("Api")]).lower()


def resources() -> dict[str, str]:
    """Return the name of each class of the API by its short name."""
    return {short_name(name): name for name in api.__all__}


def find_resource(name: str) -> type[Resource]:
    """Return the class of a resource, called by any of its names: ``job``, ``Job`` or ``JobApi``.

    :raises Misuse: there is none
    """
    known = {plain(short): full for short, full in resources().items()}
    wanted = re.sub(r"api$", "", plain(name))
    # People say jobs for job, and metadata-field-group for metadata-field-groups.
    full = known.get(wanted) or known.get(re.sub(r"s$", "", wanted)) or known.get(f"{wanted}s")
    if full is None:
        raise Misuse(
            f"there is no resource {name!r}{did_you_mean(name.lower(), resources())}; 'vidispine api' lists them"
        )
    found: type[Resource] = getattr(api, full)
    return found


def operations_of(resource: type[Resource]) -> dict[str, Operation[Any]]:
    """Return the operations of a resource by their names."""
    values = vars(import_module(resource.__module__)).values()
    return {value.name: value for value in values if isinstance(value, Operation)}


def find_operation(resource: type[Resource], name: str) -> Operation[Any]:
    """Return an operation of a resource, called by its name in any spelling: ``get_job``, ``get-job`` or ``getJob``.

    :raises Misuse: there is none
    """
    operations = operations_of(resource)
    for operation in operations.values():
        if plain(operation.name) == plain(name):
            return operation
    short = short_name(resource.__name__)
    raise Misuse(
        f"{short} has no operation {name!r}{did_you_mean(name.replace('-', '_'), operations)}; "
        f"'vidispine api {short}' lists them"
    )


def find_parameter(parameters: Iterable[Parameter], name: str) -> Parameter | None:
    """Return the parameter of a name, that of Python or that on the wire, in any spelling; ``None`` for none."""
    by_name: Mapping[str, Parameter] = {plain(parameter.name): parameter for parameter in parameters}
    by_wire: Mapping[str, Parameter] = {plain(parameter.wire): parameter for parameter in parameters}
    # Where a query's name is that of a part of the path too, Python's name decides.
    return by_name.get(plain(name)) or by_wire.get(plain(name))
