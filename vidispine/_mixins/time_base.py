"""The length of a sample as an exact rational number; public in :mod:`vidispine.timecode`."""

from __future__ import annotations

import math
import operator
import re
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any, SupportsIndex, Union

from vidispine._mixins.time_codes import TimeBaseMixin, ratio
from vidispine.exceptions import ApiTypeError, ApiValueError, did_you_mean, short_repr

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["BITS", "TimeBase", "TimeBaseLike", "common_base", "divided_base", "quoted", "to_integer"]

BITS = 63
"""Bits of a number, without its sign: that of the server's documents is assumed to have 64."""
_CONSTANTS = {"PAL": Fraction(1, 25), "NTSC": Fraction(1001, 30000), "NTSC30": Fraction(1, 30)}
_NAMES = {length: name for name, length in _CONSTANTS.items()}
# Bounded, because Python takes quadratic time for long numbers.
_TEXT = re.compile(r"([0-9]{1,40})(?::([0-9]{1,40}))?")


class TimeBase:
    """The length of one sample, as an exact fraction of a second. Immutable; equal and hashed by value.

    :param base: text (``"PAL"``, ``"NTSC"``, ``"NTSC30"``, ``"25"``, ``"30000:1001"``: samples per second), a whole
        number of samples per second, or a :class:`~vidispine.TimeBaseType`
    :raises ApiValueError: text that is not a time base, or a number that is not from 1 to 2**63 - 1
    :raises ApiTypeError: a value of another type, such as a ``float``
    """

    __slots__ = ("_length",)
    # Pickles name the public module.
    __module__ = "vidispine.timecode"

    _length: Fraction

    def __new__(cls, base: TimeBaseLike) -> Self:
        return cls._of(_length(base))

    @classmethod
    def _of(cls, length: Fraction) -> Self:
        self = object.__new__(cls)
        self._length = length
        return self

    @property
    def length(self) -> Fraction:
        """Length of one sample in seconds."""
        return self._length

    @property
    def numerator(self) -> int:
        """Numerator of the length of one sample in seconds, in lowest terms: ``1001`` for ``NTSC``."""
        return self._length.numerator

    @property
    def denominator(self) -> int:
        """Denominator of the length of one sample in seconds, in lowest terms: ``30000`` for ``NTSC``."""
        return self._length.denominator

    @property
    def rate(self) -> float:
        """Samples per second: ``25.0`` for ``PAL``. Exactly, they are ``denominator / numerator``."""
        return self.denominator / self.numerator

    def __str__(self) -> str:
        """Return the constant, or the shortest ratio: ``PAL``, ``48000``, ``24000:1001``."""
        ratio = f"{self.denominator}:{self.numerator}" if self.numerator > 1 else str(self.denominator)
        return _NAMES.get(self._length, ratio)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return self._length == other._length if isinstance(other, TimeBase) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._length)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self),)


TimeBaseLike = Union[TimeBase, TimeBaseMixin, str, SupportsIndex]


def common_base(one: TimeBase, other: TimeBase) -> TimeBase:
    """Return the coarsest base that both are multiples of.

    :raises ApiValueError: its numbers are out of range
    """
    if one == other:
        return one
    numerator = math.gcd(one.numerator * other.denominator, other.numerator * one.denominator)
    common = Fraction(numerator, one.denominator * other.denominator)
    return TimeBase._of(_positive(common.numerator, common.denominator))


def divided_base(base: TimeBase, divisor: int) -> TimeBase:
    """Return the base with samples of a fraction of the length.

    :raises ApiValueError: its numbers are out of range
    """
    length = base.length / divisor
    return TimeBase._of(_positive(length.numerator, length.denominator))


def to_integer(value: Any, message: str) -> int:
    """Convert an integer of any type, such as NumPy's, to ``int``.

    :param message: the beginning of the error message
    :raises ApiTypeError: the value is not an integer
    """
    # A bool is an int in Python, but is always a mistake here.
    if not isinstance(value, bool):
        with suppress(TypeError):
            return operator.index(value)
    raise ApiTypeError(f"{message}, not {type(value).__name__}")


def quoted(text: str) -> str:
    """Return text quoted for an error message."""
    return short_repr(text)


def _length(base: TimeBaseLike) -> Fraction:
    """Return the length of a sample in seconds."""
    if isinstance(base, TimeBase):
        return base._length
    if isinstance(base, str):
        return _CONSTANTS.get(base) or _parse_length(base)
    if isinstance(base, TimeBaseMixin):
        return _positive(*ratio(1, base))
    message = "a time base must be text or an integer (29.97 frames per second are 'NTSC')"
    return _positive(1, to_integer(base, message))


def _parse_length(text: str) -> Fraction:
    found = _TEXT.fullmatch(text)
    if found is None:
        near = did_you_mean(text.upper(), _CONSTANTS)
        raise ApiValueError(
            f"{quoted(text)} is not a time base: must be samples per second such as '25' or '30000:1001', "
            f"or one of {', '.join(_CONSTANTS)}{near}"
        )
    return _positive(int(found[2] or 1), int(found[1]))


def _positive(numerator: int, denominator: int) -> Fraction:
    if min(numerator, denominator) < 1 or max(numerator, denominator).bit_length() > BITS:
        raise ApiValueError(f"the numbers of a time base must be from 1 to 2**{BITS} - 1")
    return Fraction(numerator, denominator)
