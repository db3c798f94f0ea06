"""``vidispine items transcode``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.commands.jobs.wait import finish_with_jobs, start_jobs
from vidispine.cli.options.connection import connection_options, open_client
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.options.jobs import drop_empty, priority_option, wait_options
from vidispine.cli.output.formats import output_options
from vidispine.cli.parameter_types import ID, KEY_VALUE

if TYPE_CHECKING:
    from vidispine import JobType

__all__ = ["command"]


@click.command("transcode", cls=Command)
@ids_argument("ITEM")
@click.option(
    "--tag", "tags", multiple=True, required=True, metavar="TAG", help="Shape tag of the new shape. Repeatable."
)
@click.option("--storage", type=ID, metavar="ID", help="Storage for the new files. If omitted, the server selects one.")
@priority_option
@click.option("--data", multiple=True, type=KEY_VALUE, metavar="KEY=VALUE", help="Job metadata. Repeatable.")
@wait_options
@output_options
@connection_options
@click.pass_context
def command(
    context: click.Context,
    /,
    ids: tuple[str, ...],
    tags: tuple[str, ...],
    storage: str | None,
    priority: str | None,
    data: tuple[tuple[str, str], ...],
    **waiting: Any,
) -> None:
    """Starts one job per item. It creates a shape for each shape tag from the item's original, such as a proxy for the
    tag lowres. Each call creates new shapes.

    Examples:
      vidispine items transcode VX-93 --tag lowres --wait
      vidispine items list --where mediaType=video --all -o ids |
        vidispine items transcode - --tag lowres
    """
    client = open_client(context)
    options = {"storage_id": storage, "priority": priority, "jobmetadata": [f"{key}={value}" for key, value in data]}

    def start(item_id: str) -> JobType:
        return client.media.transcode(item_id, list(tags), wait=False, **drop_empty(options))

    jobs = start_jobs(read_ids(ids), start, "Transcoding")
    finish_with_jobs(context, client.job, jobs, **waiting)
