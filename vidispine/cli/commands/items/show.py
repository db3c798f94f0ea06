"""``vidispine items show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, ids_of
from vidispine.cli.output.formats import output_options, show_document, wants, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from vidispine import FileType, ItemType, ShapeType

__all__ = ["command"]


@click.command("show", cls=Command)
@ids_argument("ITEM")
@click.option("--field", "fields", multiple=True, metavar="NAME", help="Of the metadata only this field; repeatable.")
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], fields: tuple[str, ...]) -> None:
    """Metadata that holds for the whole of an item, and its shapes with their files. JSON has all of it.

    Examples:
      vidispine items show VX-93
      vidispine items show VX-93 --field title --json
    """
    from vidispine import ItemApi

    api = ItemApi(connect(context))
    items = [api.get_item(item_id, content=["metadata", "shape"], field=fields or None) for item_id in ids_of(ids)]
    if wants(context) == "json":
        show_document(items[0] if len(items) == 1 else [item.to_document() for item in items])
    elif wants(context) == "ids":
        write("\n".join(item.id or "" for item in items))
    else:
        from rich.text import Text

        from vidispine.cli.output.pager import show

        lines = [line for item in items for line in (*_page(item), Text())]
        show(lines[:-1])


def _page(item: ItemType) -> Iterator[Text]:
    from rich.text import Text

    from vidispine.cli.output.metadata import values_of
    from vidispine.cli.output.pager import pairs
    from vidispine.cli.output.text import one_line

    yield Text(one_line(item.id or ""), "bold")
    values = values_of(item.metadata).items()
    # Those with two underscores are worked out by the server at each read.
    shown: list[tuple[str, str | None]] = [(name, "; ".join(found)) for name, found in values if name[:2] != "__"]
    yield from pairs(shown)
    for shape in item.shape or []:
        yield Text()
        title = Text(f"Shape {one_line(shape.id or '')}", "bold")
        yield title.append(f"  {one_line(' '.join([*(shape.tag or []), *(shape.mime_type or [])]))}", "default")
        for file in files_of(shape):
            yield Text(f"  {one_line(_file(file))}")


def files_of(shape: ShapeType) -> list[FileType]:
    """Return the files of a shape, each once: every component names those that it is in."""
    components = [
        shape.container_component,
        *(shape.audio_component or []),
        *(shape.video_component or []),
        *(shape.binary_component or []),
        *(shape.subtitle_component or []),
    ]
    files = [file for component in components if component for file in component.file or []]
    return list({file.id: file for file in reversed(files)}.values())[::-1]


def _file(file: FileType) -> str:
    from vidispine.cli.output.text import size_text

    parts = [file.id, file.path, file.state, None if file.size is None else size_text(file.size), file.storage]
    return "  ".join(part for part in parts if part)
