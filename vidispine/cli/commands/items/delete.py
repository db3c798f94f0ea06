"""``vidispine items delete``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import confirm_deletion, count_text, ids_argument, read_ids, yes_option
from vidispine.cli.output.streams import write_note

__all__ = ["command"]


@click.command("delete", cls=Command)
@ids_argument("ITEM")
@click.option("--keep", multiple=True, metavar="TAG", help="Keep the files of this shape tag. Repeatable.")
@yes_option
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
    for item_id in items:
        api.delete_item(item_id, keep_shape_tag_media=keep or None)
        write_note(f"Deleted item {item_id}")
