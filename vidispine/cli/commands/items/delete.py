"""``vidispine items delete``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import confirm_deletion, count_text, ids_argument, read_ids, yes_option
from vidispine.cli.output.formats import Done, output_options, write_done

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["command"]


@click.command("delete", cls=Command)
@ids_argument("ITEM")
@click.option("--keep", multiple=True, metavar="TAG", help="Keep the files of this shape tag. Repeatable.")
@yes_option
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], keep: tuple[str, ...], yes: bool) -> None:
    """Deletes metadata, shapes and files permanently.

    Examples:
      vidispine items delete VX-93
      vidispine items delete VX-93 VX-94 --keep original --yes
    """
    from vidispine import ItemApi

    items = read_ids(ids)
    confirm_deletion(f"{count_text(items, 'item')} with all files", yes)
    api = ItemApi(connect(context))

    def delete() -> Iterator[Done]:
        for item_id in items:
            api.delete_item(item_id, keep_shape_tag_media=keep or None)
            yield Done(item_id, {"id": item_id}, f"Deleted item {item_id}")

    write_done(context, delete())
