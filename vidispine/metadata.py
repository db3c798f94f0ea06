"""The metadata of items and other entities; see ``docs/guides/metadata.md``.

Every :class:`vidispine.MetadataType` that an operation returns has the methods of :class:`Metadata`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine._mixins.metadata_content import build_content, generic_timespans
from vidispine._mixins.metadata_fields import MetadataGroup
from vidispine._mixins.metadata_schema import MetadataSchema
from vidispine._mixins.metadata_state import check_schema, state_of
from vidispine._mixins.metadata_view import MetadataSelection, MetadataSpan
from vidispine.exceptions import ApiValueError
from vidispine.models.metadata_type import MetadataType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

__all__ = ["Metadata", "MetadataGroup", "MetadataSchema", "MetadataSelection", "MetadataSpan"]

_MODES = (None, "add", "remove")


class Metadata(MetadataType, document="MetadataDocument"):
    """A metadata document that is built from values by the names of fields and groups.

    ::

        metadata = Metadata({"title": "Harbor at dawn", "acme_person": [{"acme_name": "Ada", "acme_role": "host"}]})
        print(client.import_.create_placeholder(metadata, container=1).id)

    It is accepted wherever a metadata document is: by ``update_metadata``, ``create_placeholder`` and all operations
    that import. It has the methods of every metadata document that was read, such as ``add_group``, ``at`` and
    ``language``.

    :param values: a mapping. A value is text, a number, a ``bool``, a ``datetime`` with a time zone, a ``date`` or a
        ``TimeCode``; a list is several values. A mapping, or a list of mappings, is a group, nested to any depth.
        Fields whose names begin with ``__`` can be read, but are never sent. Default: no values
    :param schema: what ``client.metadata.schema()`` returned; names and numbers are then checked. Default: not checked
    :param mode: how writing it changes the metadata of an entity: ``add`` adds the values and groups, ``remove``
        removes these values, or all groups of the names. Default: the values replace those of the same fields
    :raises ApiTypeError: a value has a type that cannot be written
    :raises ApiValueError: a value is not finite, is a datetime without a time zone, or by the schema not a number
    :raises ApiKeyError: the schema does not have a name; the message suggests the closest one
    """

    if TYPE_CHECKING:

        def __init__(
            self,
            values: Mapping[str, object] | None = None,
            *,
            schema: MetadataSchema | None = None,
            mode: Literal["add", "remove"] | None = None,
        ) -> None: ...

    else:

        def __init__(self, values=None, *, schema=None, mode=None):
            """Build a document of values; see the class."""
            if mode not in _MODES:
                raise ApiValueError(f"the mode of metadata must be 'add' or 'remove', not {mode!r}")
            if schema is not None:
                check_schema(schema)
            super().__init__()
            state = state_of(self)
            state.is_new, state.schema, state.mode = True, schema, mode
            if values is None:
                return
            fields, groups = build_content(values, self, transient=True)
            if mode is not None:
                for node in (*fields, *groups):
                    node["mode"] = mode
            timespans = generic_timespans(fields, groups)
            if timespans:
                self._document["timespan"] = timespans
