"""``vidispine jobs``: the commands for jobs."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Group

__all__ = ["command"]

_SUMMARIES = {
    "list": "List jobs.",
    "show": "Show the details of jobs.",
    "watch": "Watch jobs in a live table.",
    "wait": "Wait until jobs end.",
    "start": "Start a job.",
    "rerun": "Run jobs again.",
    "abort": "Abort jobs.",
    "delete": "Delete jobs that have ended.",
    "priority": "Change the priority of jobs.",
    "problems": "List the problems that jobs are waiting for.",
    "types": "List the job types of the server.",
}


@click.group("jobs", cls=Group, package=__name__, summaries=_SUMMARIES)
def command() -> None:
    """Commands that take ids read them from standard input if the id is -, for example from 'jobs list -o ids'.

    Examples:
      vidispine jobs list --state running
      vidispine jobs start ACME_REVIEW itemId=VX-7 --wait
      vidispine jobs list --state failed --finished-before 7d -o ids |
        vidispine jobs delete --yes -
    """
