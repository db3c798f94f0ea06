"""``vidispine items show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.output.formats import output_format, output_options, write_document, write_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from vidispine import FileType, ItemType, ShapeType

__all__ = ["command"]


@click.command("show", cls=Command)
@ids_argument("ITEM")
@click.option("--field", "fields", multiple=True, metavar="NAME", help="Limit the metadata to this field. Repeatable.")
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], fields: tuple[str, ...]) -> None:
    """Shows metadata that covers the whole item, and the shapes with their files. JSON output is complete.

    Examples:
      vidispine items show VX-93
      vidispine items show VX-93 --field title --json
    """
    from vidispine import ItemApi

    api = ItemApi(connect(context))
    items = [api.get_item(item_id, content=["metadata", "shape"], field=fields or None) for item_id in read_ids(ids)]
    if output_format(context) == "json":
        write_document(items[0] if len(items) == 1 else [item.to_document() for item in items])
    elif output_format(context) == "ids":
        for item in items:
            write_id(item.id)
    else:
        from rich.text import Text

        from vidispine.cli.output.pager import show

        lines = [line for item in items for line in (*_details(item), Text())]
        show(lines[:-1])


def _details(item: ItemType) -> Iterator[Text]:
    from rich.text import Text

    from vidispine.cli.output.metadata import shown_values
    from vidispine.cli.output.pager import key_values
    from vidispine.cli.output.text import one_line

    yield Text(one_line(item.id), "bold")
    yield from key_values(shown_values(item.metadata))
    for shape in item.shape or []:
        yield Text()
        title = Text(f"Shape {one_line(shape.id or '')}", "bold")
        yield title.append(f"  {one_line(' '.join([*(shape.tag or []), *(shape.mime_type or [])]))}", "default")
        for file in _files(shape):
            yield Text(f"  {one_line(_file_text(file))}")


def _files(shape: ShapeType) -> list[FileType]:
    """Return the files of all components of a shape, each once."""
    components = [
        shape.container_component,
        *(shape.audio_component or []),
        *(shape.video_component or []),
        *(shape.binary_component or []),
        *(shape.subtitle_component or []),
    ]
    files = [file for component in components if component for file in component.file or []]
    return list({file.id: file for file in reversed(files)}.values())[::-1]


def _file_text(file: FileType) -> str:
    from vidispine.cli.output.text import size_text

    parts = [file.id, file.path, file.state, None if file.size is None else size_text(file.size), file.storage]
    return "  ".join(part for part in parts if part)
