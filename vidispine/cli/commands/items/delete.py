"""``vidispine items delete``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import confirm_deleting, counted, ids_argument, ids_of
from vidispine.cli.output.formats import note

__all__ = ["command"]


@click.command("delete", cls=Command)
@ids_argument("ITEM")
@click.option(
    "--keep", multiple=True, metavar="TAG", help="Leave the files of this shape tag where they are; repeatable."
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], keep: tuple[str, ...], yes: bool) -> None:
    """Metadata, shapes and files are lost for good.

    Examples:
      vidispine items delete VX-93
      vidispine items delete VX-93 VX-94 --keep original --yes
    """
    from vidispine import ItemApi

    items = ids_of(ids)
    confirm_deleting(f"{counted(items, 'item')} with all files", yes)
    api = ItemApi(connect(context))
    for item_id in items:
        api.delete_item(item_id, keep_shape_tag_media=keep or None)
        note(f"Deleted item {item_id}")
