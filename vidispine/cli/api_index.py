"""Lookup of resources, operations and parameters of the API by name, in any spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine import api
from vidispine._calls.operation import Operation
from vidispine.cli.errors import InputError
from vidispine.exceptions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine._calls.operation import Parameter
    from vidispine.resource import Resource

__all__ = ["find_operation", "find_parameter", "find_resource", "operations_of", "resources", "short_name"]


def _normalize(name: str) -> str:
    """Return a name for comparison: ``get-job``, ``getJob`` and ``get_job`` are equal."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def short_name(resource: str) -> str:
    """Return the short name of a class of the API: ``item-lock`` for ``ItemLockApi``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", resource[: -len("Api")]).lower()


def resources() -> dict[str, str]:
    """Return the names of the classes of the API by their short names."""
    return {short_name(name): name for name in api.__all__}


def find_resource(name: str) -> type[Resource]:
    """Return the class of a resource by any of its names: ``job``, ``Job`` or ``JobApi``.

    :raises InputError: there is no such resource
    """
    known = {_normalize(short): full for short, full in resources().items()}
    wanted = re.sub(r"api$", "", _normalize(name))
    # Singular and plural are both accepted.
    full = known.get(wanted) or known.get(re.sub(r"s$", "", wanted)) or known.get(f"{wanted}s")
    if full is None:
        raise InputError(f"unknown resource {name!r}{did_you_mean(name.lower(), resources())} (see 'vidispine api')")
    found: type[Resource] = getattr(api, full)
    return found


def operations_of(resource: type[Resource]) -> dict[str, Operation[Any]]:
    """Return the operations of a resource by name."""
    return dict(resource.operations)


def find_operation(resource: type[Resource], name: str) -> Operation[Any]:
    """Return an operation of a resource by its name in any spelling: ``get_job``, ``get-job`` or ``getJob``.

    :raises InputError: there is no such operation
    """
    operations = operations_of(resource)
    for operation in operations.values():
        if _normalize(operation.name) == _normalize(name):
            return operation
    short = short_name(resource.__name__)
    raise InputError(
        f"{short} has no operation {name!r}{did_you_mean(name.replace('-', '_'), operations)} "
        f"(see 'vidispine api {short}')"
    )


def find_parameter(parameters: Iterable[Parameter], name: str) -> Parameter | None:
    """Return a parameter by its name in Python or in the URL, in any spelling; ``None`` if there is none."""
    by_name = {_normalize(parameter.name): parameter for parameter in parameters}
    by_wire = {_normalize(parameter.wire): parameter for parameter in parameters}
    # A path parameter and a query parameter can share a name in the URL, but not in Python.
    return by_name.get(_normalize(name)) or by_wire.get(_normalize(name))
