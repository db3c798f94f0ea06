"""Exact media time: :class:`TimeCode`, :class:`TimeBase` and :class:`TimeSpan`; see ``docs/timecode.md``."""

from __future__ import annotations

from vidispine._mixins.media_time import TimeCode
from vidispine._mixins.time_base import TimeBase
from vidispine._mixins.time_span import TimeSpan

__all__ = ["TimeBase", "TimeCode", "TimeSpan"]
