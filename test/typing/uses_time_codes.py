"""A script with time codes as users write it; type checkers must infer each type in ``assert_type``."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Optional

from typing_extensions import assert_type

import vidispine
from vidispine import TimeBase, TimeBaseType, TimeCode, TimeCodeType, TimeSpan

time_code = TimeCode("250@PAL")
assert_type(time_code, TimeCode)
assert_type(vidispine.timecode.TimeCode("250@PAL"), TimeCode)
assert_type(TimeCode(250, "PAL"), TimeCode)
assert_type(TimeCode(250, 25), TimeCode)
assert_type(TimeCode(time_code), TimeCode)
assert_type(TimeCode.from_smpte("01:00:00;00", "NTSC"), TimeCode)
for seconds in (2, 2.5, "2.5", Fraction(5, 2), Decimal("2.5")):
    assert_type(TimeCode.from_seconds(seconds, TimeBase("PAL")), TimeCode)

assert_type(time_code.samples, int)
assert_type(time_code.base, TimeBase)
assert_type(time_code.seconds, float)
assert_type(time_code.is_finite, bool)
assert_type(time_code.convert(48000), TimeCode)
assert_type(time_code.smpte(), str)
assert_type(time_code.smpte(base="NTSC", drop_frame=True), str)
assert_type(time_code.to_fraction(), Fraction)
assert_type(time_code.to_timedelta(), timedelta)
assert_type(time_code.to_document(), dict[str, Any])
assert_type(time_code + time_code, TimeCode)
assert_type(time_code - -time_code, TimeCode)
assert_type(time_code * 2, TimeCode)
assert_type(2 * time_code, TimeCode)
assert_type(time_code / Fraction(25, 24), TimeCode)
assert_type(abs(time_code), TimeCode)
assert_type(sum([time_code, time_code], TimeCode(0)), TimeCode)
print(sum([time_code, time_code]))
assert_type(time_code < time_code, bool)
assert_type(time_code >= time_code, bool)
assert_type(sorted([time_code, TimeCode("1")]), list[TimeCode])
assert_type({time_code: 1}, dict[TimeCode, int])

base = time_code.base
assert_type((base.numerator, base.denominator, base.length, base.rate), tuple[int, int, Fraction, float])

span = TimeSpan("100@PAL", time_code)
assert_type(span.start, TimeCode)
assert_type(span.end, TimeCode)
assert_type(span.duration, TimeCode)
assert_type(span.contains("1@PAL"), bool)
assert_type(span in TimeSpan(), bool)
assert_type(span.overlaps(TimeSpan(end="1")), bool)
assert_type(span.intersection(TimeSpan("1")), Optional[TimeSpan])
assert_type(min(span, TimeSpan()), TimeSpan)

document = TimeCodeType(samples=250, time_base=TimeBaseType(numerator=1, denominator=25))
assert_type(document.seconds, float)
assert_type(document.time_base.rate, float)
assert_type(TimeCode(document), TimeCode)
assert_type(TimeBase(document.time_base), TimeBase)
assert_type(document == time_code, bool)
assert_type(time_code + document, TimeCode)
assert_type(document - time_code, TimeCode)
assert_type(time_code < document, bool)
