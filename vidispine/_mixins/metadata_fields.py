"""Fields and groups by name, for all parts of a metadata document; public in :mod:`vidispine.metadata`."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Literal, overload

from vidispine._documents.display import format_line
from vidispine._mixins.metadata_content import build_content
from vidispine._mixins.metadata_nodes import append, children, content_of, is_same, member, put, put_member, text_of
from vidispine._mixins.metadata_state import STATE, state_of
from vidispine._mixins.metadata_values import (
    check_name,
    check_text,
    check_track,
    from_text,
    is_transient,
    split_input,
)
from vidispine._mixins.value_texts import flatten
from vidispine.exceptions import ApiKeyError, ApiTypeError, ApiValueError, did_you_mean, short_repr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeVar, Union

    from typing_extensions import Self

    from vidispine._mixins.metadata_nodes import Node
    from vidispine._mixins.metadata_schema import MetadataSchema
    from vidispine._mixins.metadata_values import MetadataInput, MetadataValue
    from vidispine.models.metadata_type import MetadataType

    D = TypeVar("D")
    T = TypeVar("T")
    Plain = Union[str, list[str], list["Plain"], dict[str, "Plain"]]

__all__ = ["MetadataFields", "MetadataGroup", "MetadataPart"]


class MetadataFields:
    """The fields and groups of one part of a metadata document, by their names.

    ``name in part`` is ``True`` if a field has a value. Iteration yields the names of fields that have values.
    ``part[name]`` is the first value, always a ``str``. Assigning replaces all values of a field, or all groups of a
    name; ``del`` removes a field, or all groups of a name.
    """

    __slots__ = ()

    _language: str | None = None
    _track: str | None = None

    if TYPE_CHECKING:
        # Each subclass defines its document, and the nodes that hold its fields and groups.
        @property
        def _root(self) -> MetadataType: ...

        def _containers(self) -> Sequence[Node]: ...

        def _container(self) -> Node: ...

    # Fields

    def __getitem__(self, name: str) -> str:
        """Return the first value of a field.

        :raises ApiKeyError: the field has no value; it is a ``KeyError``
        """
        for value in self._values(name):
            # Without another call for text in a document whose attributes were not read.
            text: Any = value.get("value") if isinstance(value, dict) else None
            return text if text.__class__ is str else text_of(value)
        raise self._not_found(name)

    @overload
    def get(self, name: str) -> Any: ...

    @overload
    def get(self, name: str, default: object, *, type: None = None) -> Any: ...

    @overload
    def get(self, name: str, default: D, *, type: type[T] | Callable[[str], T]) -> T | D: ...

    @overload
    def get(self, name: str, *, type: type[T] | Callable[[str], T]) -> T | None: ...

    def get(self, name: str, default: Any = None, *, type: Callable[[str], Any] | None = None) -> Any:
        """Get the first value of a field, converted.

        :param name: the name of the field, such as ``title``
        :param default: what to return if the field has no value. Default: ``None``
        :param type: the type of the result: ``int``, ``float``, ``bool``, ``datetime``, ``date``, ``TimeCode``, or a
            function that takes the text. Default: the type of the field's definition if a schema is in use (see
            ``use_schema``), else ``str``
        :returns: The value, or the default.
        :raises ApiValueError: The value is not of this type.
        :raises ApiKeyError: A schema is in use and does not have the field. The message suggests the closest name.
        """
        for value in self._values(name):
            return self._convert(name, text_of(value), type)
        self._check_read(name)
        return default

    @overload
    def get_all(self, name: str) -> list[str]: ...

    @overload
    def get_all(self, name: str, *, type: type[T] | Callable[[str], T]) -> list[T]: ...

    def get_all(self, name: str, *, type: Callable[[str], Any] | None = None) -> list[Any]:
        """Get all values of a field.

        :param name: the name of the field, such as ``acme_keyword``
        :param type: the type of the values; see ``get``. Default: ``str``
        :returns: The values, in their order; an empty list if there are none.
        :raises ApiValueError: A value is not of this type.
        :raises ApiKeyError: A schema is in use and does not have the field.
        """
        texts = [text_of(value) for value in self._values(name)]
        if not texts:
            self._check_read(name)
        return texts if type is None else [from_text(name, text, type) for text in texts]

    def __contains__(self, name: object) -> bool:
        """Return whether a field has a value."""
        return bool(self._values(name))

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the fields that have values."""
        names = (member(field, "name") for _, field in self._fields_on_track() if any(self._selected(field)))
        return iter(dict.fromkeys(name for name in names if name))

    def __bool__(self) -> Literal[True]:
        return True

    def _ipython_key_completions_(self) -> list[str]:
        """Return the names that IPython and notebooks complete in ``md["``."""
        return list(self)

    def __setitem__(self, name: str, value: MetadataInput) -> None:
        """Replace all values of a field, or all groups of a name.

        :raises ApiTypeError, ApiValueError: a value cannot be written
        """
        texts, groups = self._split(name, value)
        if texts is None:
            self._assign_groups(name, [build_content(group or {}, self, is_new_group=True) for group in groups or ()])
            return
        self._begin()
        self._assign(name, texts)

    def __delitem__(self, name: str) -> None:
        """Remove a field, or all groups of a name.

        :raises ApiKeyError: the field has no value, and there is no group
        """
        check_name(name)
        fields = [field for _, field in self._fields_named(name)]
        if not any(any(self._selected(field)) or member(field, "reference") for field in fields):
            if not any(True for _ in self._group_nodes(name)):
                raise self._not_found(name)
            self.remove_group(name)
            return
        self._begin()
        self._assign(name, [])
        self._drop_empty(name)

    def add(self, name: str, *values: MetadataValue | Iterable[MetadataValue]) -> None:
        """Add values to a field, after those that it has.

        :param name: the name of the field, such as ``acme_keyword``
        :param values: the values, or lists of them
        :raises ApiTypeError: A value has a type that cannot be written.
        :raises ApiValueError: A value is not finite, or is a datetime without a time zone.
        """
        texts, groups = self._split(name, flatten(values))
        if texts is None:
            raise ApiTypeError(f"{name}: add takes values, not {len(groups or ())} mappings: use add_group")
        if texts:
            self._begin()
            self._extend(name, texts)

    def remove(self, name: str, *values: MetadataValue | Iterable[MetadataValue]) -> None:
        """Remove values from a field, and keep its other values.

        :param name: the name of the field, such as ``acme_keyword``
        :param values: the values, or lists of them. All that are equal to one of them are removed
        :raises ApiKeyError: The field does not have one of the values.
        :raises ApiValueError: No value was given. ``del`` removes a field.
        """
        texts, _ = self._split(name, flatten(values))
        if not texts:
            raise ApiValueError(f"{name}: give the values to remove; del removes the whole field")
        present = dict.fromkeys(self.get_all(name))
        for text in texts:
            if text not in present:
                raise ApiKeyError(f"{name} has no value {text!r}{did_you_mean(text, present)}")
        self._begin()
        unwanted = set(texts)
        for _, field in list(self._fields_named(name)):
            self._drop(field, "value", [value for value in self._selected(field) if text_of(value) in unwanted])
        self._drop_empty(name)

    def set_reference(self, name: str, uuid: str) -> None:
        """Make a field refer to another field, whose content it shows instead of its own values.

        :param name: the name of the field
        :param uuid: the UUID of the other field, often in the global metadata
        :raises ApiTypeError: The name or the UUID is not text.
        """
        self._check_write(name)
        if not isinstance(uuid, str):
            raise ApiTypeError(f"{name}: the UUID of a reference must be a string, not {type(uuid).__name__}")
        self._begin()
        found = next(self._fields_named(name), None)
        field = self._new_field(name, []) if found is None else found[1]
        put_member(field, "reference", uuid)

    # Groups

    def groups(self, name: str | None = None) -> list[MetadataGroup]:
        """List groups.

        :param name: the name of the groups, such as ``acme_person``. Default: all groups
        :returns: The groups, in their order; an empty list if there are none.
        :raises ApiKeyError: A schema is in use and does not have the group.
        """
        found = [self._group(owner, node) for owner, node in self._group_nodes(name)]
        schema = self._schema()
        if schema is not None and not found and name is not None:
            schema.check_group(name)
        return found

    def add_group(
        self, name: str, values: Mapping[str, object] | None = None, *, reference: str | None = None
    ) -> MetadataGroup:
        """Add a group, after all other groups of the same name.

        :param name: the name of the group, such as ``acme_person``
        :param values: the values of its fields, and its groups, as for ``Metadata``. Default: none
        :param reference: the UUID of another group, whose content it shows. Default: none, it has its own content
        :returns: The new group.
        :raises ApiTypeError: A value has a type that cannot be written.
        :raises ApiValueError: A value is not finite, or is a datetime without a time zone.
        """
        self._check_write(name, is_group=True)
        fields, groups = build_content({} if values is None else values, self, is_new_group=True)
        self._begin()
        return self._append_group(name, fields, groups, reference)

    def remove_group(self, group: str | MetadataGroup, index: int | None = None) -> None:
        """Remove a group, or all groups of a name.

        :param group: a group that ``groups`` or ``add_group`` returned, or the name of the groups
        :param index: the position among the groups of this name, from 0. Default: all of them
        :raises ApiKeyError: There is no such group.
        """
        if index is not None:
            _check_position(index)
        if isinstance(group, str):
            found = list(self._group_nodes(group))
            if index is not None and not -len(found) <= index < max(len(found), 1):
                raise ApiKeyError(f"there is no group {group} at position {index}: the number of them is {len(found)}")
            found = found if index is None else found[index:][:1]
        elif isinstance(group, MetadataGroup):
            nodes = ((owner, node) for owner in self._containers() for node in children(owner, "group"))
            found = [one for one in nodes if is_same(one[1], group._node)]
        else:
            raise ApiTypeError(f"a group must be a MetadataGroup or a name, not {type(group).__name__}")
        if not found:
            names = [str(member(node, "name")) for _, node in self._group_nodes(None)]
            near = did_you_mean(group, names) if isinstance(group, str) else ""
            raise ApiKeyError(f"there is no group {group} to remove{near}")
        self._begin()
        self._drop_groups(found)

    # All of them

    def update(self, values: Mapping[str, Any]) -> None:
        """Assign several fields and groups at once. Nothing changes if one of the values cannot be written.

        :param values: the values by name, as for ``Metadata``
        :raises ApiTypeError: A value has a type that cannot be written.
        :raises ApiValueError: A value is not finite, or is a datetime without a time zone.
        """
        build_content(values, self)
        for name, value in values.items():
            self[name] = value

    def to_plain(self, lists: bool = False) -> dict[str, Any]:
        """Return all values as text, lists and dictionaries, as ``Metadata`` takes them.

        Transient fields, whose names begin with ``__``, are omitted.

        :param lists: whether to return a list even for a single value or group. Default: ``False``
        :returns: The values by the names of fields and groups. One value is text, several are a list. A group is a
            dictionary.
        """
        found: dict[str, list[Any]] = {}
        language = self._language
        for _, field in self._fields_on_track():
            # Not split into functions, because it runs for each value.
            name = (field if isinstance(field, dict) else field._document).get("name") or ""
            values = children(field, "value")
            texts = [text_of(value) for value in values if language is None or member(value, "lang") == language]
            if texts and not is_transient(name):
                found.setdefault(name, []).extend(texts)
        for group in self.groups():
            plain = group.to_plain(lists)
            if plain or language is None:
                found.setdefault(group.name, []).append(plain)
        return {name: one if lists or len(one) > 1 else one[0] for name, one in found.items()}

    # Reading

    def _fields_on_track(self) -> Iterator[tuple[Node, Node]]:
        """Yield the fields of the selected track, each with the node that holds it."""
        track = self._track
        for container in self._containers():
            for field in children(container, "field"):
                if (field if isinstance(field, dict) else field._document).get("track") == track:
                    yield container, field

    def _fields_named(self, name: object) -> Iterator[tuple[Node, Node]]:
        for container, field in self._fields_on_track():
            if (field if isinstance(field, dict) else field._document).get("name") == name:
                yield container, field

    def _selected(self, field: Node) -> Iterator[Node]:
        """Yield the values of a field in the selected language."""
        language = self._language
        for value in children(field, "value"):
            if language is None or member(value, "lang") == language:
                yield value

    def _values(self, name: object) -> list[Node]:
        # Not split into functions, because it runs for each value that is read.
        track, language = self._track, self._language
        found: list[Node] = []
        for field in self._named(name):
            document = field if isinstance(field, dict) else field._document
            if document.get("track") == track:
                values: Any = document.get("value") if document is field else None
                if values.__class__ is not list:
                    values = children(field, "value")
                found += values if language is None else [one for one in values if member(one, "lang") == language]
        return found

    def _named(self, name: object) -> Sequence[Node]:
        """Return the fields of a name, of all tracks."""
        found: list[Node] = []
        for container in self._containers():
            fields = children(container, "field")
            found += [one for one in fields if (one if isinstance(one, dict) else one._document).get("name") == name]
        return found

    def _convert(self, name: str, text: str, type: Callable[[str], Any] | None) -> Any:
        if type is None:
            schema = self._schema()
            if schema is None:
                return text
            type = schema.type_of(name)
        return from_text(name, text, type)

    def _group_nodes(self, name: str | None) -> Iterator[tuple[Node, Node]]:
        for container in self._containers():
            for group in children(container, "group"):
                if name in (None, member(group, "name")) and self._has_track(group):
                    yield container, group

    def _has_track(self, group: Node) -> bool:
        """Return whether a group belongs to the selected track: it has a field there, or no field anywhere."""
        tracks = set(_tracks(group))
        return not tracks or self._track in tracks

    def _group(self, owner: Node, node: Node) -> MetadataGroup:
        return MetadataGroup(self._root, owner, node, self._language, self._track)

    # Checks

    def _schema(self) -> MetadataSchema | None:
        state = self._root.__dict__.get(STATE)
        return None if state is None else state.schema

    def _not_found(self, name: object) -> ApiKeyError:
        if any(True for _ in self._group_nodes(str(name))):
            return ApiKeyError(f"{name} is a group and has no value: use groups({name!r})")
        schema = self._schema()
        known = [*self, *(schema.fields if schema is not None else ())]
        return ApiKeyError(f"there is no value of {name!r}{did_you_mean(str(name), known)}")

    def _check_read(self, name: str) -> None:
        schema = self._schema()
        if schema is not None:
            schema.check_field(name)

    def _check_write(self, name: str, is_group: bool = False) -> None:
        check_name(name)
        schema = self._schema()
        if schema is not None:
            (schema.check_group if is_group else schema.check_field)(name)

    def _split(self, name: str, value: Any) -> tuple[list[str], None] | tuple[None, list[Mapping[str, Any]]]:
        check_name(name)
        split = split_input(name, value)
        schema = self._schema()
        # An empty list is no values, or no groups.
        if split[0] == [] and (any(self._group_nodes(name)) if schema is None else name in schema.groups):
            split = None, []
        if schema is not None:
            schema.check_input(name, split[0])
        return split

    # Writing

    def _begin(self) -> None:
        """Prepare the document for a change."""
        root = self._root
        state_of(root).begin(root._encode())

    def _new_field(self, name: str, values: list[dict[str, Any]]) -> Any:
        field: dict[str, Any] = {"name": name, "value": values}
        if self._track is not None:
            field["track"] = self._track
        mode = state_of(self._root).mode
        if mode is not None:
            field["mode"] = mode
        return append(self._container(), "field", field)

    def _assign_groups(self, name: str, content: Sequence[tuple[list[dict[str, Any]], list[dict[str, Any]]]]) -> None:
        """Replace all groups of a name. Equal groups stay, and keep their UUIDs, as far as the order allows it."""
        present = list(self._group_nodes(name))
        new, dropped = list(content), []
        for owner, node in present:
            if new and content_of(node) == content_of({"field": new[0][0], "group": new[0][1]}):
                del new[0]
            else:
                dropped.append((owner, node))
        self._begin()
        self._drop_groups(dropped)
        for fields, groups in new:
            self._append_group(name, fields, groups)

    def _new_value(self, text: str) -> dict[str, Any]:
        return {"value": text} if self._language is None else {"value": text, "lang": self._language}

    def _extend(self, name: str, texts: Sequence[str]) -> None:
        found = next(self._fields_named(name), None)
        values = [self._new_value(text) for text in texts]
        if found is None:
            self._new_field(name, values)
        else:
            put(found[1], "value", [*children(found[1], "value"), *values])

    def _assign(self, name: str, texts: Sequence[str]) -> None:
        """Replace the selected values of a field. Values that stay or change keep their identity."""
        fields = [field for _, field in self._fields_named(name)]
        if not fields:
            self._new_field(name, [self._new_value(text) for text in texts])
            return
        for field in fields[1:]:
            self._drop(field, "value", list(self._selected(field)))
        field = fields[0]
        put_member(field, "reference", None)
        before = list(self._selected(field))
        after = self._reused(before, texts)
        replaced = {id(value) for value in before}
        values = children(field, "value")
        at = next((at for at, value in enumerate(values) if id(value) in replaced), len(values))
        put(field, "value", [*values[:at], *after, *(value for value in values[at:] if id(value) not in replaced)])

    def _reused(self, before: Sequence[Node], texts: Sequence[str]) -> list[Node]:
        """Return the nodes for new values. Nodes of the previous values are reused if possible."""
        unused: dict[str, list[Node]] = {}
        for value in reversed(before):
            unused.setdefault(text_of(value), []).append(value)
        after = [unused[text].pop() if unused.get(text) else None for text in texts]
        kept = {id(node) for node in after}
        # A value in another language than the selected one is replaced, because the new text is not in that language.
        spare = iter([one for one in before if id(one) not in kept and member(one, "lang") == self._language])
        return [self._filled(next(spare, None), text) if node is None else node for node, text in zip(after, texts)]

    def _filled(self, node: Node | None, text: str) -> Node:
        if node is None:
            return self._new_value(text)
        put_member(node, "value", text)
        return node

    def _drop(self, owner: Node, wire: str, nodes: Sequence[Node]) -> None:
        """Remove nodes from a list of a node."""
        dropped = {id(node) for node in nodes}
        if dropped:
            put(owner, wire, [one for one in children(owner, wire) if id(one) not in dropped])
        if wire != "value" and not children(owner, "field") and not children(owner, "group"):
            # A timespan without content would delete what the entity has.
            timespans = children(self._root, "timespan")
            stay = [timespan for timespan in timespans if not is_same(timespan, owner)]
            if len(stay) < len(timespans):
                put(self._root, "timespan", stay)

    def _drop_empty(self, name: str) -> None:
        """Remove the fields of a name that have no values."""
        for container, field in list(self._fields_named(name)):
            if not children(field, "value"):
                self._drop(container, "field", [field])

    def _append_group(
        self,
        name: str,
        fields: list[dict[str, Any]],
        groups: list[dict[str, Any]],
        reference: str | None = None,
    ) -> MetadataGroup:
        group: dict[str, Any] = {"name": name}
        if reference is not None:
            group["reference"] = reference
        if fields or not groups:
            group["field"] = fields
        if groups:
            group["group"] = groups
        mode = state_of(self._root).mode
        if mode is not None and not isinstance(self, MetadataGroup):
            group["mode"] = mode
        owner = self._container()
        return self._group(owner, append(owner, "group", group))

    def _drop_groups(self, nodes: Sequence[tuple[Node, Node]]) -> None:
        for owner, node in nodes:
            self._drop(owner, "group", [node])


class MetadataPart(MetadataFields):
    """A part of a metadata document, or a selection of its values."""

    __slots__ = ("_language", "_metadata", "_track")

    def __init__(self, metadata: MetadataType, language: str | None, track: str | None) -> None:
        self._metadata = metadata
        self._language = language
        self._track = track

    @property
    def _root(self) -> MetadataType:
        return self._metadata

    @property
    def document(self) -> MetadataType:
        """The metadata document that this is a part of."""
        return self._metadata

    def _shown(self) -> str:
        return format_line(self.to_plain(), 200)

    def _repr_html_(self) -> str:
        """Return the values as a table, which notebooks show."""
        from vidispine._documents.html import table

        return table(self.to_plain(), repr(self).partition(":")[0].strip("<"))

    def language(self, code: str) -> Self:
        """Return the same part, with the values in one language only.

        :param code: the language, such as ``sv_SE``
        :returns: The part. What is assigned and added through it is in that language.
        """
        part = copy.copy(self)
        part._language = check_text("a language", code)
        return part

    def track(self, name: str) -> Self:
        """Return the same part, with the fields on one track only.

        :param name: the track, such as ``A1``
        :returns: The part. What is assigned and added through it is on that track.
        """
        part = copy.copy(self)
        part._track = check_track(name)
        return part


class MetadataGroup(MetadataPart):
    """A group in a metadata document, with its fields and groups by their names.

    ``metadata.groups(name)`` and ``metadata.add_group(name)`` return it. It has the methods of metadata; changes are
    made to the document that it is a part of.
    """

    __slots__ = ("_edition", "_node", "_owner")
    __module__ = "vidispine.metadata"

    def __init__(
        self, metadata: MetadataType, owner: Node, node: Node, language: str | None, track: str | None
    ) -> None:
        super().__init__(metadata, language, track)
        self._owner = owner
        self._node = node
        self._edition = edition_of(metadata)

    @property
    def name(self) -> str:
        """The name of the group definition, such as ``acme_person``."""
        return member(self._node, "name") or ""

    @property
    def uuid(self) -> str | None:
        """The UUID of this instance; ``None`` until it was saved."""
        uuid: str | None = member(self._node, "uuid")
        return uuid

    @property
    def reference(self) -> str | None:
        """The UUID of the group whose content this group shows; ``None`` if it has its own content."""
        reference: str | None = member(self._node, "reference")
        return reference

    def _containers(self) -> Sequence[Node]:
        return (self._node,)

    def _container(self) -> Node:
        return self._node

    def _begin(self) -> None:
        check_edition(self._root, self._edition)
        super()._begin()

    def __repr__(self) -> str:
        return f"<MetadataGroup {self.name}: {self._shown()}>"


def _check_position(index: Any) -> None:
    """Check the position of a group.

    :raises ApiTypeError: it is not an integer
    """
    if not isinstance(index, int) or isinstance(index, bool):
        raise ApiTypeError(f"index must be the position of a group, an integer, not {short_repr(index)}")


def _tracks(group: Node) -> Iterator[str | None]:
    """Yield the track of each field in a group, and in the groups within it."""
    for field in children(group, "field"):
        yield member(field, "track")
    for inner in children(group, "group"):
        yield from _tracks(inner)


def edition_of(root: MetadataType) -> int:
    """Return the number of times that the content of a document was replaced."""
    state = root.__dict__.get(STATE)
    return 0 if state is None else state.edition


def check_edition(root: MetadataType, edition: int) -> None:
    """Check that a part still belongs to its document.

    :raises ApiValueError: the document was saved, which replaced its content
    """
    if edition_of(root) != edition:
        raise ApiValueError("this part is from before the metadata was saved: get it from the metadata again")
