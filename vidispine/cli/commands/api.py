"""``vidispine api``: the reference of all operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.exit_codes import NOT_FOUND
from vidispine.cli.output.formats import output_format, output_options, write_document
from vidispine.cli.output.streams import write, write_note
from vidispine.cli.shell_completion import complete_operation, complete_resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from vidispine._calls.operation import Operation
    from vidispine.resource import Resource

    Operations = list[tuple[type[Resource], Operation[Any]]]

__all__ = ["command"]


@click.command("api", cls=Command)
@click.argument("resource", required=False, shell_complete=complete_resource)
@click.argument("operation", required=False, shell_complete=complete_operation)
@click.option("-s", "--search", metavar="WORDS", help="List operations whose documentation contains all of the words.")
@output_options
@click.pass_context
def command(context: click.Context, resource: str | None, operation: str | None, search: str | None) -> None:
    """Without arguments, lists the resources. With a resource, lists its operations. With an operation, shows its
    documentation, its parameters and how to call it. No server is needed.

    Examples:
      vidispine api
      vidispine api job
      vidispine api job get_jobs
      vidispine api --search 'shape tag'
      vidispine api item --search export
      vidispine api job get_jobs --json | jq .parameters
    """
    from vidispine.cli.api_index import find_operation, find_resource

    owner = find_resource(resource) if resource else None
    if search is not None:
        if operation:
            raise click.UsageError("--search cannot be combined with an operation")
        found = list(_search(owner, search))
        _write_operations(context, found)
        if not found:
            write_note(f"no operation matches {search!r}")
            context.exit(NOT_FOUND)
    elif owner is None:
        _write_resources(context)
    elif operation is None:
        _write_resource(context, owner)
    else:
        _write_operation(context, owner, find_operation(owner, operation))


def _write_resources(context: click.Context) -> None:
    from vidispine import api
    from vidispine.cli.api_index import operations_of, resources
    from vidispine.cli.docstrings import summary_of

    if output_format(context) == "ids":
        write("\n".join(resources()))
        return
    owners = {short: getattr(api, full) for short, full in resources().items()}
    if output_format(context) == "json":
        write_document(
            [
                {"resource": short, "summary": summary_of(owner), "operations": list(operations_of(owner))}
                for short, owner in owners.items()
            ]
        )
        return
    from vidispine.cli.output import pager

    pager.show(pager.definitions([(short, summary_of(owner)) for short, owner in owners.items()]))


def _write_resource(context: click.Context, owner: type[Resource]) -> None:
    from vidispine.cli.api_index import operations_of

    operations = [(owner, operation) for operation in operations_of(owner).values()]
    if output_format(context) != "table":
        _write_operations(context, operations)
        return
    from vidispine.cli.docstrings import parse_docstring
    from vidispine.cli.output.pager import heading, paragraphs, show

    docs = parse_docstring(owner)
    show(
        [
            *heading(owner.__name__),
            *paragraphs([docs.summary, *docs.paragraphs]),
            *heading("Operations"),
            *_summaries(operations),
        ]
    )


def _write_operations(context: click.Context, operations: Operations) -> None:
    from vidispine.cli.api_index import short_name

    if output_format(context) == "json":
        write_document([_document(owner, operation) for owner, operation in operations])
    elif output_format(context) == "ids":
        write("\n".join(f"{short_name(owner.__name__)} {operation.name}" for owner, operation in operations))
    elif operations:
        from vidispine.cli.output.pager import show

        show(_summaries(operations, with_resource=True))


def _summaries(operations: Operations, *, with_resource: bool = False) -> list[Text]:
    from vidispine.cli.api_index import short_name
    from vidispine.cli.docstrings import summary_of
    from vidispine.cli.output.pager import definitions

    return definitions(
        [
            (
                f"{short_name(owner.__name__)} {operation.name}" if with_resource else operation.name,
                summary_of(getattr(owner, operation.name)),
            )
            for owner, operation in operations
        ]
    )


def _write_operation(context: click.Context, owner: type[Resource], operation: Operation[Any]) -> None:
    if output_format(context) == "table":
        from vidispine.cli.output.operation import operation_reference
        from vidispine.cli.output.pager import show

        show(operation_reference(owner, operation))
    elif output_format(context) == "json":
        write_document(_document(owner, operation))
    else:
        write(operation.name)


def _search(owner: type[Resource] | None, words: str) -> Iterator[tuple[type[Resource], Operation[Any]]]:
    """List the operations that match all words. Matches in the name come before matches in the documentation."""
    from vidispine import api
    from vidispine.cli.api_index import operations_of, resources

    terms = words.lower().split()
    owners = [owner] if owner else [getattr(api, full) for full in resources().values()]
    by_name, by_documentation = [], []
    for resource in owners:
        for operation in operations_of(resource).values():
            names = f"{operation.name} {operation.name.replace('_', ' ')}"
            name = f"{resource.__name__} {names} {operation.shown_path}".lower()
            if all(term in name for term in terms):
                by_name.append((resource, operation))
            elif all(term in f"{name} {getattr(resource, operation.name).__doc__}".lower() for term in terms):
                by_documentation.append((resource, operation))
    yield from by_name
    yield from by_documentation


def _document(owner: type[Resource], operation: Operation[Any]) -> dict[str, Any]:
    from vidispine.cli.docstrings import parse_docstring

    docs = parse_docstring(getattr(owner, operation.name))
    return {
        "resource": owner.__name__,
        "operation": operation.name,
        "method": operation.method,
        "path": operation.shown_path,
        "summary": docs.summary,
        "description": docs.paragraphs,
        "parameters": [
            {
                "name": parameter.name,
                "wire": parameter.wire,
                "place": parameter.location,
                "type": parameter.type,
                "required": parameter.required,
                "words": parameter.values,
                "default": list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default,
                "description": docs.parameters.get(parameter.name, ""),
            }
            for parameter in operation.parameters
        ],
        "result": operation.result,
        "accept": list(operation.accept),
        "returns": docs.returns,
        "raises": [{"error": name, "when": condition} for name, condition in docs.raises],
    }
