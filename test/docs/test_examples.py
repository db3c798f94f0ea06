"""Every Python example in the README and in docs/ runs, and ends well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import run, server

import vidispine
from vidispine.simulator import Simulator

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

EXAMPLES = [
    pytest.param(example, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, example in enumerate(EXAMPLE.findall(page.read_text()), start=1)
]

NOT_SIMULATED = {"get_wadl": "501 Not Implemented"}
"""Operations whose example the simulator answers with an error, and which."""


def prepare(simulator: Simulator, example: str) -> None:
    """Bring about what the examples take for granted: jobs up to VX-30, and something that they wait for."""
    simulator.jobs.behave("EXPORT", seconds=0)
    if "problem" in example:
        simulator.jobs.behave(
            "EXPORT", wait_for={"type": "StorageNotAvailable", "data": {"storage": "VX-3"}}, wait_at=1
        )
    if "delete_custom_job_type" in example:
        simulator.jobs.add_type("ACME_REVIEW")
    with vidispine.ApiClient(simulator.configuration()) as client:
        api = vidispine.JobApi(client)
        for number in range(1, 31):
            api.create_custom_job("EXPORT", jobmetadata={"itemId": f"VX-{number}"}, priority="IMMEDIATE")


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_runs(example: str) -> None:
    if "localhost:8080" not in example:
        ended = run(example)
    else:
        with server() as simulator:
            prepare(simulator, example)
            ended = run(example)
    for name, refusal in NOT_SIMULATED.items():
        if f".{name}(" in example:
            assert ended.returncode == 1
            assert refusal in ended.stderr
            return
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert ended.stdout.strip(), "an example shows what it did"


def test_there_are_examples() -> None:
    pages = {str(parameter.id).rpartition("-")[0] for parameter in EXAMPLES}
    assert {"README", "JobApi", "UserTokenApi", "errors", "simulator"} <= pages
