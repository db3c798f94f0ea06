"""Lists of metadata that servers return as the document of the only entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from vidispine._documents.registry import find_model

if TYPE_CHECKING:
    from typing_extensions import Self

    from vidispine._documents.conversion import Location

__all__ = ["BareMetadata"]


class BareMetadata:
    """Reads metadata that servers return for collections as a bare document as the metadata of the only entry."""

    _bare: ClassVar[str | None] = "MetadataType"

    @classmethod
    def _view(cls, document: Any, location: Location) -> Self:
        # Terse metadata has no declared members, so it cannot be recognized and stays unchanged.
        if isinstance(document, dict) and "item" not in document and not _members().isdisjoint(document):
            document = cls._from_bare(document)
        view: Self = super()._view(document, location)  # type: ignore[misc]
        return view

    @classmethod
    def _from_bare(cls, document: dict[str, Any]) -> dict[str, Any]:
        return {"item": [{"metadata": document}]}


def _members() -> set[str]:
    return set(find_model("MetadataType").attribute_map.values())
