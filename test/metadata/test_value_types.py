"""What users have at hand as values: the same types for metadata, searches, and keys with values."""

from __future__ import annotations

import enum
import pathlib
from collections.abc import Iterable
from datetime import date, datetime, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from vidispine import ApiTypeError, ApiValueError, Field, Metadata, Search, SimpleMetadataType, TimeCode, TimeCodeType


class Genre(str, enum.Enum):
    NEWS = "news"


def in_metadata(value: Any) -> list[str]:
    return Metadata({"a": value}).get_all("a")


def added(value: Any) -> list[str]:
    metadata = Metadata()
    metadata.add("a", value)
    return metadata.get_all("a")


def searched(value: Any) -> list[str]:
    (field,) = Search(Field("a").one_of(value)).document.field or []
    return [each.value or "" for each in field.value or []]


def paired(value: Any) -> list[str]:
    pairs = SimpleMetadataType()
    pairs.values["a"] = value
    return pairs.values.get_all("a")


USES = pytest.mark.parametrize("texts_of", [in_metadata, added, searched, paired])

VALUES: list[tuple[Any, str]] = [
    ("", ""),
    (Genre.NEWS, "news"),
    (0, "0"),
    (False, "false"),
    (True, "true"),
    (-1.5, "-1.5"),
    (Decimal("1.10"), "1.10"),
    (Decimal("1E+3"), "1000"),
    (Fraction(1, 4), "0.25"),
    (date(2024, 2, 29), "2024-02-29"),
    (datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc), "2024-02-29T12:30:00+00:00"),
    (pathlib.PurePosixPath("/media/clip.mov"), "/media/clip.mov"),
    (TimeCode("250@25"), "250@25"),
    (TimeCodeType.from_document({"samples": 50, "timeBase": {"numerator": 1, "denominator": 25}}), "50@PAL"),
]


@USES
@pytest.mark.parametrize(("value", "text"), VALUES)
def test_single_values(texts_of: Any, value: Any, text: str) -> None:
    assert texts_of(value) == [text]


@USES
@pytest.mark.parametrize(
    "make",
    [
        lambda: ["a", "b"],
        lambda: ("a", "b"),
        lambda: (each for each in "ab"),
        lambda: {"a": 1, "b": 2}.keys(),
        lambda: {1: "a", 2: "b"}.values(),
        lambda: map(str, "ab"),
    ],
    ids=["list", "tuple", "generator", "keys", "values", "map"],
)
def test_several_values(texts_of: Any, make: Any) -> None:
    values: Iterable[str] = make()
    assert texts_of(values) == ["a", "b"]


@USES
def test_sets(texts_of: Any) -> None:
    assert sorted(texts_of({"a", "b"})) == ["a", "b"]
    assert texts_of(frozenset([3])) == ["3"]


@USES
@pytest.mark.parametrize("value", [b"a", bytearray(b"a"), memoryview(b"a"), None, object(), 1j, [["a"]], [None], str])
def test_other_types_are_rejected(texts_of: Any, value: Any) -> None:
    with pytest.raises(ApiTypeError, match=r"not (a value|\w+)|cannot be compared with"):
        texts_of(value)


@USES
@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN")])
def test_numbers_must_be_finite(texts_of: Any, value: Any) -> None:
    with pytest.raises(ApiValueError, match="must be a finite number, not"):
        texts_of(value)


@pytest.mark.parametrize("texts_of", [in_metadata, added, searched])
def test_times_must_have_a_time_zone(texts_of: Any) -> None:
    with pytest.raises(ApiValueError, match="has none; for UTC, pass tzinfo=timezone"):
        texts_of(datetime(2024, 2, 29, 12, 30))


def test_a_part_of_metadata_is_not_read_as_the_names_of_its_fields() -> None:
    metadata = Metadata({"acme_person": {"acme_name": "Ada"}})
    for part in (metadata, metadata.groups("acme_person")[0], metadata.at("0@PAL", "1@PAL"), metadata.language("sv")):
        for use in (in_metadata, added):
            with pytest.raises(ApiTypeError, match="pass its to_plain"):
                use(part)
