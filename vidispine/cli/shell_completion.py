"""What a shell offers to complete: resources, operations and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from vidispine.operation import Parameter

__all__ = ["complete_argument", "complete_operation", "complete_profile", "complete_resource"]


def complete_resource(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the resources whose names begin so."""
    from vidispine.cli.api_index import resources

    return [CompletionItem(name) for name in resources() if name.startswith(incomplete.lower())]


def complete_operation(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the operations of the resource before whose names begin so, each with what it does."""
    from vidispine.cli.api_index import find_resource, operations_of
    from vidispine.cli.docstrings import first_line
    from vidispine.cli.errors import Misuse

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
    from vidispine.cli.api_index import find_operation, find_parameter, find_resource
    from vidispine.cli.errors import Misuse

    try:
        operation = find_operation(find_resource(context.params["resource"]), context.params["operation"])
    except (KeyError, Misuse):
        return []
    parameters = [one for one in operation.parameters if one.place != "body"]
    name, equals, text = incomplete.partition("=")
    if equals:
        return [CompletionItem(f"{name}={word}") for word in _values(find_parameter(parameters, name), text)]
    split_off = _name_before(context.params.get("arguments") or ())
    if split_off is not None:
        return [CompletionItem(word) for word in _values(find_parameter(parameters, split_off), incomplete)]
    return [CompletionItem(f"{one.name}=") for one in parameters if one.name.startswith(name.replace("-", "_"))]


def _name_before(words: Sequence[str]) -> str | None:
    """Return the name whose value is being typed: bash takes ``state=F`` for three words, and ``state=`` for two."""
    if len(words) > 1 and words[-1] == "=":
        return words[-2]
    return words[-1] if words and "=" not in words[-1] and words[-1].isidentifier() else None


def _values(parameter: Parameter | None, beginning: str) -> list[str]:
    """Return the values that a parameter is known to have, those that begin so."""
    if parameter is None:
        return []
    words = ("true", "false") if parameter.type == "bool" else _words(parameter.values) if parameter.values else ()
    return [word for word in words if word.lower().startswith(beginning.lower())]


def complete_profile(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the profiles whose names begin so."""
    from vidispine.cli.errors import Failure
    from vidispine.cli.profiles import Profiles

    try:
        return [CompletionItem(name) for name in Profiles().all if name.startswith(incomplete)]
    except Failure:
        return []


def _words(vocabulary: str) -> tuple[str, ...]:
    from vidispine import models

    words: tuple[str, ...] = getattr(models, vocabulary).values()
    return words
