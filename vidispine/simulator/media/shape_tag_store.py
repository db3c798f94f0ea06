"""Shape tags and their presets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.database.named_documents import NamedDocuments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine.simulator.database.connection import Database

ORIGINAL = "original"
"""The tag of the original shape. It is built in."""


class ShapeTagStore(NamedDocuments):
    """Stores the presets of shape tags."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "shape_tag", "shape-tag")

    def names(self) -> list[str]:
        """Return the names, ``original`` first."""
        return [ORIGINAL, *(name for name in super().names() if name != ORIGINAL)]

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the preset of a tag, ``None`` when it is missing."""
        preset = super().find(name)
        return {} if preset is None and name == ORIGINAL else preset

    def check(self, names: Iterable[str]) -> list[str]:
        """Return the names without duplicates.

        :raises ApiError: a tag is missing
        """
        unique = list(dict.fromkeys(names))
        for name in unique:
            self.get(name)
        return unique
