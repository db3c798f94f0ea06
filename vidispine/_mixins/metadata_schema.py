"""The definitions of metadata fields and groups; public in :mod:`vidispine.metadata`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vidispine._mixins.metadata_values import BY_FIELD_TYPE, from_text, is_transient
from vidispine.exceptions import ApiKeyError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vidispine.models.metadata_field_group_type import MetadataFieldGroupType
    from vidispine.models.metadata_field_type import MetadataFieldType

__all__ = ["MetadataSchema"]


class MetadataSchema:
    """The metadata fields and field groups that a server has. ``client.metadata.schema()`` returns it.

    :param fields: the definitions of fields
    :param groups: the definitions of groups
    """

    __module__ = "vidispine.metadata"

    def __init__(self, fields: Iterable[MetadataFieldType], groups: Iterable[MetadataFieldGroupType]) -> None:
        #: the definitions of fields, by name
        self.fields: Mapping[str, MetadataFieldType] = MappingProxyType({one.name: one for one in fields if one.name})
        #: the definitions of groups, by name
        self.groups: Mapping[str, MetadataFieldGroupType] = MappingProxyType(
            {one.name: one for one in groups if one.name}
        )

    def type_of(self, name: str) -> Callable[[str], Any]:
        """Return the Python type of a field's values.

        :param name: the name of the field
        :returns: ``str``, ``int``, ``float``, ``bool``, ``datetime``, or a function that returns a ``TimeCode``
        :raises ApiKeyError: there is no such field; the message suggests the closest name
        """
        self.check_field(name)
        field = self.fields.get(name)
        parse: Callable[[str], Any] = BY_FIELD_TYPE.get(((field and field.type) or "").partition("-")[0], str)
        return parse

    def check_field(self, name: str) -> None:
        """Check that there is a field. Transient fields, whose names begin with ``__``, need no definition.

        :raises ApiKeyError: there is no such field; the message suggests the closest name
        """
        if name not in self.fields and not is_transient(name):
            if name in self.groups:
                raise ApiKeyError(f"{name!r} is a metadata field group, not a field")
            raise ApiKeyError(f"there is no metadata field {name!r}{did_you_mean(name, [*self.fields, *self.groups])}")

    def check_input(self, name: str, texts: Sequence[str] | None) -> None:
        """Check what is written to a field or group: its name, and that the values of a numeric field are numbers.

        :param texts: the values of a field; ``None`` for a group
        :raises ApiKeyError: there is no such field or group; the message suggests the closest name
        :raises ApiValueError: a value is not a number of the field's type
        """
        if texts is None:
            self.check_group(name)
            return
        parse = self.type_of(name)
        if parse in (int, float):
            for text in texts:
                from_text(name, text, parse)

    def check_group(self, name: str) -> None:
        """Check that there is a group.

        :raises ApiKeyError: there is no such group; the message suggests the closest name
        """
        if name not in self.groups:
            if name in self.fields:
                raise ApiKeyError(f"{name!r} is a metadata field, not a field group")
            near = did_you_mean(name, [*self.groups, *self.fields])
            raise ApiKeyError(f"there is no metadata field group {name!r}{near}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self.fields.values()), list(self.groups.values()))

    def __repr__(self) -> str:
        return f"<MetadataSchema: {len(self.fields)} fields, {len(self.groups)} groups>"
