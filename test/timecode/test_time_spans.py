"""Time spans: containment and intersection."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from vidispine import ApiTypeError, ApiValueError, TimeCode, TimeCodeType, TimeSpan

SCENE = TimeSpan("100@PAL", "250@PAL")
EVERYTHING = TimeSpan()


def test_a_span_has_its_ends_as_they_were_written() -> None:
    span = TimeSpan("100@25", TimeCode("250@PAL"))
    assert (span.start, span.end) == (TimeCode("100@PAL"), TimeCode("250@PAL"))
    assert str(span.start) == "100@25"
    assert repr(span) == "TimeSpan('100@25', '250@PAL')"
    assert str(span.duration) == "150@PAL"
    assert pickle.loads(pickle.dumps(span)) == span
    assert repr(pickle.loads(pickle.dumps(span))) == repr(span)


def test_spans_are_compared_by_value() -> None:
    same = TimeSpan("4", "10")
    assert same == SCENE != TimeSpan("4", "11")
    assert len({same, SCENE, EVERYTHING, TimeSpan("-INF", "+INF")}) == 2
    assert SCENE != ("100@PAL", "250@PAL")
    spans = [TimeSpan("5", "6"), SCENE, TimeSpan("4"), EVERYTHING, TimeSpan(end="1")]
    assert sorted(spans) == [TimeSpan(end="1"), EVERYTHING, SCENE, TimeSpan("4"), TimeSpan("5", "6")]
    for name in ("start", "end", "duration", "another"):
        with pytest.raises(AttributeError):
            setattr(SCENE, name, TimeCode("1"))


def test_omitted_ends_are_open() -> None:
    assert (str(EVERYTHING.start), str(EVERYTHING.end)) == ("-INF", "+INF")
    for span in (EVERYTHING, TimeSpan("1"), TimeSpan(end="1")):
        assert str(span.duration) == "+INF"
    assert TimeCode("100@PAL") in EVERYTHING
    assert SCENE in EVERYTHING
    assert EVERYTHING in EVERYTHING
    assert EVERYTHING not in SCENE
    assert TimeCode("+INF") not in EVERYTHING
    assert EVERYTHING.intersection(SCENE) == SCENE.intersection(EVERYTHING) == SCENE


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        ("99@PAL", False),
        ("100@PAL", True),
        ("249@PAL", True),
        ("479999@48000", True),
        ("10", False),
        ("-INF", False),
        ("+INF", False),
    ],
)
def test_a_span_contains_its_start_and_not_its_end(point: str, inside: bool) -> None:
    assert SCENE.contains(point) is SCENE.contains(TimeCode(point)) is (TimeCode(point) in SCENE) is inside


@pytest.mark.parametrize(
    ("other", "common", "contained"),
    [
        (("0", "2"), None, False),
        (("0", "4"), None, False),
        (("0", "5"), ("4", "5"), False),
        (("4", "5"), ("4", "5"), True),
        (("4", "10"), ("4", "10"), True),
        (("4", "11"), ("4", "10"), False),
        (("5", "6"), ("5", "6"), True),
        (("9", "11"), ("9", "10"), False),
        (("10", "11"), None, False),
        (("0", "20"), ("4", "10"), False),
        (("4", "4"), ("4", "4"), True),
        (("7", "7"), ("7", "7"), True),
        (("10", "10"), None, False),
    ],
)
def test_what_two_spans_have_in_common(other: Any, common: Any, contained: bool) -> None:
    span = TimeSpan(*other)
    expected = common and TimeSpan(*common)
    assert SCENE.intersection(span) == span.intersection(SCENE) == expected
    assert SCENE.overlaps(span) is span.overlaps(SCENE) is (common is not None)
    assert SCENE.contains(span) is (span in SCENE) is contained


def test_a_span_without_length_is_a_point() -> None:
    marker = TimeSpan("7", "7")
    assert TimeCode("7") in marker
    assert TimeCode("8") not in marker
    assert marker in marker
    assert marker.overlaps(marker)
    assert marker.duration == TimeCode("0")


@pytest.mark.parametrize(
    ("start", "end"), [("2", "1"), ("+INF", "1"), ("+INF", "+INF"), ("-INF", "-INF"), ("1", "-INF")]
)
def test_a_span_does_not_end_before_it_starts(start: str, end: str) -> None:
    with pytest.raises(ApiValueError) as caught:
        TimeSpan(start, end)
    assert str(caught.value) == f"a time span must not end before it starts, as from {start} to {end}"


def test_a_document_s_time_codes_are_ends() -> None:
    start = TimeCodeType.from_document({"samples": 100, "timeBase": {"numerator": 1, "denominator": 25}})
    assert TimeSpan(start, "10") == SCENE
    assert SCENE.contains(start)


@pytest.mark.parametrize("value", [None, 4, 4.0, True, b"4", SCENE])
def test_an_end_is_a_time_code(value: Any) -> None:
    for ends in ((value, "10"), ("0", value)):
        with pytest.raises(ApiTypeError, match=f"must be a TimeCode or its text, not {type(value).__name__}$"):
            TimeSpan(*ends)


def test_others_are_refused() -> None:
    for value in (None, 4, TimeBaseLess()):
        with pytest.raises(ApiTypeError, match="must be a TimeCode or its text"):
            SCENE.contains(value)  # type: ignore[arg-type]
    with pytest.raises(ApiValueError, match="is not a time code"):
        SCENE.contains("x")
    for other in (None, "4", TimeCode("4")):
        for use in (SCENE.overlaps, SCENE.intersection):
            with pytest.raises(ApiTypeError, match=r"^the other span must be a TimeSpan, not "):
                use(other)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            sorted([SCENE, other])  # type: ignore[type-var]


class TimeBaseLess:
    """Has members of a time code, and is none."""

    samples = 1
    time_base = None


def test_text_is_that_of_parameters() -> None:
    assert str(TimeSpan("100@25", "250@PAL")) == "100@25-250@PAL"
    assert str(TimeSpan()) == "-INF-+INF"
    assert repr(TimeSpan()) == "TimeSpan('-INF', '+INF')"


@pytest.mark.parametrize("text", ["100@PAL-250@PAL", "0-5", "-INF-+INF", "-INF-5@25", "-5--3@PAL", "+5-+INF", "7-+INF"])
def test_the_text_of_a_span_is_read(text: str) -> None:
    span = TimeSpan(text)
    assert str(span) == text
    assert span == TimeSpan(str(span.start), str(span.end))


@pytest.mark.parametrize("text", ["", "-", "0-", "0-5-7", "0 - 5", "5-0", "-INF--INF", "100@PAL-250@pal"])
def test_text_that_is_no_span(text: str) -> None:
    with pytest.raises(ApiValueError):
        TimeSpan(text)
