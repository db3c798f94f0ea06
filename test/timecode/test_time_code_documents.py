"""Time codes in documents."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import pytest

from vidispine import (
    ApiTypeError,
    ApiValueError,
    RationalType,
    TimeBase,
    TimeBaseType,
    TimeCode,
    TimeCodeType,
    VideoComponentType,
)


def document(samples: Any, numerator: Any = 1, denominator: Any = 25) -> TimeCodeType:
    time_base = {"numerator": numerator, "denominator": denominator}
    return TimeCodeType.from_document({"samples": samples, "timeBase": time_base})


def test_a_document_has_seconds() -> None:
    assert document(1234).seconds == 49.36
    assert document(30, 1001, 30000).seconds == 1.001
    assert document("250").seconds == 10
    assert document(2**63 - 1, 3, 7).seconds == float((2**63 - 1) * 3 / 7)
    changed = document(25)
    changed.samples = 50
    assert changed.seconds == 2
    assert TimeBaseType(numerator=1001, denominator=30000).rate == 30000 / 1001


def test_documents_are_equal_by_value() -> None:
    assert document(50) == document(96000, 1, 48000) == document(25, 2, 25) == document("50")
    assert document(50) != document(96001, 1, 48000)
    assert document(2**62, 3, 2**61) == document(2**61, 6, 2**61) != document(2**61 + 1, 6, 2**61)
    assert document(1, 1001, 30000) != document(1, 1, 30)
    assert document(50) != document(50).to_document()
    assert document(50) != TimeBaseType(numerator=1, denominator=25)
    with pytest.raises(TypeError, match="unhashable"):
        hash(document(50))


def test_documents_are_equal_to_time_codes() -> None:
    time_code = TimeCode("2")
    assert document(50) == time_code
    assert time_code == document(96000, 1, 48000)
    assert document(51) != time_code
    assert time_code != document(51)
    assert document(50) != TimeCode("+INF")
    assert document(None) != time_code
    assert time_code != document(50, 0)
    assert TimeCode("2") != TimeBaseType(numerator=1, denominator=25)


INCOMPLETE = [
    TimeCodeType.from_document(each)
    for each in (
        {},
        {"samples": 1},
        {"timeBase": {"numerator": 1, "denominator": 25}},
        {"samples": 1, "timeBase": {}},
        {"samples": 1, "timeBase": {"numerator": 1}},
        {"samples": 1, "timeBase": {"denominator": 25}},
        {"samples": 1, "timeBase": {"numerator": 0, "denominator": 25}},
        {"samples": 1, "timeBase": {"numerator": 1, "denominator": 0}},
        {"samples": 1, "timeBase": {"numerator": -1, "denominator": -25}},
    )
]


@pytest.mark.parametrize("incomplete", INCOMPLETE, ids=lambda each: str(each.to_document()))
def test_a_document_that_is_no_time_is_compared_by_content(incomplete: TimeCodeType) -> None:
    for use in (lambda: incomplete.seconds, lambda: TimeCode(incomplete)):
        with pytest.raises(ApiValueError, match=r"^a Time(Code|Base)Type must have "):
            use()
    assert incomplete == TimeCodeType.from_document(incomplete.to_document())
    assert [incomplete == each for each in INCOMPLETE].count(True) == 1
    assert incomplete != document(1)
    assert document(1) != incomplete


def test_numbers_that_no_float_holds_are_refused() -> None:
    with pytest.raises(ApiValueError, match="in the range of a float"):
        document(10**400).seconds  # noqa: B018
    with pytest.raises(ApiValueError, match="in the range of a float"):
        TimeBaseType(numerator=1, denominator=10**400).rate  # noqa: B018
    with pytest.raises(ApiValueError, match="less than"):
        TimeCode(document(2**63))
    with pytest.raises(ApiValueError, match="the numbers of a time base"):
        TimeCode(document(1, 2**63))
    assert document(10**400) == document(2 * 10**400, 1, 50) != TimeCode("1")


@pytest.mark.parametrize("text", ["250@PAL", "1234@NTSC", "-1@48000", "0@24000:1001"])
def test_a_time_code_is_read_from_a_document_and_becomes_one(text: str) -> None:
    time_code = TimeCode(text)
    read = TimeCodeType.from_document(time_code.to_document())
    assert str(TimeCode(read)) == text
    assert TimeBase(read.time_base) == time_code.base
    assert read.time_base.rate == time_code.base.rate
    component = VideoComponentType.from_document({})
    component.duration = time_code.to_document()  # type: ignore[assignment]
    assert component.duration == time_code
    assert component.to_document() == {"duration": time_code.to_document()}


def test_a_document_has_the_shortest_ratio() -> None:
    assert TimeCode("50@50:2").to_document() == {"samples": 50, "timeBase": {"numerator": 1, "denominator": 25}}


def test_a_rational_of_another_meaning_is_no_time_base() -> None:
    # A frame rate, which is the other way up.
    with pytest.raises(ApiTypeError, match="not RationalType"):
        TimeBase(RationalType(numerator=25, denominator=1))  # type: ignore[arg-type]


def test_documents_are_pickled() -> None:
    assert pickle.loads(pickle.dumps(document(50))) == document(50)


def test_reading_a_document_loads_no_arithmetic() -> None:
    script = (
        "import sys, vidispine\n"
        "base = {'numerator': 1, 'denominator': 25}\n"
        "read = vidispine.TimeCodeType.from_document({'samples': 50, 'timeBase': base})\n"
        "assert read.seconds == 2 and read == read\n"
        "print({'fractions', 'vidispine.timecode', 'vidispine._mixins.media_time'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
