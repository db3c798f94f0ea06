"""Open enums: the values that are known of a field or a parameter."""

from __future__ import annotations

__all__ = ["Vocabulary"]


class Vocabulary:
    """An open enum: the known values of a field or a parameter. Servers may know more.

    Each value is a plain ``str``: ``JobState.FINISHED`` is ``"FINISHED"``.
    """

    @classmethod
    def values(cls) -> tuple[str, ...]:
        """Return all values, in the order of the documentation."""
        return tuple(value for name, value in cls.__dict__.items() if name[0] != "_" and isinstance(value, str))
