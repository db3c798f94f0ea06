"""The notebook: every cell runs in a new kernel, and shows the expected output."""

from __future__ import annotations

from typing import Any

import pytest

from test.examples.sandbox import EXAMPLES
from vidispine.simulator import Simulator

nbclient: Any = pytest.importorskip("nbclient", reason="Jupyter is not installed; `tox -e notebook` has it")
nbformat: Any = pytest.importorskip("nbformat")

SOURCE = EXAMPLES / "explore_archive.ipynb"


@pytest.fixture(scope="module")
def shown() -> dict[str, dict[str, Any]]:
    """The last output of each cell by the first line of its code."""
    notebook = nbformat.read(SOURCE, as_version=4)
    nbformat.validate(notebook)
    with Simulator(sample_data=True) as vidicore, pytest.MonkeyPatch.context() as environment:
        settings = vidicore.configuration()
        for name in ("host", "username", "password"):
            environment.setenv(f"VIDISPINE_{name.upper()}", getattr(settings, name))
        nbclient.NotebookClient(notebook, timeout=100).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {cell.source.splitlines()[0]: cell.outputs[-1].get("data", {}) for cell in code if cell.outputs}


@pytest.mark.shows_secrets  # the simulator's own password is in the environment
def test_every_cell_runs(shown: dict[str, dict[str, Any]]) -> None:
    assert len(shown) > 10


@pytest.mark.parametrize(
    ("cell", "html", "text"),
    [
        ("search = Search(", "<th>facets</th>", "Search("),
        ('hits = client.item.iterate_search_items(search, content="metadata")', "<td>Evening news</td>", "<Pages of"),
        ('columns = ["id", "title"', "<td>Evening news</td>", "minutes"),
        ("found = client.item.search_items(", "<td>Harbor at dawn</td>", "'title': 'Harbor at dawn'"),
        ("jobs = pd.DataFrame(", "FINISHED", "FINISHED"),
    ],
)
@pytest.mark.shows_secrets
def test_what_cells_show(shown: dict[str, dict[str, Any]], cell: str, html: str, text: str) -> None:
    (found,) = (data for source, data in shown.items() if source.startswith(cell))
    assert html in found["text/html"]
    assert text in found["text/plain"]


@pytest.mark.shows_secrets
def test_no_item_fails(shown: dict[str, dict[str, Any]]) -> None:
    (found,) = (data for source, data in shown.items() if source.startswith("sports ="))
    assert found["text/plain"] != "(0, {})"
    assert found["text/plain"].endswith(", {})")
