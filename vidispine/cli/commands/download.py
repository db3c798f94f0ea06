"""``vidispine download``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidispine._calls.download import numbered_names
from vidispine._media.download import complete_files, file_name
from vidispine.cli.click_classes import Command
from vidispine.cli.errors import CommandError, InputError
from vidispine.cli.exit_codes import NOT_FOUND
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.output.formats import output_format, output_options, write_document, write_id
from vidispine.cli.output.streams import write
from vidispine.cli.parameter_types import ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vidispine import ApiClient, FileType

__all__ = ["command"]


@click.command("download", cls=Command)
@ids_argument("ITEM")
@click.option("--tag", default="original", show_default=True, metavar="TAG", help="Shape tag to download.")
@click.option("--shape", type=ID, metavar="ID", help="Shape to download, instead of a shape tag.")
@click.option("--file", "is_file", is_flag=True, help="Treat the ids as file ids.")
@click.option(
    "-d",
    "--to",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="PATH",
    help="Target folder, or target file for a single file.  [default: current folder]",
)
@click.option("--force", is_flag=True, help="Overwrite existing files.")
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
    """Downloads the files of an item's shape under their names on the storage, without characters that are unsafe in
    file names. If a file has copies on several storages, one copy is downloaded. Different files with the same name get
    numbers: clip.mov, clip-1.mov. Each download goes to a temporary file, which is renamed when it is complete.

    The paths of the files are written to standard output.

    Examples:
      vidispine download VX-93
      vidispine download VX-93 --tag lowres --to proxies/
      vidispine download VX-93 --to clip.mov --force
      vidispine download --file VX-40 --to /media/in
    """
    client = connect(context)
    all_ids = read_ids(ids)
    files = [_file(client, one) for one in all_ids] if is_file else list(_shape_files(client, all_ids, tag, shape))
    if len(files) > 1 and not to.is_dir():
        raise InputError(f"{len(files)} files need a folder: {to} is not a folder")
    paths = _paths(files, to, force=force)
    saved: list[dict[str, str | None]] = []
    try:
        for file, path in zip(files, paths):
            _download(client, file, path)
            saved.append({"file": file.id, "path": str(path)})
    finally:
        _write_paths(context, saved)


def _shape_files(client: ApiClient, items: Iterable[str], tag: str, shape: str | None) -> Iterator[FileType]:
    """List the files of the shapes, one of several copies.

    :raises CommandError: there is no such shape, or one of its files is not complete on any storage
    """
    from vidispine import ShapeApi

    api = ShapeApi(client)
    for item in items:
        shapes = [shape] if shape else (api.get_shapes(item, tag=tag).uri or [])
        if not shapes:
            raise CommandError(f"item {item} has no shape with the tag {tag}", NOT_FOUND)
        listed = api.get_shape_files(item, shapes[0]).file or []
        files, incomplete = complete_files(listed)
        if not files:
            raise CommandError(f"shape {shapes[0]} of item {item} has no complete file", NOT_FOUND)
        for file in incomplete:
            raise CommandError(
                f"file {file.id} of shape {shapes[0]} of item {item} is {file.state}; --file downloads the others",
                NOT_FOUND,
            )
        yield from files


def _file(client: ApiClient, file_id: str) -> FileType:
    from vidispine import FileApi

    return FileApi(client).get_file(file_id)


def _paths(files: Iterable[FileType], to: Path, *, force: bool) -> list[Path]:
    """Return the target paths. A number is added to a name that another of the files has.

    :raises InputError: a path exists already
    """
    paths: list[Path] = []
    used: set[str] = set()
    for file in files:
        name = to.name
        if to.is_dir():
            # Some file systems do not distinguish upper and lower case.
            names = numbered_names(file_name(file))
            name = next(name for name in names if name.casefold() not in used)
        used.add(name.casefold())
        paths.append(to / name if to.is_dir() else to)
        if paths[-1].exists() and not force:
            raise InputError(f"{paths[-1]} already exists; --force overwrites it")
    return paths


def _download(client: ApiClient, file: FileType, path: Path) -> None:
    from vidispine import FileApi
    from vidispine.cli.output.progress import transfer_progress

    if file.id is None:
        raise CommandError(f"the server returned no id for {path.name}")
    with transfer_progress(path.name, file.size) as on_progress:
        FileApi(client).get_file_data(file.id, _save_to=path, _on_progress=on_progress)


def _write_paths(context: click.Context, saved: list[dict[str, str | None]]) -> None:
    if output_format(context) == "json":
        write_document(saved)
        return
    for row in saved:
        if output_format(context) == "ids":
            write_id(row["file"])
        else:
            write(row["path"] or "")
