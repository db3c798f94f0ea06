"""``vidispine upload``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.commands.jobs.wait import finish_with_jobs
from vidispine.cli.options.connection import connection_options, open_client
from vidispine.cli.options.fields import grouped, metadata_option
from vidispine.cli.options.jobs import drop_empty, priority_option, wait_options
from vidispine.cli.output.formats import output_options
from vidispine.cli.output.streams import write_note
from vidispine.cli.parameter_types import ID, KEY_VALUE

if TYPE_CHECKING:
    from vidispine import Client, Configuration, JobType

__all__ = ["command"]


@click.command("upload", cls=Command)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE...",
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Shape tag to transcode to. Repeatable.")
@click.option(
    "--import-tag",
    "import_tags",
    multiple=True,
    metavar="TAG",
    help="Shape tag of the uploaded file. Repeatable.  [default: original]",
)
@metadata_option
@click.option(
    "--collection",
    "collections",
    multiple=True,
    type=ID,
    metavar="ID",
    help="Collection to add the item to. Repeatable.",
)
@click.option("--external-id", "external_ids", multiple=True, metavar="ID", help="External id of the item. Repeatable.")
@click.option("--storage", type=ID, metavar="ID", help="Storage for the file. If omitted, the server selects one.")
@priority_option
@click.option(
    "--data", multiple=True, type=KEY_VALUE, metavar="KEY=VALUE", help="Metadata of the import job. Repeatable."
)
@click.option("--settings", type=ID, metavar="ID", help="Import settings, such as access control.")
@click.option(
    "--notification", type=ID, metavar="ID", help="Placeholder notification for the events of the import job."
)
@click.option("--no-thumbnails", is_flag=True, help="Do not create thumbnails.")
@click.option(
    "--again",
    is_flag=True,
    help="Upload the whole file, even if the server has all or part of it from an earlier upload.",
)
@wait_options
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, /, files: tuple[Path, ...], again: bool, **options: Any) -> None:
    """Large files are uploaded in chunks. Each upload starts an import job. To resume an interrupted upload, repeat the
    command with the same options and the unchanged file.

    The import jobs are written to standard output; with --wait, after they have ended.

    Examples:
      vidispine upload interview.mov
      vidispine upload *.mov --tag lowres --wait
      vidispine upload interview.mov --metadata title=Interview --collection VX-12
      vidispine upload interview.mov --wait --json |
        jq -r '.[].data[] | select(.key == "itemId").value'
    """
    waiting = {"wait": options.pop("wait"), "max_wait": options.pop("max_wait")}
    parameters = _parameters(**options)
    client = open_client(context)
    jobs: list[JobType] = []
    try:
        for file in files:
            job = _upload(client, file, parameters, again=again)
            jobs.append(job)
    except BaseException:
        for job, file in zip(jobs, files):
            write_note(f"{file} was uploaded: job {job.job_id}")
        raise
    finish_with_jobs(context, client.job, jobs, **waiting)


def _parameters(
    *,
    tags: tuple[str, ...],
    import_tags: tuple[str, ...],
    metadata: tuple[tuple[str, str], ...],
    collections: tuple[str, ...],
    external_ids: tuple[str, ...],
    storage: str | None,
    priority: str | None,
    data: tuple[tuple[str, str], ...],
    settings: str | None,
    notification: str | None,
    no_thumbnails: bool,
) -> dict[str, Any]:
    """Return the options of ``client.media.ingest`` for the values of the options."""
    parameters = {
        "tags": list(tags),
        "import_tags": list(import_tags),
        "metadata": grouped(metadata) or None,
        "collections": list(collections),
        "external_ids": list(external_ids),
        "storage": storage,
        "priority": priority,
        "jobmetadata": [f"{key}={value}" for key, value in data],
        "settings": settings,
        "notification": notification,
        "thumbnails": False if no_thumbnails else None,
    }
    return drop_empty(parameters)


def _upload(client: Client, file: Path, parameters: dict[str, Any], *, again: bool) -> JobType:
    from vidispine import transfer
    from vidispine.cli.output.progress import transfer_progress

    transfer_id = None if again else _transfer_id(client.settings, file, parameters)
    if transfer_id is not None and transfer.has_started(client.api_client, transfer_id):
        write_note(f"{file}: resuming the upload")
    size = file.stat().st_size
    with transfer_progress(file.name, size) as on_progress:
        job: JobType = client.media.ingest(
            file,
            wait=False,
            transfer_id=transfer_id,
            chunk_size=transfer.CHUNK_SIZE,
            parallel=transfer.PARALLEL,
            on_progress=lambda part: on_progress(round(part * size), size),
            **parameters,
        )
    return job


def _transfer_id(configuration: Configuration, file: Path, parameters: dict[str, Any]) -> str | None:
    """Return the id by which the upload can be resumed; ``None`` for a file of one chunk.

    The id is the same as long as the file, the parameters, the server and the user are the same.
    """
    import json
    import uuid

    from vidispine import transfer

    path = file.resolve()
    state = path.stat()
    if state.st_size <= transfer.CHUNK_SIZE:
        return None
    identity = [
        configuration.host,
        configuration.username,
        configuration.run_as,
        uuid.getnode(),
        str(path),
        state.st_size,
        state.st_mtime_ns,
        transfer.CHUNK_SIZE,
        transfer.PARALLEL,
        parameters,
    ]
    return str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(identity, sort_keys=True)))
