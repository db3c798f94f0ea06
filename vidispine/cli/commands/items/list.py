"""``vidispine items list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.limit import limit_options, write_total
from vidispine.cli.options.search import search_document, search_options
from vidispine.cli.output.formats import output_format, output_options, write_documents

if TYPE_CHECKING:
    from vidispine import ItemType
    from vidispine.cli.output.table import Column

__all__ = ["command"]


@click.command("list", cls=Command)
@click.option("--text", metavar="WORDS", help="Words to find anywhere in the metadata.")
@search_options
@limit_options
@output_options
@connection_options
@click.pass_context
def command(
    context: click.Context,
    /,
    text: str | None,
    where: tuple[tuple[str, str], ...],
    sort: tuple[str, ...],
    limit: int | None,
) -> None:
    """Lists the items that you may read. An item must match all given fields.

    Examples:
      vidispine items list --sort=-created --limit 20
      vidispine items list --text 'marathon berlin' --where mediaType=video
      vidispine items list --where mediaType=video --all -o ids
    """
    from vidispine import ItemApi
    from vidispine.cli.output.metadata import LIST_FIELDS

    ids_only = output_format(context) == "ids"
    content: dict[str, Any] = {} if ids_only else {"content": ["metadata"], "field": list(LIST_FIELDS)}
    items = ItemApi(connect(context)).iterate_search_items(search_document(text, where, sort), limit=limit, **content)
    count = write_documents(context, items, _columns(), lambda item: item.id)
    write_total(context, count, items.hits, "items")


def _columns() -> list[Column[ItemType]]:
    from vidispine.cli.output.metadata import first_value, title_of
    from vidispine.cli.output.table import Column

    return [
        Column("Item", lambda item: item.id),
        Column("Title", lambda item: title_of(item.metadata), truncate=True),
        Column("Type", lambda item: first_value(item.metadata, "mediaType"), rank=1),
        Column("Created", lambda item: _local_time(first_value(item.metadata, "created")), rank=2),
        Column("User", lambda item: first_value(item.metadata, "user"), rank=3),
    ]


def _local_time(text: str | None) -> str | None:
    from vidispine._documents.times import parse_time
    from vidispine.cli.output.text import local_time

    try:
        return local_time(parse_time(text)) if text else None
    except ValueError:
        return text
