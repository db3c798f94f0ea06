"""Lists of entries: documents that are a page of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PARTS", "Entries"]

PARTS = ("metadata", "item", "collection", "shape", "file")
"""Documents within an entry of a list whose values tables show with the entry's own."""

T = TypeVar("T")


class Entries(Generic[T]):
    """Makes a document with a list of entries a sequence of these: ``len``, iteration, indexes, and truth.

    ``len`` counts the entries of this page. The member ``hits``, if any, counts those of all pages.
    """

    __slots__ = ()

    _entries: ClassVar[str]

    def __len__(self) -> int:
        return len(self._listed())

    def __iter__(self) -> Iterator[T]:
        return iter(self._listed())

    def __getitem__(self, index: int) -> T:
        return self._listed()[index]

    def _listed(self) -> list[T]:
        entries: list[T] | None = getattr(self, self._entries)
        return entries or []
