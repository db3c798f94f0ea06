"""``vidispine items get``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connection_options, open_client
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.output.formats import output_format, output_options, write_document, write_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from vidispine import ItemType

__all__ = ["command"]


@click.command("get", cls=Command)
@ids_argument("ITEM")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME",
    help="Field, or group.field, to get. Repeatable.  [default: all]",
)
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], fields: tuple[str, ...]) -> None:
    """Gets the values of metadata fields that cover the whole item. With one item and one field, only the values are
    written, one per line. JSON output has plain values; several values are a list.

    Examples:
      vidispine items get VX-93
      vidispine items get VX-93 --field title
      vidispine items list --all -o ids |
        vidispine items get - --field title --field acme_person.acme_name --json
    """
    client = open_client(context)
    items = [client.item.get_item(item_id, content=["metadata"], interval="generic") for item_id in read_ids(ids)]
    selected = output_format(context)
    if selected == "table" and not fields:
        from vidispine.cli.output.pager import show

        show(list(_details(items)))
    elif selected == "table" and len(items) == len(fields) == 1:
        from vidispine.cli.output.streams import write, write_note
        from vidispine.cli.output.text import one_line

        values = _listed(_record(items[0], fields)[fields[0]])
        for value in values:
            write(one_line(value))
        if not values:
            write_note(f"{items[0].id} has no value of {fields[0]}")
    elif selected == "json" and len(items) == 1:
        write_document(_record(items[0], fields))
    else:
        write_documents(context, [_record(item, fields) for item in items], _columns(fields), lambda row: row["id"])


def _record(item: ItemType, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the plain values of an item by the names of the fields."""
    from vidispine import records

    if fields:
        return next(records([item], ["id", *fields]))
    return {"id": item.id, **(item.metadata.to_plain() if item.metadata else {})}


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [] if value is None else [str(value)]


def _columns(fields: tuple[str, ...]) -> list[Any]:
    from vidispine.cli.output.table import Column

    def column(name: str) -> Column[dict[str, Any]]:
        return Column(name, lambda row: "; ".join(_listed(row[name])), truncate=True)

    columns: list[Column[dict[str, Any]]] = [Column("Item", lambda row: row["id"])]
    return [*columns, *map(column, fields)]


def _details(items: list[ItemType]) -> Iterator[Text]:
    from rich.text import Text

    from vidispine.cli.output.metadata import shown_values
    from vidispine.cli.output.pager import key_values
    from vidispine.cli.output.text import one_line

    for number, item in enumerate(items):
        if number:
            yield Text()
        yield Text(one_line(item.id), "bold")
        yield from key_values(shown_values(item.metadata))
