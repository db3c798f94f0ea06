"""``vidispine items thumbnails``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connection_options, open_client
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.options.jobs import max_wait_option
from vidispine.cli.output.formats import output_format, output_options, write_documents

if TYPE_CHECKING:
    from vidispine.cli.output.table import Column
    from vidispine.media import Image

__all__ = ["command"]


class _Row(NamedTuple):
    item: str
    time: str
    path: str | None

    def to_document(self) -> dict[str, str]:
        """Return the row for JSON output."""
        return {name: text for name, text in self._asdict().items() if text is not None}


@click.command("thumbnails", cls=Command)
@ids_argument("ITEM")
@click.option(
    "-d",
    "--to",
    type=click.Path(path_type=Path, exists=True, file_okay=False, writable=True),
    metavar="FOLDER",
    help="Folder to save the images in, as ITEM-TIME.jpg. Existing files are overwritten.",
)
@click.option("--create", is_flag=True, help="Create new thumbnails, even if some exist.")
@click.option(
    "--poster", "posters", multiple=True, metavar="TIME", help="Create a poster of this time instead. Repeatable."
)
@max_wait_option
@output_options
@connection_options
@click.pass_context
def command(
    context: click.Context,
    ids: tuple[str, ...],
    to: Path | None,
    create: bool,
    posters: tuple[str, ...],
    max_wait: float | None,
) -> None:
    """Lists or saves the thumbnails of items. If an item has none, a job creates them first.

    With --output ids, the paths of the saved images are written, or their times without --to.

    Examples:
      vidispine items thumbnails VX-93
      vidispine items thumbnails VX-93 --to .
      vidispine items thumbnails VX-93 --poster 100@PAL --poster 250@PAL --json
    """
    if create and posters:
        raise click.UsageError("--create is for thumbnails, not for a --poster")
    client = open_client(context)
    rows: list[_Row] = []
    for item_id in read_ids(ids):
        if posters:
            images = client.media.posters(item_id, posters, timeout=max_wait)
        else:
            images = client.media.thumbnails(item_id, create=create or None, timeout=max_wait)
        rows += [_row(item_id, image, to) for image in images]
    if output_format(context) == "ids":
        from vidispine.cli.output.streams import write

        for row in rows:
            write(row.path or row.time)
        return
    write_documents(context, rows, _columns(saved=to is not None), lambda row: row.time)


def _row(item_id: str, image: Image, to: Path | None) -> _Row:
    from vidispine._calls.download import safe_name

    time = str(image.time)
    path = None if to is None else str(image.save(to / safe_name(f"{item_id}-{time}.jpg".replace("/", "_"))))
    return _Row(item_id, time, path)


def _columns(*, saved: bool) -> list[Column[_Row]]:
    from vidispine.cli.output.table import Column

    columns: list[Column[_Row]] = [Column("Item", lambda row: row.item), Column("Time", lambda row: row.time)]
    return [*columns, Column("Path", lambda row: row.path)] if saved else columns
