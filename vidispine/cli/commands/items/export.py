"""``vidispine items export``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.commands.jobs.wait import finish_with_jobs, start_jobs
from vidispine.cli.options.connection import connection_options, open_client
from vidispine.cli.options.ids import ids_argument, read_ids
from vidispine.cli.options.jobs import drop_empty, priority_option, wait_options
from vidispine.cli.output.formats import output_options
from vidispine.cli.parameter_types import KEY_VALUE

if TYPE_CHECKING:
    from vidispine import JobType

__all__ = ["command"]


@click.command("export", cls=Command)
@ids_argument("ITEM")
@click.option(
    "--to",
    metavar="URI",
    help="Where the server writes: a URI, or a path on the server. A folder ends with /.",
)
@click.option("--location", metavar="NAME", help="Export location of the server, instead of --to.")
@click.option("--tag", metavar="TAG", help="Shape tag to export.  [default: original]")
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
    to: str | None,
    location: str | None,
    tag: str | None,
    priority: str | None,
    data: tuple[tuple[str, str], ...],
    **waiting: Any,
) -> None:
    """Starts one job per item. The server writes the files. To copy files to this machine, use 'vidispine download'.

    Examples:
      vidispine items export VX-93 --to s3://bucket/out/ --wait
      vidispine items export VX-93 VX-94 --tag lowres --location partner
    """
    if (to is None) == (location is None):
        raise click.UsageError("use either --to or --location")
    client = open_client(context)
    options = {
        "to": to,
        "location_name": location,
        "tag": tag,
        "priority": priority,
        "jobmetadata": [f"{key}={value}" for key, value in data],
    }

    def start(item_id: str) -> JobType:
        return client.media.export(item_id, wait=False, **drop_empty(options))

    jobs = start_jobs(read_ids(ids), start, "Exporting")
    finish_with_jobs(context, client.job, jobs, **waiting)
