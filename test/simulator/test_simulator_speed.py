"""The cost of the simulator, counted instead of timed; see ``benchmarks/simulator.py``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from test.simulator.http_client import HttpClient
from vidispine.simulator import Simulator
from vidispine.simulator.catalog import search
from vidispine.simulator.database.connection import Database

MOST_STATEMENTS = 300
"""Number of SQL statements that prepare a fresh simulator."""

MOST_OF_THE_ARCHIVE = 5400
"""Number of SQL statements that also create the sample archive."""


class Statements:
    """The SQL statements that a simulator executes."""

    def __init__(self, simulator: Simulator) -> None:
        self.texts: list[str] = []
        simulator._state.database._connection.set_trace_callback(self.texts.append)

    def containing(self, text: str) -> list[str]:
        return [statement for statement in self.texts if text in statement]


def create_items(http: HttpClient, *titles: str) -> list[str]:
    ids = []
    for title in titles:
        field = {"name": "title", "value": [{"value": title}]}
        document = {"timespan": [{"start": "-INF", "end": "+INF", "field": [field]}]}
        ids.append(http.send("POST", "/import/placeholder", {"container": 1}, body=document).json["id"])
    return ids


def test_a_fresh_simulator_prepares_little(monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator() as first:
        HttpClient(first.url).get("/job")
    modules = set(sys.modules)
    with Simulator() as second:
        assert second._state.database._connection.total_changes < MOST_STATEMENTS
        HttpClient(second.url).get("/job")
    assert set(sys.modules) == modules


def recorded(run: Callable[..., Any], statements: list[str]) -> Callable[..., Any]:
    def execute(database: Database, statement: str, *values: Any) -> Any:
        statements.append(statement)
        return run(database, statement, *values)

    return execute


def test_the_sample_archive_takes_few_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    for name in ("execute", "execute_many"):
        monkeypatch.setattr(Database, name, recorded(getattr(Database, name), statements))
    Simulator(sample_data=True).stop()
    assert 1000 < len(statements) < MOST_OF_THE_ARCHIVE
    assert statements.count("COMMIT") < 10


def test_the_sample_archive_needs_no_client() -> None:
    program = (
        "import sys; from vidispine.simulator import Simulator; Simulator(sample_data=True).stop(); "
        "print(*{'urllib3', 'vidispine.api_client'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == []


@pytest.mark.parametrize("more", [{}, {"sort": [{"field": "title", "order": "ascending"}]}])
def test_a_search_evaluates_its_conditions_once(vidicore: Simulator, http: HttpClient, more: dict[str, Any]) -> None:
    ids = create_items(http, "harbor a", "harbor b", "sea")
    statements = Statements(vidicore)
    facets = [{"field": "mediaType", "count": True}, {"field": "user", "count": True}]
    body = {"text": [{"value": "harbor"}], "facet": facets, **more}
    found = http.send("PUT", "/item", body=body).json
    assert (found["hits"], {item["id"] for item in found["item"]}) == (2, set(ids[:2]))
    assert [facet["count"][0]["value"] for facet in found["facet"]] == [2, 2]
    assert len(statements.containing("MATCH")) == 1


NOT_A = {"operator": {"operation": "NOT", "field": [{"name": "title", "value": [{"value": "a"}]}]}}


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("first", [1, 3, 7, 9])
@pytest.mark.parametrize("condition", [{}, NOT_A], ids=["all", "some"])
def test_many_hits_have_the_same_order(
    vidicore: Simulator,
    http: HttpClient,
    monkeypatch: pytest.MonkeyPatch,
    order: str,
    first: int,
    condition: dict[str, Any],
) -> None:
    create_items(http, "b", "a", "c", "a", "B", "", "c")
    http.send("POST", "/import/placeholder", {"container": 1}, body={})
    body = {**condition, "sort": [{"field": "title", "order": order}]}

    def page() -> list[str]:
        return [
            item["id"]
            for item in http.send("PUT", "/item", {"first": first, "number": 3}, body=body).json.get("item", ())
        ]

    expected = page()
    monkeypatch.setattr(search, "MANY_HITS", 2)
    statements = Statements(vidicore)
    assert page() == expected
    assert not statements.containing("coalesce")
