"""Records as data frames, with the libraries that are installed."""

from __future__ import annotations

from typing import Any

import pytest

from vidispine import ItemType, Metadata, records

COLUMNS = ["id", "title", "acme_keyword", "acme_person.acme_name"]
ITEMS = [
    ItemType.from_document({"id": f"VX-{number}", "metadata": Metadata(values).to_document()})
    for number, values in enumerate(
        [
            {"title": "News", "acme_keyword": ["a", "b"], "acme_person": [{"acme_name": "Ada"}]},
            {"title": "Sport", "acme_person": [{"acme_name": "Bob"}]},
        ]
    )
]


def test_pandas() -> None:
    pandas: Any = pytest.importorskip("pandas", reason="pandas is not installed; `tox -e notebook` has it")
    frame = pandas.DataFrame(records(ITEMS, COLUMNS))
    assert list(frame.columns) == COLUMNS
    assert list(frame["title"]) == ["News", "Sport"]
    assert frame["acme_keyword"][0] == ["a", "b"]
    assert pandas.isna(frame["acme_keyword"][1])


def test_polars() -> None:
    polars: Any = pytest.importorskip("polars", reason="polars is not installed; `tox -e notebook` has it")
    frame = polars.DataFrame(list(records(ITEMS, ["id", "title", "acme_person.acme_name"])))
    assert frame["acme_person.acme_name"].to_list() == ["Ada", "Bob"]
    assert frame["title"].to_list() == ["News", "Sport"]
