"""Values of documents that store how they were written in XML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["ElementDict", "ElementText"]


class ElementDict(dict[str, Any]):
    """An element that a model does not declare, or one with attributes that it does not declare.

    It compares and serializes as a plain ``dict``. How its members were written in XML is only stored to write them
    back.
    """

    __slots__ = ("attributes", "text", "type")

    attributes: frozenset[str]
    """The members that were attributes."""
    text: str | None
    """The member that was the text of the element."""
    type: str | None
    """The attribute ``xsi:type``, with its namespace in braces."""

    def __init__(
        self,
        members: dict[str, Any] | None = None,
        attributes: frozenset[str] = frozenset(),
        text: str | None = None,
        type: str | None = None,
    ) -> None:
        super().__init__(members or {})
        self.attributes = attributes
        self.text = text
        self.type = type

    def with_members(self, members: dict[str, Any]) -> ElementDict:
        """Return the same element with other members."""
        return ElementDict(members, self.attributes, self.text, self.type)

    def __reduce__(self) -> tuple[Any, ...]:
        return ElementDict, (dict(self), self.attributes, self.text, self.type)


class ElementText(str):
    """The text of an element that has attributes, although a model declares none for it."""

    __slots__ = ("attributes",)

    attributes: dict[str, str]

    def __new__(cls, text: str, attributes: dict[str, str]) -> Self:
        """Create the text of an element with these attributes."""
        self = super().__new__(cls, text)
        self.attributes = attributes
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return ElementText, (str(self), self.attributes)
