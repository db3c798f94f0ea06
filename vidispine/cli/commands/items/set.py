"""``vidispine items set``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import CommandError, exit_code_of
from vidispine.cli.options.connection import connection_options, open_client
from vidispine.cli.options.fields import grouped
from vidispine.cli.options.ids import read_ids
from vidispine.cli.output.formats import Done, output_options, write_done
from vidispine.cli.output.streams import write_note

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["command"]


@click.command("set", cls=Command)
@click.argument("arguments", nargs=-1, required=True, metavar="ITEM... FIELD=VALUE...")
@click.option("--add", is_flag=True, help="Add the values to those that the fields have.")
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, arguments: tuple[str, ...], add: bool) -> None:
    """Sets metadata fields that cover the whole item. The values replace those of the same field; a field that is
    repeated gets several values; without a value, FIELD= removes the field. Only what differs is sent.

    An item that cannot be updated does not stop the others.

    Examples:
      vidispine items set VX-93 title='Late news'
      vidispine items set VX-93 acme_keyword=budget acme_keyword=election
      vidispine items set VX-93 --add acme_keyword=live
      vidispine search marathon -o ids | vidispine items set - acme_genre=sports
    """
    items = read_ids(one for one in arguments if "=" not in one) if any("=" not in one for one in arguments) else []
    values = grouped(_pairs(arguments))
    if not items or not values:
        raise click.UsageError("specify at least one item and one FIELD=VALUE")
    if add and not all(values.values()):
        raise click.UsageError("--add needs a value for each field")
    client = open_client(context)
    results = client.metadata.update_many("item", items, values, mode="add" if add else "replace")
    failed = {item_id: found for item_id, found in results.items() if isinstance(found, Exception)}

    def updated() -> Iterator[Done]:
        for item_id in results:
            if item_id not in failed:
                yield Done(item_id, {"id": item_id}, f"Updated item {item_id}")

    write_done(context, updated())
    _raise_failures(failed, len(results))


def _pairs(arguments: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for argument in arguments:
        if "=" in argument:
            name, _, value = argument.partition("=")
            if not name:
                raise click.UsageError(f"{argument!r} is not of the form FIELD=VALUE")
            yield name, value


def _raise_failures(failed: dict[str, Exception], number: int) -> None:
    from vidispine import OpenApiException

    if not failed:
        return
    (first, *_) = failed.values()
    if number == 1 or not isinstance(first, OpenApiException):
        raise first
    for item_id, error in failed.items():
        write_note(f"{item_id}: {error}")
    raise CommandError(f"{len(failed)} of {number} items were not updated", exit_code_of(first))
