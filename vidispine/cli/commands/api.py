"""``vidispine api``: what the API has, and what each of its operations does and takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.exit_codes import NOT_FOUND
from vidispine.cli.output.formats import output_options, show_document, wants, write
from vidispine.cli.shell_completion import complete_operation, complete_resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine.operation import Operation
    from vidispine.resource import Resource

__all__ = ["command"]


@click.command("api", cls=Command)
@click.argument("resource", required=False, shell_complete=complete_resource)
@click.argument("operation", required=False, shell_complete=complete_operation)
@click.option("-s", "--search", metavar="WORDS", help="Operations in whose description all of these words are.")
@output_options
@click.pass_context
def command(context: click.Context, resource: str | None, operation: str | None, search: str | None) -> None:
    """Without arguments it lists the resources; with one its operations; with two what an operation does, takes and
    returns, and how to call it. It needs no server.

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
            raise click.UsageError("--search looks among operations: name none")
        _show_operations(context, list(_search(owner, search)), f"no operation has {search!r} in its description")
    elif owner is None:
        _show_resources(context)
    elif operation is None:
        _show_resource(context, owner)
    else:
        _show_operation(context, owner, find_operation(owner, operation))


def _show_resources(context: click.Context) -> None:
    from vidispine import api
    from vidispine.cli.api_index import operations_of, resources
    from vidispine.cli.docstrings import first_line

    if wants(context) == "ids":
        write("\n".join(resources()))
        return
    owners = {short: getattr(api, full) for short, full in resources().items()}
    if wants(context) == "json":
        show_document(
            [
                {"resource": short, "summary": first_line(owner), "operations": list(operations_of(owner))}
                for short, owner in owners.items()
            ]
        )
        return
    from vidispine.cli.output.pager import listing, show

    show(listing([(short, first_line(owner)) for short, owner in owners.items()]))


def _show_resource(context: click.Context, owner: type[Resource]) -> None:
    from vidispine.cli.api_index import operations_of

    found = [(owner, operation) for operation in operations_of(owner).values()]
    if wants(context) == "table":
        from vidispine.cli.docstrings import describe
        from vidispine.cli.output.pager import heading, paragraphs, show

        said = describe(owner)
        show(
            [
                *heading(owner.__name__),
                *paragraphs([said.summary, *said.paragraphs]),
                *heading("Operations"),
                *_listed(found),
            ]
        )
    else:
        _show_operations(context, found, "")


def _show_operations(
    context: click.Context, found: list[tuple[type[Resource], Operation[Any]]], otherwise: str
) -> None:
    from vidispine.cli.api_index import short_name

    if wants(context) == "json":
        show_document([_document(owner, operation) for owner, operation in found])
    elif wants(context) == "ids":
        write("\n".join(f"{short_name(owner.__name__)} {operation.name}" for owner, operation in found))
    elif found:
        from vidispine.cli.output.pager import show

        show(_listed(found, with_owner=True))
    if not found:
        click.echo(otherwise, err=True)
        context.exit(NOT_FOUND)


def _listed(found: list[tuple[type[Resource], Operation[Any]]], *, with_owner: bool = False) -> list[Any]:
    from vidispine.cli.api_index import short_name
    from vidispine.cli.docstrings import first_line
    from vidispine.cli.output.pager import listing

    return listing(
        [
            (
                f"{short_name(owner.__name__)} {operation.name}" if with_owner else operation.name,
                first_line(getattr(owner, operation.name)),
            )
            for owner, operation in found
        ]
    )


def _show_operation(context: click.Context, owner: type[Resource], operation: Operation[Any]) -> None:
    if wants(context) == "table":
        from vidispine.cli.output.pager import operation_page, show

        show(operation_page(owner, operation))
    elif wants(context) == "json":
        show_document(_document(owner, operation))
    else:
        write(operation.name)


def _search(owner: type[Resource] | None, words: str) -> Iterator[tuple[type[Resource], Operation[Any]]]:
    """Return the operations that have all words in what is said of them, those that are named so first."""
    from vidispine import api
    from vidispine.cli.api_index import operations_of, resources

    wanted = words.lower().split()
    owners = [owner] if owner else [getattr(api, full) for full in resources().values()]
    named, described = [], []
    for one in owners:
        for operation in operations_of(one).values():
            name = f"{one.__name__} {operation.name} {operation.name.replace('_', ' ')} {operation.path}".lower()
            if all(word in name for word in wanted):
                named.append((one, operation))
            elif all(word in f"{name} {getattr(one, operation.name).__doc__}".lower() for word in wanted):
                described.append((one, operation))
    yield from named
    yield from described


def _document(owner: type[Resource], operation: Operation[Any]) -> dict[str, Any]:
    from vidispine.cli.docstrings import describe

    said = describe(getattr(owner, operation.name))
    return {
        "resource": owner.__name__,
        "operation": operation.name,
        "method": operation.method,
        "path": operation.path,
        "summary": said.summary,
        "description": said.paragraphs,
        "parameters": [
            {
                "name": parameter.name,
                "wire": parameter.wire,
                "place": parameter.place,
                "type": parameter.type,
                "required": parameter.required,
                "words": parameter.values,
                "default": list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default,
                "description": said.parameters.get(parameter.name, ""),
            }
            for parameter in operation.parameters
        ],
        "result": operation.result,
        "accept": list(operation.accept),
        "returns": said.returns,
        "raises": [{"error": name, "when": when} for name, when in said.raises],
    }
