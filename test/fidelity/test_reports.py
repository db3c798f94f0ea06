"""Replays reports of ``vidispine check``: the simulator is observed to behave like the server of the report.

Reports that users send are in the folder ``reports``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import vidispine
from vidispine.cli.probes import all_probes
from vidispine.cli.probes.probe import run_probes
from vidispine.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

REPORTS = sorted((Path(__file__).parent / "reports").glob("*.json"))

DIFFERS: dict[str, set[str]] = {}
"""Names of findings that the simulator does not reproduce, by the name of the report. Only removals are allowed."""

SERVER_SPECIFIC = {"version"}
"""Findings that are not to be reproduced."""


@pytest.fixture(scope="module")
def observed() -> Iterator[dict[str, str]]:
    """What each probe observes at the simulator."""
    with (
        Simulator(sample_data=True, strict=False) as simulator,
        vidispine.Client(configuration=simulator.configuration()) as client,
    ):
        yield {finding.name: finding.observed for finding in run_probes(client, all_probes())}


def not_reproduced(report: dict[str, Any], observed: dict[str, str]) -> set[str]:
    return {
        finding["name"]
        for finding in report["findings"]
        if finding["outcome"] != "not checked"
        and finding["name"] not in SERVER_SPECIFIC
        and observed.get(finding["name"]) != finding["observed"]
    }


@pytest.mark.parametrize("path", REPORTS, ids=[path.stem for path in REPORTS])
def test_a_report_is_reproduced(path: Path, observed: dict[str, str]) -> None:
    report = json.loads(path.read_text("utf-8"))
    assert not_reproduced(report, observed) == DIFFERS.get(path.stem, set())


def test_a_difference_is_found(observed: dict[str, str]) -> None:
    findings = [{"name": name, "outcome": "agrees", "observed": text} for name, text in observed.items()]
    assert not_reproduced({"findings": findings}, observed) == set()
    findings[3]["observed"] = "something else"
    assert not_reproduced({"findings": findings}, observed) == {findings[3]["name"]}
