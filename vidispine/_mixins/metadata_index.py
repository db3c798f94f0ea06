"""The fields of an entity by name, so that reading many of them does not search the document for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._mixins.metadata_nodes import children, is_generic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.models.metadata_type import MetadataType

__all__ = ["INDEX", "FieldIndex"]

INDEX = "_metadata_index"
"""The key in the ``__dict__`` of a model."""


class FieldIndex:
    """The fields that hold for a whole entity, of all tracks. It refers to the nodes and copies nothing.

    The views replace or extend lists and never rename a field, so the lists and their lengths tell whether it is
    current. Programs can rename models: a document whose timespans were read as models has no index.

    :param root: the document
    """

    __slots__ = ("_count", "_parts", "_timespans", "by_name")

    def __init__(self, root: MetadataType) -> None:
        self._timespans = timespans = children(root, "timespan")
        self._count = len(timespans)
        self._parts = [(one, fields := children(one, "field"), len(fields)) for one in timespans if is_generic(one)]
        #: by the name of a field: the field, or a list of them if several have the name
        self.by_name = _by_name([field for _, fields, _ in self._parts for field in fields])

    def is_current(self, document: dict[str, Any]) -> bool:
        """Return whether the document still has these fields."""
        timespans = document.get("timespan", ())
        if timespans is not self._timespans or len(timespans) != self._count:
            return False
        for container, fields, count in self._parts:
            now = container.get("field", ())
            if now is not fields or len(now) != count:
                return False
        return True


def _by_name(fields: Sequence[dict[str, Any]]) -> Mapping[Any, Any]:
    found: dict[Any, Any] = {field.get("name"): field for field in fields}
    if len(found) < len(fields):
        found = {}
        for field in fields:
            found.setdefault(field.get("name"), []).append(field)
    return found
