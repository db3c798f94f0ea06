"""``vidispine download``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidispine._media.download import file_name
from vidispine.cli.click_classes import Command
from vidispine.cli.errors import CommandError, InputError
from vidispine.cli.exit_codes import NOT_FOUND
from vidispine.cli.options.connection import connection_options, open_client
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.output.formats import output_format, output_options, write_document, write_id
from vidispine.cli.output.streams import write
from vidispine.cli.parameter_types import ID

if TYPE_CHECKING:
    from vidispine import Client, FileType

__all__ = ["command"]


@click.command("download", cls=Command)
@ids_argument("ITEM")
@click.option("--tag", default="original", show_default=True, metavar="TAG", help="Shape tag to download.")
@click.option("--shape", type=ID, metavar="ID", help="Shape to download, instead of a shape tag.")
@click.option("--file", "is_file", is_flag=True, help="Treat the ids as file ids.")
@click.option(
    "-d",
    "--to",
    type=click.Path(),
    default=".",
    metavar="PATH",
    help="Target folder, or target file for a single file. A folder that does not exist ends with a slash, and is "
    "created.  [default: current folder]",
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
    to: str,
    force: bool,
) -> None:
    """Downloads the files of an item's shape under their names on the storage, without characters that are unsafe in
    file names. If a file has copies on several storages, one copy is downloaded. Different files with the same name get
    numbers: clip.mov, clip-1.mov. Each download goes to a temporary file, which is renamed when it is complete.

    If the server has hashes of the files, downloads are verified, repeating an interrupted command resumes it, and
    files that were downloaded before are not downloaded again.

    The paths of the files are written to standard output.

    Examples:
      vidispine download VX-93
      vidispine download VX-93 --tag lowres --to proxies/
      vidispine download VX-93 --to clip.mov --force
      vidispine download --file VX-40 --to /media/in
    """
    from vidispine.cli.output.progress import transfer_progress

    all_ids = read_ids(ids)
    folder, filename = _target(to, force=force)
    client = open_client(context)
    files = [file for one in all_ids for file in _files(client, one, tag, shape, is_file=is_file)]
    if filename is not None and len(files) > 1:
        raise InputError(f"{len(files)} files need a folder: {to} is not a folder")
    name = filename or (file_name(files[0]) if len(files) == 1 else f"{len(files)} files")
    with transfer_progress(name) as on_progress:
        paths = client.media.download(files, to=folder, filename=filename, overwrite=force, on_progress=on_progress)
    if output_format(context) == "json":
        write_document([{"file": file.id, "path": str(path)} for file, path in zip(files, paths)])
        return
    for file, path in zip(files, paths):
        if output_format(context) == "ids":
            write_id(file.id)
        else:
            write(str(path))


def _target(to: str, *, force: bool) -> tuple[Path, str | None]:
    """Return the target folder, and the name of the target file if one is given.

    :raises InputError: the folder of the file does not exist, or the file exists
    """
    path = Path(to)
    if path.is_dir() or to.endswith(("/", os.sep)):
        return path, None
    if not path.parent.is_dir():
        raise InputError(f"the folder {path.parent} does not exist")
    if path.exists() and not force:
        raise InputError(f"{path} already exists; --force overwrites it")
    return path.parent, path.name


def _files(client: Client, one: str, tag: str, shape: str | None, *, is_file: bool) -> list[FileType]:
    """Return the files to download of an item, of one of its shapes, or of the id of a file.

    :raises CommandError: there is no such shape, or one of its files is not complete on any storage
    """
    from vidispine import ApiValueError

    if is_file:
        return [client.file.get_file(one)]
    try:
        return client.media.files(client.shape.get_shape(one, shape) if shape else one, tag=tag)
    except ApiValueError as error:
        raise CommandError(str(error), NOT_FOUND) from error
