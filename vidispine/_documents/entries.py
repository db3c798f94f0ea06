"""Lists of entries: documents that are a page of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PARTS", "Entries"]

PARTS = ("metadata", "item", "collection", "shape", "file")
"""Documents within an entry of a list whose values tables show as columns of the entry."""

T = TypeVar("T")


class Entries(Generic[T]):
    """Makes a list document a sequence of its entries: ``len``, iteration, indexes and truth value.

    ``len`` is the number of entries on this page. The member ``hits``, if any, is the total number.
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
