"""Headers and bodies whose ``repr`` shows no secret: tracebacks may show local variables."""

from __future__ import annotations

from typing import Any

__all__ = ["Headers", "SecretBytes"]

_MASK = "***"
_SHOWN = frozenset({"accept", "content-length", "content-type", "if-range", "range", "runas", "user-agent"})


class SecretBytes(bytes):
    """A body whose ``repr`` does not show it."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        return SecretBytes(part) if isinstance(part, bytes) else part


class Headers(dict[str, str]):
    """Headers whose ``repr`` shows no value that may be a secret."""

    def __repr__(self) -> str:
        return repr(self._masked())

    def __rich_repr__(self) -> Any:
        # rich would show the contents of a mapping instead of its repr.
        yield from self._masked().items()

    def _masked(self) -> dict[str, str]:
        return {name: value if name.lower() in _SHOWN else _MASK for name, value in self.items()}

    def copy(self) -> Headers:
        """Return a copy. urllib3 makes one before it adds the headers for a proxy."""
        return Headers(self)
