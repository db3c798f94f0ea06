"""Properties of any time code, tested with Hypothesis."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vidispine import ApiValueError, TimeBase, TimeCode, TimeCodeType, TimeSpan

LARGEST = 2**63 - 1
CONSTANTS = {"PAL": Fraction(1, 25), "NTSC": Fraction(1001, 30000), "NTSC30": Fraction(1, 30)}
FRAME_RATES = [*CONSTANTS, *map(str, range(1, 121)), *(f"{rate}000:1001" for rate in range(1, 121))]
DROP_FRAME = ["NTSC", "30000:1001", "60000:1001"]

numbers = st.one_of(st.integers(1, 200_000), st.integers(1, LARGEST))
ratios = st.builds("{}:{}".format, numbers, numbers)
base_texts = st.one_of(st.sampled_from(FRAME_RATES), numbers.map(str), ratios)
samples = st.one_of(st.integers(-(10**9), 10**9), st.integers(-LARGEST, LARGEST))
texts = st.one_of(st.builds("{}@{}".format, samples, base_texts), samples.map(str), st.sampled_from(["-INF", "+INF"]))
time_codes = texts.map(TimeCode)
# Of these sums and conversions are in range.
common_bases = st.one_of(st.sampled_from(FRAME_RATES), st.sampled_from(["44100", "48000", "90000", "12800"]))
common = st.builds(TimeCode, st.integers(-(10**9), 10**9), common_bases)
frames = st.integers(-(10**8), 10**8)


def length_of(base: str) -> Fraction:
    """Return the length of a sample, as the documentation has it."""
    denominator, _, numerator = base.partition(":")
    return CONSTANTS[base] if base in CONSTANTS else Fraction(int(numerator or 1), int(denominator))


@given(samples, base_texts)
def test_parsed_text_is_the_exact_time(count: int, base: str) -> None:
    time_code = TimeCode(f"{count}@{base}")
    assert time_code.to_fraction() == count * length_of(base)
    assert time_code.samples == count
    assert time_code == TimeCode(count, base)
    assert time_code.seconds == float(count * length_of(base))


@given(texts)
def test_parse_and_print(text: str) -> None:
    time_code = TimeCode(text)
    assert str(time_code) == text
    new = time_code + TimeCode(0, time_code.base) if time_code.is_finite else time_code
    for same in (TimeCode(str(new)), pickle.loads(pickle.dumps(time_code))):
        assert same == time_code
        assert hash(same) == hash(time_code)
    if time_code.is_finite:
        assert str(new).partition("@")[2] == str(time_code.base)
        assert TimeBase(str(time_code.base)) == time_code.base


almost_right = st.from_regex(r"[+-]?[0-9:;.@]{1,12}(PAL|NTSC)?", fullmatch=True)


@given(st.one_of(st.text(), almost_right))
@pytest.mark.parametrize(
    "parse",
    [
        TimeCode,
        TimeBase,
        lambda text: TimeCode.from_seconds(text, "PAL"),
        lambda text: TimeCode.from_smpte(text, "NTSC"),
    ],
    ids=["time code", "time base", "seconds", "SMPTE"],
)
def test_any_text_is_parsed_or_refused_with_our_error(parse: Callable[[str], object], text: str) -> None:
    try:
        parse(text)
    except ApiValueError as error:
        message = str(error)
    else:
        return
    assert message.isprintable()
    assert len(message) < 200


@given(time_codes, time_codes)
def test_order_is_that_of_seconds(one: TimeCode, other: TimeCode) -> None:
    def exact(time_code: TimeCode) -> Any:
        return time_code.to_fraction() if time_code.is_finite else time_code.seconds

    assert (one < other, one <= other, one == other, one > other, one >= other) == (
        exact(one) < exact(other),
        exact(one) <= exact(other),
        exact(one) == exact(other),
        exact(one) > exact(other),
        exact(one) >= exact(other),
    )
    if one == other:
        assert hash(one) == hash(other)


@given(common, common)
def test_sums_are_exact(one: TimeCode, other: TimeCode) -> None:
    total = one + other
    assert total.to_fraction() == one.to_fraction() + other.to_fraction()
    assert total.base == (other + one).base
    assert total - other == one
    assert (one - other).to_fraction() == one.to_fraction() - other.to_fraction()
    # Both count in whole samples of the sum's base, and in those of no coarser one.
    counts = [each.base.length / total.base.length for each in (one, other)]
    assert all(count.denominator == 1 for count in counts)
    assert math.gcd(counts[0].numerator, counts[1].numerator) == 1


@given(common, common_bases)
def test_a_conversion_is_off_by_half_a_sample_at_most(time_code: TimeCode, base: str) -> None:
    converted = time_code.convert(base)
    off = (converted.to_fraction() - time_code.to_fraction()) / length_of(base)
    assert Fraction(-1, 2) < off <= Fraction(1, 2)
    assert converted.base == TimeBase(base)
    assert (converted == time_code) is (off == 0)
    assert converted == TimeCode.from_seconds(time_code.to_fraction(), base)


@given(common, common_bases, st.integers(1, 50))
def test_a_conversion_to_a_finer_base_and_back_changes_nothing(time_code: TimeCode, base: str, factor: int) -> None:
    finer = TimeBase(f"{time_code.base.denominator * factor}:{time_code.base.numerator}")
    assert time_code.convert(finer) == time_code
    assert str(time_code.convert(finer).convert(time_code.base)) == str(time_code)
    # Any base that is at least as fine gets back to the nearest sample, which is the one it came from.
    if length_of(base) < time_code.base.length:
        assert time_code.convert(base).convert(time_code.base) == time_code


@given(common)
def test_seconds_lead_back(time_code: TimeCode) -> None:
    for seconds in (time_code.seconds, str(time_code.seconds), time_code.to_fraction()):
        assert TimeCode.from_seconds(seconds, time_code.base) == time_code
    assert abs(time_code.to_timedelta().total_seconds() - time_code.seconds) <= 1e-6 * max(1, abs(time_code.seconds))


@given(st.one_of(st.floats(), st.decimals(), st.integers(), st.fractions()), base_texts)
def test_any_number_of_seconds_is_rounded_or_refused_with_our_error(seconds: Any, base: str) -> None:
    try:
        time_code = TimeCode.from_seconds(seconds, base)
    except ApiValueError:
        return
    exact = Fraction(repr(seconds)) if isinstance(seconds, float) else Fraction(seconds)
    assert abs(time_code.to_fraction() - exact) <= length_of(base) / 2


@given(frames, st.sampled_from(FRAME_RATES), st.booleans())
def test_smpte_there_and_back(frame: int, base: str, drop_frame: bool) -> None:
    assume(not drop_frame or base in DROP_FRAME)
    time_code = TimeCode(frame, base)
    text = time_code.smpte(drop_frame=drop_frame)
    assert TimeCode.from_smpte(text, base) == time_code
    assert str(TimeCode.from_smpte(text, base)) == str(time_code)
    if not drop_frame:
        assert f"{time_code:smpte}" == text


@given(frames, st.sampled_from(DROP_FRAME))
def test_drop_frame_keeps_up_with_the_clock(frame: int, base: str) -> None:
    time_code = TimeCode(abs(frame), base)
    hours, minutes, seconds, number = map(int, time_code.smpte(drop_frame=True).replace(";", ":").split(":"))
    shown = hours * 3600 + minutes * 60 + seconds + number / round(time_code.base.rate)
    # Off by what is dropped at most, and by 86.4 ms in a day, as 29.97 is no exact 30000/1001.
    assert abs(shown - time_code.seconds) < 0.1 + time_code.seconds * 1.01e-6


@given(common, common_bases.filter(lambda base: base in FRAME_RATES))
def test_smpte_in_another_base_is_that_of_the_converted(time_code: TimeCode, base: str) -> None:
    assert time_code.smpte(base) == time_code.convert(base).smpte()


@given(common)
def test_documents_there_and_back(time_code: TimeCode) -> None:
    document = TimeCodeType.from_document(time_code.to_document())
    assert document == time_code
    assert document.seconds == time_code.seconds
    assert TimeCode(document) == time_code


@given(samples, numbers, numbers, samples, numbers, numbers)
def test_documents_are_equal_as_fractions_are(a: int, b: int, c: int, d: int, e: int, f: int) -> None:
    one = TimeCodeType.from_document({"samples": a, "timeBase": {"numerator": b, "denominator": c}})
    other = TimeCodeType.from_document({"samples": d, "timeBase": {"numerator": e, "denominator": f}})
    assert (one == other) is (Fraction(a * b, c) == Fraction(d * e, f))
    scaled = TimeCodeType.from_document({"samples": a * 3, "timeBase": {"numerator": b, "denominator": c * 3}})
    assert one == scaled


spans = st.tuples(time_codes, time_codes).map(sorted).filter(lambda ends: ends[0].is_finite or ends[0] != ends[1])


@given(spans, spans, time_codes)
def test_a_point_is_in_the_intersection_when_it_is_in_both(one: Any, other: Any, point: TimeCode) -> None:
    first, second = TimeSpan(*one), TimeSpan(*other)
    common = first.intersection(second)
    for each in (point, *one, *other):
        assert (common is not None and each in common) is (each in first and each in second)
    assert first.overlaps(second) is second.overlaps(first) is (common is not None)
    assert common == second.intersection(first)
    if common is not None:
        assert common in first
        assert common in second
    assert pickle.loads(pickle.dumps(first)) == first
