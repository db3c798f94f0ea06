"""Completion of resources, operations, parameters and profiles in a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from vidispine._calls.operation import Parameter

__all__ = ["complete_argument", "complete_operation", "complete_profile", "complete_resource"]


def complete_resource(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the short name of a resource."""
    from vidispine.cli.api_index import resources

    return [CompletionItem(name) for name in resources() if name.startswith(incomplete.lower())]


def complete_operation(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete an operation of the given resource, with its summary."""
    from vidispine.cli.api_index import find_resource, operations_of
    from vidispine.cli.docstrings import summary_of
    from vidispine.cli.errors import InputError

    try:
        resource = find_resource(context.params["resource"])
    except (KeyError, InputError):
        return []
    return [
        CompletionItem(name, help=summary_of(getattr(resource, name)))
        for name in operations_of(resource)
        if name.startswith(incomplete.replace("-", "_"))
    ]


def complete_argument(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a parameter of the given operation, or its value after ``=``."""
    from vidispine.cli.api_index import find_operation, find_parameter, find_resource
    from vidispine.cli.errors import InputError

    try:
        operation = find_operation(find_resource(context.params["resource"]), context.params["operation"])
    except (KeyError, InputError):
        return []
    parameters = [parameter for parameter in operation.parameters if parameter.location != "body"]
    name, equals, text = incomplete.partition("=")
    if equals:
        return [CompletionItem(f"{name}={value}") for value in _values(find_parameter(parameters, name), text)]
    previous = _previous_name(context.params.get("arguments") or ())
    if previous is not None:
        return [CompletionItem(value) for value in _values(find_parameter(parameters, previous), incomplete)]
    return [
        CompletionItem(f"{parameter.name}=")
        for parameter in parameters
        if parameter.name.startswith(name.replace("-", "_"))
    ]


def _previous_name(arguments: Sequence[str]) -> str | None:
    """Return the name whose value is being typed. Bash splits ``state=F`` at the ``=``."""
    if len(arguments) > 1 and arguments[-1] == "=":
        return arguments[-2]
    return arguments[-1] if arguments and "=" not in arguments[-1] and arguments[-1].isidentifier() else None


def _values(parameter: Parameter | None, incomplete: str) -> list[str]:
    if parameter is None:
        return []
    if parameter.type == "bool":
        values: Sequence[str] = ("true", "false")
    else:
        values = _allowed_values(parameter.values) if parameter.values else ()
    return [value for value in values if value.lower().startswith(incomplete.lower())]


def _allowed_values(enum: str) -> Sequence[str]:
    from vidispine import models

    values: tuple[str, ...] = getattr(models, enum).values()
    return values


def complete_profile(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a profile."""
    from vidispine._profiles.files import Profiles
    from vidispine.exceptions import ApiValueError

    try:
        return [CompletionItem(name) for name in Profiles().all if name.startswith(incomplete)]
    except ApiValueError:
        return []
