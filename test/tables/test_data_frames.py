"""Records as data frames, with the libraries that are installed."""

from __future__ import annotations

from typing import Any

import pytest

from vidispine import ApiTypeError, ApiValueError, Field, ItemType, Metadata, Search, records

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


def test_values_of_pandas_are_values_of_metadata_and_searches() -> None:
    pandas: Any = pytest.importorskip("pandas", reason="pandas is not installed; `tox -e notebook` has it")
    numpy: Any = pytest.importorskip("numpy", reason="numpy is not installed; `tox -e notebook` has it")
    frame = pandas.DataFrame({"id": ["VX-1", "VX-2"], "rating": [4, 5], "live": [True, False]})
    assert Metadata({"a": frame["rating"]}).get_all("a") == ["4", "5"]
    for values, texts in (
        (frame["id"], ["VX-1", "VX-2"]),
        (frame["rating"].values, ["4", "5"]),
        (frame["live"].values, ["true", "false"]),
        (numpy.bool_(True), ["true"]),
        (numpy.float64(1.5), ["1.5"]),
        (numpy.array(5), ["5"]),
        (pandas.Timestamp("2024-02-29", tz="UTC"), ["2024-02-29T00:00:00+00:00"]),
    ):
        assert Metadata({"a": values}).get_all("a") == texts
        (field,) = Search(Field("a").one_of(values)).document.field or []
        assert [each.value for each in field.value or []] == texts
    for wrong in (pandas.NaT, pandas.NA, numpy.nan, frame, numpy.array([[1]]), numpy.datetime64(0, "ns")):
        with pytest.raises((ApiTypeError, ApiValueError), match="a value must be"):
            Metadata({"a": wrong})
        with pytest.raises((ApiTypeError, ApiValueError), match="a value must be"):
            Field("a").one_of(wrong)
