"""``vidispine download``: the media of items."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import Failure, Misuse
from vidispine.cli.exit_codes import NOT_FOUND
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, ids_of
from vidispine.cli.output.formats import output_options, show_document, wants, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vidispine import ApiClient, FileType

__all__ = ["command"]


@click.command("download", cls=Command)
@ids_argument("ITEM")
@click.option("--tag", default="original", show_default=True, metavar="TAG", help="Shape tag of the version to fetch.")
@click.option("--shape", metavar="ID", help="Shape to fetch, whatever its tags.")
@click.option("--file", "is_file", is_flag=True, help="The ids are those of files.")
@click.option(
    "-d",
    "--to",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="PATH",
    help="Folder for the files, or the name of the one file that there is.  [default: this folder]",
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@output_options
@connection_options
@click.pass_context
def command(
    context: click.Context,
    ids: tuple[str, ...],
    tag: str,
    shape: str | None,
    is_file: bool,
    to: Path,
    force: bool,
) -> None:
    """The files of an item's shape, under the names that they have on their storage. Where a file has copies on several
    storages, one is fetched. A file appears when it is complete; one that is there is not written over.

    Written are the paths of the files.

    Examples:
      vidispine download VX-93
      vidispine download VX-93 --tag lowres --to proxies/
      vidispine download VX-93 --to clip.mov --force
      vidispine download --file VX-40 --to /media/in
    """
    client = connect(context)
    names = ids_of(ids)
    files = [_file(client, name) for name in names] if is_file else list(_files(client, names, tag, shape))
    if len(files) > 1 and not to.is_dir():
        raise Misuse(f"{len(files)} files need a folder: {to} is none")
    paths = _paths(files, to, force=force)
    for file, path in zip(files, paths):
        _download(client, file, path)
    _show(context, [{"file": file.id, "path": str(path)} for file, path in zip(files, paths)])


def _files(client: ApiClient, items: Iterable[str], tag: str, shape: str | None) -> Iterator[FileType]:
    """Return the files to fetch: of all copies one."""
    from vidispine import ShapeApi

    api = ShapeApi(client)
    for item in items:
        shapes = [shape] if shape else (api.get_shapes(item, tag=tag).uri or [])
        if not shapes:
            raise Failure(f"item {item} has no shape with the tag {tag}", NOT_FOUND)
        found = {
            _name(file): file for file in api.get_shape_files(item, shapes[0]).file or [] if file.state == "CLOSED"
        }
        if not found:
            raise Failure(f"shape {shapes[0]} of item {item} has no complete file", NOT_FOUND)
        yield from found.values()


def _file(client: ApiClient, file_id: str) -> FileType:
    from vidispine import FileApi

    return FileApi(client).get_file(file_id)


def _paths(files: Iterable[FileType], to: Path, *, force: bool) -> list[Path]:
    """Return where the files go.

    :raises Misuse: something is there already, or two files have one name
    """
    paths = [to / _name(file) if to.is_dir() else to for file in files]
    for number, path in enumerate(paths):
        if path in paths[:number]:
            raise Misuse(f"two of the files are called {path.name}: fetch them one by one")
        if path.exists() and not force:
            raise Misuse(f"{path} is there already; --force writes over it")
    return paths


def _name(file: FileType) -> str:
    """Return the last part of a file's path on its storage, as a name that no folder and no system gets wrong."""
    name = re.split(r"[/\\]", file.path or "")[-1]
    return re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", name).strip(" .") or f"{file.id}"


def _download(client: ApiClient, file: FileType, path: Path) -> None:
    from vidispine import FileApi
    from vidispine.cli.output.progress import transfer_progress

    if file.id is None:
        raise Failure(f"the server names no id for {path.name}")
    with transfer_progress(path.name, file.size) as on_progress:
        FileApi(client).get_file_data(file.id, _save_to=path, _on_progress=on_progress)


def _show(context: click.Context, saved: list[dict[str, str | None]]) -> None:
    if wants(context) == "table":
        write("\n".join(row["path"] or "" for row in saved))
    elif wants(context) == "json":
        show_document(saved)
    else:
        write("\n".join(row["file"] or "" for row in saved))
