"""Time codes and time bases: text, numbers, arithmetic, order, and invalid values."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import vidispine
from vidispine import ApiTypeError, ApiValueError, TimeBase, TimeCode

INFINITE = [TimeCode("-INF"), TimeCode("+INF")]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("250@PAL", Fraction(10)),
        ("250@25", Fraction(10)),
        ("124@PAL", Fraction(124, 25)),
        ("1234@30000:1001", Fraction(1234 * 1001, 30000)),
        ("30@NTSC", Fraction(1001, 1000)),
        ("45@NTSC30", Fraction(3, 2)),
        ("90000@25", Fraction(3600)),
        ("76800@12800", Fraction(6)),
        ("36000@1", Fraction(36000)),
        ("36000", Fraction(36000)),
        ("50@50:2", Fraction(2)),
        ("-25@PAL", Fraction(-1)),
        ("+25@PAL", Fraction(1)),
        ("0@48000", Fraction(0)),
        ("007@PAL", Fraction(7, 25)),
    ],
)
def test_text_is_the_exact_time_and_stays_as_it_was_written(text: str, seconds: Fraction) -> None:
    time_code = TimeCode(text)
    assert time_code.to_fraction() == seconds
    assert time_code.seconds == float(seconds)
    assert str(time_code) == f"{time_code}" == text
    assert repr(time_code) == f"TimeCode({text!r})"
    for same in (pickle.loads(pickle.dumps(time_code)), copy.deepcopy(time_code), TimeCode(time_code)):
        assert same == time_code
        assert str(same) == text


@pytest.mark.parametrize(
    ("base", "text", "numerator", "denominator", "rate"),
    [
        ("PAL", "PAL", 1, 25, 25.0),
        ("25", "PAL", 1, 25, 25.0),
        ("50:2", "PAL", 1, 25, 25.0),
        (25, "PAL", 1, 25, 25.0),
        ("NTSC", "NTSC", 1001, 30000, 30000 / 1001),
        ("30000:1001", "NTSC", 1001, 30000, 30000 / 1001),
        ("30", "NTSC30", 1, 30, 30.0),
        ("60000:1001", "60000:1001", 1001, 60000, 60000 / 1001),
        ("24000:1001", "24000:1001", 1001, 24000, 24000 / 1001),
        (48000, "48000", 1, 48000, 48000.0),
        ("1", "1", 1, 1, 1.0),
        ("1:60", "1:60", 60, 1, 1 / 60),
    ],
)
def test_new_time_codes_print_the_constant_or_the_shortest_ratio(
    base: Any, text: str, numerator: int, denominator: int, rate: float
) -> None:
    time_base = TimeBase(base)
    assert (str(time_base), repr(time_base)) == (text, f"TimeBase({text!r})")
    assert (time_base.numerator, time_base.denominator, time_base.rate) == (numerator, denominator, rate)
    assert time_base.length == Fraction(numerator, denominator)
    assert str(TimeCode(7, base)) == str(TimeCode(7, time_base)) == f"7@{text}"
    for same in (pickle.loads(pickle.dumps(time_base)), TimeBase(text), TimeBase(time_base)):
        assert same == time_base
        assert hash(same) == hash(time_base)
    assert time_base != text
    assert time_base != TimeBase("11")


def test_equal_is_the_same_point_in_time() -> None:
    hour = [TimeCode(text) for text in ("900000@250", "1800000@500", "90000@25", "3600@1", "3600", "172800000@48000")]
    assert len(set(hour)) == 1
    assert TimeCode("50@PAL") == TimeCode("96000@48000") != TimeCode("96001@48000")
    assert TimeCode("1@NTSC") != TimeCode("1@NTSC30")
    assert TimeCode("50@PAL") != "50@PAL"
    assert TimeCode("2") != 2


def test_time_codes_are_sorted_by_time() -> None:
    texts = ["-INF", "-1@PAL", "0", "1@48000", "1@PAL", "1@NTSC30", "1@NTSC", "2", "51@PAL", "+INF"]
    order = ["-INF", "-1@PAL", "0", "1@48000", "1@NTSC30", "1@NTSC", "1@PAL", "2", "51@PAL", "+INF"]
    assert [str(each) for each in sorted(TimeCode(text) for text in texts)] == order
    assert TimeCode("100@PAL") < TimeCode("+INF")
    assert TimeCode("2") <= TimeCode("50@PAL") >= TimeCode("2")
    assert max(TimeCode("1"), TimeCode("24@PAL")) == TimeCode("25@PAL")


@pytest.mark.parametrize(
    ("one", "other", "total", "difference"),
    [
        ("100@PAL", "1@PAL", "101@PAL", "99@PAL"),
        ("100@25", "1@25", "101@PAL", "99@PAL"),
        ("100@PAL", "2", "150@PAL", "50@PAL"),
        ("2", "100@PAL", "150@PAL", "-50@PAL"),
        ("50@PAL", "96000@48000", "192000@48000", "0@48000"),
        ("1@PAL", "1@NTSC30", "11@150", "1@150"),
        ("1@NTSC", "1@30", "2001@30000", "1@30000"),
        ("+INF", "1@PAL", "+INF", "+INF"),
        ("1@PAL", "-INF", "-INF", "+INF"),
    ],
)
def test_sums_are_exact(one: str, other: str, total: str, difference: str) -> None:
    assert str(TimeCode(one) + TimeCode(other)) == total
    assert str(TimeCode(one) - TimeCode(other)) == difference
    assert str(-TimeCode(total) + TimeCode("0")) == str(TimeCode("0") - TimeCode(total))


def test_lists_are_summed() -> None:
    time_codes = [TimeCode("1@PAL"), TimeCode("24@PAL")]
    assert str(sum(time_codes, TimeCode(0, "PAL"))) == str(sum(time_codes)) == "25@PAL"


@pytest.mark.parametrize(
    ("text", "factor", "product", "quotient"),
    [
        ("100@PAL", 4, "400@PAL", "25@PAL"),
        ("100@PAL", 3, "300@PAL", "100@75"),
        ("-101@25", 2, "-202@PAL", "-101@50"),
        ("1@NTSC", -2, "-2@NTSC", "-1@60000:1001"),
        ("100@PAL", Fraction(25, 24), "625@150", "96@PAL"),
        ("0@PAL", 7, "0@PAL", "0@PAL"),
        ("+INF", 2, "+INF", "+INF"),
        ("+INF", Fraction(-1, 2), "-INF", "-INF"),
    ],
)
def test_products_and_quotients_are_exact(text: str, factor: Any, product: str, quotient: str) -> None:
    time_code = TimeCode(text)
    assert str(time_code * factor) == str(factor * time_code) == product
    assert str(time_code / factor) == quotient
    assert time_code / factor * factor == time_code


def test_products_and_quotients_that_do_not_exist() -> None:
    with pytest.raises(ApiValueError, match=r"cannot be divided by 0\Z"):
        TimeCode("1@PAL") / 0
    with pytest.raises(ApiValueError, match=r"\+INF cannot be multiplied by 0\Z"):
        TimeCode("+INF") * 0
    with pytest.raises(ApiValueError, match="less than"):
        TimeCode("1@PAL") * 2**63
    with pytest.raises(ApiValueError, match="numbers of a time base"):
        TimeCode("1@PAL") / 2**62


@pytest.mark.parametrize("factor", [1.5, "2", True, None, TimeCode("1@PAL"), timedelta(1)])
def test_factors_are_exact_numbers(factor: Any) -> None:
    time_code = TimeCode("1@PAL")
    uses: list[Callable[[], object]] = [
        lambda: time_code * factor,
        lambda: factor * time_code,
        lambda: time_code / factor,
    ]
    for use in uses:
        with pytest.raises(TypeError):
            use()


def test_the_absolute_value() -> None:
    assert [str(abs(TimeCode(text))) for text in ("-5@25", "5@25", "-INF", "+INF")] == ["5@PAL", "5@25", "+INF", "+INF"]


def test_time_codes_of_documents_are_added_and_compared() -> None:
    second = vidispine.TimeCodeType(samples=25, time_base=vidispine.TimeBaseType(numerator=1, denominator=25))
    frame: Any = TimeCode("1@PAL")
    assert str(frame + second) == str(second + frame) == "26@PAL"
    assert str(frame - second) == "-24@PAL"
    assert str(second - frame) == "24@PAL"
    assert frame < second
    assert second > frame
    assert sum([frame, second]) == TimeCode("26@PAL")


@pytest.mark.parametrize(
    ("text", "base", "converted"),
    [
        ("3600@30000:1001", "PAL", "3003@PAL"),
        ("10@PAL", 48000, "19200@48000"),
        ("1@1", "NTSC", "30@NTSC"),
        ("1@50", "PAL", "1@PAL"),
        ("-1@50", "PAL", "0@PAL"),
        ("-3@50", "PAL", "-1@PAL"),
        ("1@51", "PAL", "0@PAL"),
        ("250@25", "25", "250@PAL"),
        ("+INF", "PAL", "+INF"),
    ],
)
def test_converting_rounds_to_the_nearest_sample_half_up(text: str, base: Any, converted: str) -> None:
    assert str(TimeCode(text).convert(base)) == converted


@pytest.mark.parametrize(
    ("seconds", "base", "text"),
    [
        (2, "PAL", "50@PAL"),
        (49.36, "PAL", "1234@PAL"),
        ("49.36", "25", "1234@PAL"),
        ("0.02", "PAL", "1@PAL"),
        ("0.0199999999999999999999999", "PAL", "0@PAL"),
        ("-0.02", "PAL", "0@PAL"),
        ("-0.0200000000000000000000001", "PAL", "-1@PAL"),
        (0.06, "PAL", "2@PAL"),
        (0.1, "PAL", "3@PAL"),
        (Fraction(1, 3), "NTSC", "10@NTSC"),
        (Fraction(1, 50) - Fraction(1, 10**30), "PAL", "0@PAL"),
        (Decimal("0.06"), "PAL", "2@PAL"),
        ("1.0E-4", 48000, "5@48000"),
        ("1.2345E7", 1, "12345000@1"),
        (".5", 2, "1@2"),
        ("5.", 1, "5@1"),
        (1e16, 1, "10000000000000000@1"),
    ],
)
def test_seconds_are_rounded_to_the_nearest_sample_half_up(seconds: Any, base: Any, text: str) -> None:
    assert str(TimeCode.from_seconds(seconds, base)) == text


def test_a_timedelta_has_the_nearest_microsecond() -> None:
    assert TimeCode("3600@NTSC").to_timedelta() == timedelta(minutes=2, milliseconds=120)
    assert TimeCode("1@NTSC30").to_timedelta() == timedelta(microseconds=33333)
    assert TimeCode("1@2000000").to_timedelta() == timedelta(microseconds=1)
    assert TimeCode("-1@2000000").to_timedelta() == timedelta(0)
    with pytest.raises(ApiValueError, match="99999999999999@1 must be within 999999999 days"):
        TimeCode(99999999999999).to_timedelta()


def test_infinite_ends() -> None:
    low, high = INFINITE
    assert (low.seconds, high.seconds) == (-math.inf, math.inf)
    assert (low.is_finite, high.is_finite, TimeCode("1").is_finite) == (False, False, True)
    assert -low == high == high + TimeCode("1")
    assert len({low, high, TimeCode("-INF"), TimeCode("0")}) == 3
    assert pickle.loads(pickle.dumps(high)) == high


@pytest.mark.parametrize("time_code", INFINITE, ids=str)
@pytest.mark.parametrize(
    ("use", "what"),
    [
        (lambda each: each.samples, "samples"),
        (lambda each: each.base, "time base"),
        (lambda each: each.to_fraction(), "value in seconds"),
        (lambda each: each.to_timedelta(), "value in seconds"),
        (lambda each: each.to_document(), "time base"),
        (lambda each: each.smpte("PAL"), "SMPTE text"),
        (lambda each: f"{each:smpte}", "SMPTE text"),
    ],
)
def test_infinite_ends_have_no_samples(time_code: TimeCode, use: Any, what: str) -> None:
    with pytest.raises(ApiValueError) as caught:
        use(time_code)
    assert str(caught.value) == f"{time_code} has no {what}"


def test_infinite_ends_of_both_signs_have_no_sum() -> None:
    low, high = INFINITE
    with pytest.raises(ApiValueError, match="not defined"):
        low + high
    with pytest.raises(ApiValueError, match="not defined"):
        high - high


def test_a_time_code_does_not_change() -> None:
    for value, names in ((TimeCode("250@PAL"), ("samples", "base", "seconds")), (TimeBase("PAL"), ("numerator",))):
        for name in (*names, "another"):
            with pytest.raises(AttributeError):
                setattr(value, name, 1)


def test_formats() -> None:
    assert f"{TimeCode('1234@PAL'):smpte}" == "00:00:49:09"
    assert f"{TimeCode('1234@PAL'):>10}|" == "  1234@PAL|"
    with pytest.raises(ApiValueError, match="must be 'smpte' or that of a str, not 'smtpe'"):
        f"{TimeCode('1234@PAL'):smtpe}"


NO_TIME_CODES = (
    "", "@", "@PAL", "250@", "250@@PAL", "250 @PAL", " 250@PAL", "250@PAL ", "250@PAL\n", "1.5@PAL", "1e3", "1_000",
    "0x10", "--1", "+", "INF", "inf", "nan", "NaN", "-inf", "+INF@PAL", "\u0662\u0665@PAL", "\xb2@PAL",
    "\uff12@PAL", "250\uff20PAL",
    "00:00:10:00", "250@pal", "250@-25", "250@25.0", "250@25:", "250@:1", "250@25:1:1", "250@FILM", "250@25/1",
    "1" * 41, "1" * 100_000, "250@" + "1" * 41, "\ud800", "\x00",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_TIME_CODES, ids=lambda text: repr(text[:12]))
def test_what_is_not_a_time_code_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ApiValueError) as caught:
        TimeCode(text)
    message = str(caught.value)
    assert "is not a time code: must be samples@timebase" in message or "is not a time base: must be samples" in message
    assert len(message) < 200
    assert message.isprintable()


@pytest.mark.parametrize("base", ["0", "25:0", "0:0", "0:1001", 0, -25, 2**63, f"{2**63}", f"1:{2**63}"])
def test_a_time_base_is_greater_than_zero_and_within_64_bits(base: Any) -> None:
    for use in (TimeBase, lambda base: TimeCode(1, base), TimeCode("1").convert):
        with pytest.raises(ApiValueError, match=r"^the numbers of a time base must be from 1 to 2\*\*63 - 1$"):
            use(base)


def test_samples_are_within_64_bits() -> None:
    largest = 2**63 - 1
    for samples in (largest, -largest):
        assert TimeCode(samples, "PAL").samples == TimeCode(f"{samples}@PAL").samples == samples
        assert TimeCode(f"{samples}@1:{largest}").seconds == float(samples * largest)
    uses: list[Callable[[], TimeCode]] = [
        lambda: TimeCode(largest + 1),
        lambda: TimeCode(-largest - 1, "PAL"),
        lambda: TimeCode(f"{largest + 1}@PAL"),
        lambda: TimeCode(largest, "PAL") + TimeCode("1@PAL"),
        lambda: TimeCode(largest).convert("PAL"),
        lambda: TimeCode.from_seconds(largest, 2),
        lambda: TimeCode.from_seconds("1e999", "PAL"),
        lambda: TimeCode.from_seconds(1e308, "PAL"),
    ]
    for use in uses:
        with pytest.raises(ApiValueError, match=r"^a time code must have less than 2\*\*63 samples"):
            use()
    with pytest.raises(ApiValueError, match="the numbers of a time base"):
        TimeCode(1, largest) + TimeCode(1, largest - 1)


@pytest.mark.parametrize("value", [None, True, 1.0, 1.5, b"250@PAL", Fraction(1), Decimal(1), [], int, TimeBase("PAL")])
def test_samples_are_text_or_whole(value: Any) -> None:
    with pytest.raises(ApiTypeError, match=f"^a time code must be text or samples .*, not {type(value).__name__}$"):
        TimeCode(value)
    with pytest.raises(ApiTypeError, match=f"^samples in a time base must be .*, not {type(value).__name__}$"):
        TimeCode(value, "PAL")


def test_a_base_goes_with_samples_only() -> None:
    for value in ("250", "250@PAL", TimeCode("250@PAL")):
        with pytest.raises(ApiTypeError, match=r"^samples in a time base must be an integer, not "):
            TimeCode(value, "PAL")


class Whole:
    """An integer of another kind, as NumPy has."""

    def __index__(self) -> int:
        return 50


def test_integers_of_other_kinds_are_accepted() -> None:
    assert TimeCode(Whole(), Whole()) == TimeCode("1") == TimeCode(50, Whole())
    assert TimeCode.from_seconds(Whole(), 1) == TimeCode(50)  # type: ignore[arg-type]


@pytest.mark.parametrize("base", [None, True, 25.0, 29.97, b"PAL", Fraction(25), [], TimeCode("1@PAL")])
def test_a_time_base_is_text_or_whole(base: Any) -> None:
    with pytest.raises(ApiTypeError) as caught:
        TimeBase(base)
    assert str(caught.value) == (
        f"a time base must be text or an integer (29.97 frames per second are 'NTSC'), not {type(base).__name__}"
    )


NO_SECONDS = (
    "", "x", "nan", "inf", "1/3", "1_0", " 1", "1\n", "\u0662", "1e9999", "1" * 41, "0x1", "00:00:10",
    math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("Infinity"), Decimal("1e1000000"),
)  # fmt: skip


@pytest.mark.parametrize("seconds", NO_SECONDS, ids=lambda seconds: repr(seconds)[:20])
def test_seconds_are_decimal_and_finite(seconds: Any) -> None:
    with pytest.raises(
        ApiValueError, match=r"is not a number of seconds: must be decimal and finite, such as '49\.36'$"
    ):
        TimeCode.from_seconds(seconds, "PAL")


@pytest.mark.parametrize("seconds", [None, True, b"1", [], TimeCode("1")])
def test_seconds_are_text_or_a_number(seconds: Any) -> None:
    expected = f"^seconds must be text, a number or a timedelta, not {type(seconds).__name__}$"
    with pytest.raises(ApiTypeError, match=expected):
        TimeCode.from_seconds(seconds, "PAL")


@pytest.mark.parametrize("text", ["0@PAL", "-1@25", "250@PAL", "107892@30000:1001", f"{10**12 + 7}@PAL"])
def test_timedeltas_are_seconds(text: str) -> None:
    time_code = TimeCode(text)
    assert TimeCode.from_seconds(time_code.to_timedelta(), time_code.base) == time_code
    assert TimeCode.from_seconds(timedelta(microseconds=-1), 10**6).samples == -1


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("250@pal", "or one of PAL, NTSC, NTSC30: did you mean 'PAL'?"),
        ("250@NTSC_30", None),
        ("250@ntsc30", ": did you mean 'NTSC30'?"),
        ("250@FOO", "or one of PAL, NTSC, NTSC30"),
        ("00:00:10:00", "; for SMPTE, use TimeCode.from_smpte"),
        ("-01:00:10;00", "; for SMPTE, use TimeCode.from_smpte"),
        ("1:2", "'-INF' or '+INF'"),
    ],
)
def test_messages_name_what_was_probably_meant(text: str, hint: str | None) -> None:
    with pytest.raises(ApiValueError) as raised:
        TimeCode(text)
    assert str(raised.value).endswith(hint or "'-INF' or '+INF'")


@pytest.mark.parametrize("other", [1, 1.0, "1@PAL", None, timedelta(1), TimeBase("PAL")])
def test_time_codes_are_compared_with_time_codes(other: Any) -> None:
    time_code = TimeCode("1@PAL")
    uses: list[Callable[[], object]] = [
        lambda: time_code + other,
        lambda: other + time_code,
        lambda: time_code - other,
        lambda: time_code < other,
        lambda: time_code >= other,
    ]
    for use in uses:
        with pytest.raises(TypeError):
            use()
    assert time_code != other


def test_pickles_name_the_public_module() -> None:
    assert TimeCode.__module__ == TimeBase.__module__ == vidispine.TimeSpan.__module__ == "vidispine.timecode"
    assert b"_mixins" not in pickle.dumps([TimeCode("1@PAL"), TimeBase("PAL"), vidispine.TimeSpan("1", "2")])
    for name in vidispine.timecode.__all__:
        assert getattr(vidispine, name) is getattr(vidispine.timecode, name)
        assert name in dir(vidispine)
