"""Exact media time: :class:`TimeCode`, :class:`TimeBase` and :class:`TimeSpan`; see ``docs/timecode.md``."""

from __future__ import annotations

from vidispine._mixins.media_time import TimeBase, TimeCode, TimeSpan

__all__ = ["TimeBase", "TimeCode", "TimeSpan"]
