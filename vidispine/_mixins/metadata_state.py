"""The state of a metadata document: the entity that it was loaded from, and its content before it was edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._mixins.metadata_nodes import copy_json
from vidispine.exceptions import ApiTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine._mixins.metadata_nodes import Node
    from vidispine._mixins.metadata_schema import MetadataSchema

__all__ = ["STATE", "MetadataState", "check_schema", "state_of"]

STATE = "_metadata_state"
"""The key in the ``__dict__`` of a model."""
_COPIED = ("entity", "is_new", "mode", "original", "schema", "selection")


class MetadataState:
    """The state of one metadata document.

    - ``entity``: kind and id of the entity that it was loaded from.
    - ``is_new``: whether it was built and not read, in which case all of its content counts as a change.
    - ``mode``: the mode of the fields and groups that are added to a new document: ``add``, ``remove`` or ``None``.
    - ``original``: the document before the first edit; ``None`` until then. It is never modified.
    - ``selection``: the arguments that it was loaded with.
    - ``edition``: a number that changes when the whole content is replaced.
    - ``spans``: the timespans by interval, see :class:`vidispine._mixins.metadata_view.MetadataView`.
    """

    __slots__ = ("edition", "entity", "is_new", "mode", "original", "schema", "selection", "spans")

    def __init__(self) -> None:
        self.entity: tuple[str, str | None] | None = None
        self.is_new = False
        self.mode: str | None = None
        self.original: dict[str, Any] | None = None
        self.schema: MetadataSchema | None = None
        self.selection: Mapping[str, Any] = {}
        self.edition = 0
        self.spans: tuple[Any, int, dict[Any, list[Node]]] | None = None

    def begin(self, document: dict[str, Any]) -> None:
        """Store the original document on the first change."""
        if self.original is None and not self.is_new:
            self.original = copy_json(document)

    def copy(self) -> MetadataState:
        """Return the state for a copy of the document."""
        return _restore(self.__reduce__()[1][0])

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, ({name: getattr(self, name) for name in _COPIED},)


def _restore(members: dict[str, Any]) -> MetadataState:
    state = MetadataState()
    for name, value in members.items():
        setattr(state, name, value)
    return state


def check_schema(schema: Any) -> None:
    """Check that definitions of fields are what ``client.metadata.schema()`` returns, or ``None``.

    :raises ApiTypeError: they are something else
    """
    if schema is not None and not hasattr(schema, "check_field"):
        raise ApiTypeError(f"a schema must be the result of client.metadata.schema(), not {type(schema).__name__}")


def state_of(metadata: Any) -> MetadataState:
    """Return the state of a metadata document, which is created on first use."""
    state: MetadataState | None = metadata.__dict__.get(STATE)
    return metadata.__dict__.setdefault(STATE, MetadataState()) if state is None else state
