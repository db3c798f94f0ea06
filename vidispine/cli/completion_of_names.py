"""What a shell offers to complete: resources, operations and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    import click

__all__ = ["complete_argument", "complete_operation", "complete_profile", "complete_resource"]


def complete_resource(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the resources whose names begin so."""
    from vidispine.cli.catalogue import resources

    return [CompletionItem(name) for name in resources() if name.startswith(incomplete.lower())]


def complete_operation(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the operations of the resource before whose names begin so, each with what it does."""
    from vidispine.cli.catalogue import find_resource, operations_of
    from vidispine.cli.descriptions import first_line
    from vidispine.cli.endings import Misuse

    try:
        resource = find_resource(context.params["resource"])
    except (KeyError, Misuse):
        return []
    return [
        CompletionItem(name, help=first_line(getattr(resource, name)))
        for name in operations_of(resource)
        if name.startswith(incomplete.replace("-", "_"))
    ]


def complete_argument(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the parameters of the operation before whose names begin so, and after ``=`` the words of a vocabulary."""
    from vidispine.cli.catalogue import find_operation, find_parameter, find_resource
    from vidispine.cli.endings import Misuse

    try:
        operation = find_operation(find_resource(context.params["resource"]), context.params["operation"])
    except (KeyError, Misuse):
        return []
    parameters = [one for one in operation.parameters if one.place != "body"]
    name, equals, text = incomplete.partition("=")
    if not equals:
        return [CompletionItem(f"{one.name}=") for one in parameters if one.name.startswith(name.replace("-", "_"))]
    found = find_parameter(parameters, name)
    words = (
        _words(found.values) if found and found.values else ("true", "false") if found and found.type == "bool" else ()
    )
    return [CompletionItem(f"{name}={word}") for word in words if word.lower().startswith(text.lower())]


def complete_profile(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the profiles whose names begin so."""
    from vidispine.cli.endings import Failure
    from vidispine.cli.profiles import Profiles

    try:
        return [CompletionItem(name) for name in Profiles().all if name.startswith(incomplete)]
    except Failure:
        return []


def _words(vocabulary: str) -> tuple[str, ...]:
    from vidispine import models

    words: tuple[str, ...] = getattr(models, vocabulary).values()
    return words
