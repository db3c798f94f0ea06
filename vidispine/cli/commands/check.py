"""``vidispine check``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.errors import CommandError
from vidispine.cli.exit_codes import FAILURE
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.output.formats import output_format, output_options, write_documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.cli.output.table import Column
    from vidispine.cli.probes.probe import Finding

__all__ = ["command"]

_COLORS = {"agrees": "green", "differs": "red", "not checked": "yellow"}


@click.command("check", cls=Command)
@click.option("--write", is_flag=True, help="Also check writes, with a temporary item that is created and deleted.")
@click.option(
    "--report", type=click.Path(dir_okay=False, writable=True), metavar="FILE", help="Write a report as JSON."
)
@output_options
@connection_options
@click.pass_context
def command(context: click.Context, write: bool, report: str | None) -> None:
    """Makes some calls and compares the responses with what this SDK assumes, mainly where the behavior of the server
    is undocumented. Only reads, unless --write is given. The exit code is 1 when something differs, or when nothing
    could be checked.

    The report contains no content of the server: no host, no names, no ids. Attach it when you report a difference.

    Examples:
      vidispine check
      vidispine check --write --report report.json
    """
    import vidispine
    from vidispine.cli.probes import all_probes
    from vidispine.cli.probes.probe import run_probes
    from vidispine.exceptions import ApiException

    if report is not None:
        _check_folder(report)
    client = vidispine.Client(configuration=connect(context).configuration)
    probes = [probe for probe in all_probes() if write or not probe.writes]
    findings: list[Finding] = []
    failure: ApiException | None = None
    try:
        findings.extend(run_probes(context.with_resource(client), probes))
    except ApiException as error:
        failure = error
    if not findings and failure is not None:
        raise failure
    write_documents(context, findings, _columns(), lambda finding: finding.name)
    if report is not None:
        _write_report(report, findings)
    if output_format(context) == "table":
        _write_summary(findings)
    if failure is not None:
        raise failure
    if any(finding.outcome == "differs" for finding in findings):
        context.exit(FAILURE)
    if all(finding.outcome == "not checked" for finding in findings):
        raise CommandError("nothing could be checked")


def _check_folder(path: str) -> None:
    """Reject a report that cannot be written before the server is called."""
    folder = Path(path).resolve().parent
    if not os.access(folder, os.W_OK):
        raise click.BadParameter(f"cannot write to {folder}", param_hint="--report")


def _write_report(path: str, findings: Sequence[Finding]) -> None:
    from vidispine.version import __version__

    document = {"sdk": __version__, "findings": [finding.to_document() for finding in findings]}
    with click.open_file(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _write_summary(findings: Sequence[Finding]) -> None:
    counts = [
        f"{sum(finding.outcome == outcome for finding in findings)} {outcome}"
        for outcome in ("agrees", "differs", "not checked")
    ]
    click.echo(", ".join(counts), err=True)


def _columns() -> list[Column[Finding]]:
    from vidispine.cli.output.table import Column

    return [
        Column("Outcome", lambda finding: finding.outcome, style=lambda finding: _COLORS.get(finding.outcome, "")),
        Column("Question", lambda finding: finding.question),
        Column("Observed", lambda finding: finding.observed, truncate=True),
        Column("Assumed", lambda finding: finding.expected, rank=1, truncate=True),
    ]
