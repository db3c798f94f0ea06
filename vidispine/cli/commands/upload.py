"""``vidispine upload``: files that become items."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.options.job_filters import complete_priority, priority_word
from vidispine.cli.options.waiting import end_with, waiting_options
from vidispine.cli.output.formats import note, output_options
from vidispine.cli.parameter_types import PAIR

if TYPE_CHECKING:
    from vidispine import ApiClient, JobType

__all__ = ["command", "transfer_name"]


@click.command("upload", cls=Command)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE...",
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Make a version for this shape tag; repeatable.")
@click.option(
    "--import-tag",
    "import_tags",
    multiple=True,
    metavar="TAG",
    help="Shape tag of the file itself.  [default: original]",
)
@click.option("--storage", metavar="ID", help="Storage to put the file on; the server chooses when left out.")
@click.option(
    "--priority",
    metavar="PRIORITY",
    callback=priority_word,
    shell_complete=complete_priority,
    help="Priority of the import job.",
)
@click.option("--data", multiple=True, type=PAIR, metavar="KEY=VALUE", help="Data for the import job; repeatable.")
@click.option("--settings", metavar="ID", help="Import settings, such as who may see the item.")
@click.option("--notification", metavar="ID", help="Placeholder notification that tells how the import fares.")
@click.option("--no-thumbnails", is_flag=True, help="Make no small pictures.")
@click.option("--again", is_flag=True, help="Upload the file even if the server has it from an earlier upload.")
@waiting_options
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, /, files: tuple[Path, ...], again: bool, **options: Any) -> None:
    """Each file is sent in pieces, and its import job begins when it is there. An upload that was interrupted goes on
    where it broke off when the same command is given again: the same file, unchanged, with the same options.

    In the end the import jobs are written; with --wait when they have ended.

    Examples:
      vidispine upload interview.mov
      vidispine upload *.mov --tag lowres --wait
      vidispine upload interview.mov --wait --json | jq -r '.[].data[] | select(.key == "itemId").value'
    """
    from vidispine import JobApi

    waiting = {"wait": options.pop("wait"), "max_wait": options.pop("max_wait")}
    parameters = _parameters(**options)
    client = connect(context)
    jobs: list[JobType] = []
    try:
        for file in files:
            job = _upload(client, file, parameters, again=again)
            jobs.append(job)
    except BaseException:
        for job, file in zip(jobs, files):
            note(f"{file} was uploaded: job {job.job_id}")
        raise
    end_with(context, JobApi(client), jobs, **waiting)


def _parameters(
    *,
    tags: tuple[str, ...],
    import_tags: tuple[str, ...],
    storage: str | None,
    priority: str | None,
    data: tuple[tuple[str, str], ...],
    settings: str | None,
    notification: str | None,
    no_thumbnails: bool,
) -> dict[str, Any]:
    """Return the parameters of ``import_item_raw`` that the options stand for."""
    found = {
        "tag": list(tags) or None,
        "import_tag": list(import_tags) or None,
        "storage_id": storage,
        "priority": priority,
        "jobmetadata": [f"{key}={value}" for key, value in data] or None,
        "settings": settings,
        "notification": notification,
        "create_thumbnails": False if no_thumbnails else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _upload(client: ApiClient, file: Path, parameters: dict[str, Any], *, again: bool) -> JobType:
    from vidispine import ImportApi, transfer
    from vidispine.cli.output.progress import transfer_progress

    name = None if again else transfer_name(client, file, parameters)
    begun = name is not None and _has_begun(client, name)
    if begun:
        note(f"{file}: going on with an upload that the server knows")
    with transfer_progress(file.name, file.stat().st_size) as on_progress:
        return transfer.upload(
            ImportApi(client).import_item_raw,
            file,
            transfer_id=name,
            resume=begun,
            chunk_size=transfer.CHUNK_SIZE,
            parallel=transfer.PARALLEL,
            on_progress=on_progress,
            **parameters,
        )


def transfer_name(client: ApiClient, file: Path, parameters: dict[str, Any]) -> str | None:
    """Return the name that an upload of this file, as it is now, always has; ``None`` where it is sent in one piece.

    :param parameters: what else the upload is made with
    """
    import json
    import uuid

    from vidispine import transfer

    found = file.resolve()
    state = found.stat()
    if state.st_size <= transfer.CHUNK_SIZE:
        return None
    configuration = client.configuration
    what = [
        configuration.host,
        configuration.username,
        configuration.run_as,
        uuid.getnode(),
        str(found),
        state.st_size,
        state.st_mtime_ns,
        transfer.CHUNK_SIZE,
        transfer.PARALLEL,
        parameters,
    ]
    return str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(what, sort_keys=True)))


def _has_begun(client: ApiClient, name: str) -> bool:
    """Tell whether the server knows an upload of this name, and can be asked how much of it there is."""
    from vidispine import ApiException, TransferApi

    try:
        TransferApi(client).get_transfer(name)
    except ApiException as error:
        # Neither a server that has no transfers nor a user who may not see them keeps a file from being uploaded.
        if error.status in (403, 404, 405, 501):
            return False
        raise
    return True
