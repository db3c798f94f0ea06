"""The view of a metadata document: values by the names of fields, in time, by language and by track."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from vidispine._mixins.metadata_content import build_content, generic_timespans
from vidispine._mixins.metadata_fields import MetadataFields, MetadataPart
from vidispine._mixins.metadata_index import INDEX, FieldIndex
from vidispine._mixins.metadata_nodes import GENERIC, append, children, has_models, is_generic, member
from vidispine._mixins.metadata_state import STATE, check_schema, state_of
from vidispine._mixins.metadata_values import check_text, check_track
from vidispine.exceptions import ApiDecodeError, ApiTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeVar

    from typing_extensions import Self

    from vidispine._mixins.media_time import TimeCode, TimeCodeLike
    from vidispine._mixins.metadata_nodes import Node
    from vidispine._mixins.metadata_schema import MetadataSchema
    from vidispine._mixins.time_span import TimeSpan
    from vidispine.models.metadata_type import MetadataType

    V = TypeVar("V")

__all__ = ["MetadataSelection", "MetadataSpan", "MetadataView"]


class _Timeline(MetadataFields):
    """Access to timed metadata."""

    __slots__ = ()

    def timed(self, name: str | None = None) -> list[MetadataSpan]:
        """List the timespans with timed metadata, in the order of the document.

        :param name: the name of a field or group. Default: all timespans; those of one language or track, that have
            any value of it
        :returns: The timespans that have such a field or group, except the one that covers the whole entity.
        :raises ApiKeyError: A schema is in use and has neither such a field nor such a group.
        """
        schema = self._schema()
        if schema is not None and name is not None and name not in schema.groups:
            schema.check_field(name)
        found = []
        for interval, nodes in _spans(self._root).items():
            if not is_generic(nodes[0]):
                span = MetadataSpan(self._root, interval, _texts(nodes[0]), self._language, self._track)
                if span._has(name):
                    found.append(span)
        return found

    @overload
    def at(self, start: TimeCodeLike, end: TimeCodeLike) -> MetadataSpan: ...

    @overload
    def at(self, start: TimeSpan) -> MetadataSpan: ...

    def at(self, start: TimeCodeLike | TimeSpan, end: TimeCodeLike | None = None) -> MetadataSpan:
        """Return the metadata of one timespan, to read or to write.

        A missing timespan is created when a value is written to it. Values for the same interval are written to the
        same timespan, even if the time codes have different time bases.

        :param start: the start: a ``TimeCode`` or its text, such as ``100@PAL``, or ``-INF``; or a ``TimeSpan``
        :param end: the end: a ``TimeCode`` or its text, or ``+INF``; omitted with a ``TimeSpan``
        :returns: The timespan.
        :raises ApiValueError: A text is not a time code, or the end is before the start.
        :raises ApiTypeError: A time code has another type.
        """
        from vidispine._mixins.time_span import TimeSpan

        if isinstance(start, TimeSpan) and end is None:
            interval = start
        elif end is None:
            raise ApiTypeError("at needs the start and the end of the timespan, or a TimeSpan")
        else:
            interval = TimeSpan(start, end)  # type: ignore[arg-type]
        texts = (str(interval.start), str(interval.end))
        return MetadataSpan(self._root, (interval, None), texts, self._language, self._track)

    def _containers(self) -> Sequence[Node]:
        return [timespan for timespan in children(self._root, "timespan") if is_generic(timespan)]

    def _named(self, name: object) -> Sequence[Node]:
        root = self._root
        if name.__class__ is not str or "timespan" in root.__dict__:
            return super()._named(name)
        index: FieldIndex | None = root.__dict__.get(INDEX)
        if index is None or not index.is_current(root._document):
            if has_models(root, "timespan"):
                return super()._named(name)
            index = root.__dict__[INDEX] = FieldIndex(root)
        found = index.by_name.get(name, ())
        return found if isinstance(found, (list, tuple)) else (found,)

    def _container(self) -> Node:
        found = self._containers()
        return found[0] if found else _new_timespan(self._root, *GENERIC)


class MetadataView(_Timeline):
    """Reads and edits a metadata document by the names of fields and groups.

    Direct access reads and writes metadata of the whole entity that belongs to no track. ``timed`` and ``at`` give
    access to timed metadata, ``language`` and ``track`` to one language or track. The view works on the document itself
    and holds no copy. It has no length, and its truth value is always ``True``.
    """

    __slots__ = ()

    @property
    def _root(self) -> MetadataType:
        return self  # type: ignore[return-value]

    @classmethod
    def _from_mapping(cls, mapping: Mapping[str, Any]) -> Any:
        """Return the document for a mapping, which is a document as JSON or values by name.

        :raises ApiTypeError, ApiValueError: a value cannot be written
        """
        wires = {field.wire for field in cls.fields().values()}  # type: ignore[attr-defined]
        if "timespan" in mapping or "field" in mapping or wires.issuperset(mapping):
            return mapping
        fields, groups = build_content(mapping, cls(), transient=True)
        return {"timespan": generic_timespans(fields, groups)}

    @property
    def document(self) -> MetadataType:
        """The metadata document: this object."""
        return self._root

    def language(self, code: str) -> MetadataSelection:
        """Return the same metadata, with the values in one language only.

        :param code: the language, such as ``sv_SE``
        :returns: The metadata. What is assigned and added through it is in that language; other languages stay.
        """
        return MetadataSelection(self._root, check_text("a language", code), None)

    def track(self, name: str) -> MetadataSelection:
        """Return the same metadata, with the fields on one track only.

        :param name: the track, such as ``A1`` or ``V1``
        :returns: The metadata. What is assigned and added through it is on that track; other tracks stay. A group is on
            the tracks of its fields.
        :raises ApiValueError: The name is not letters and a number.
        """
        return MetadataSelection(self._root, None, check_track(name))

    def use_schema(self, schema: MetadataSchema | None) -> Self:
        """Set the definitions of fields and groups that are used to convert and check.

        ``get`` then converts to the type of the field's definition, and unknown names raise ``ApiKeyError``, which
        suggests the closest name.

        :param schema: the result of ``client.metadata.schema()``; ``None`` removes the schema
        :returns: This object.
        """
        check_schema(schema)
        state_of(self).schema = schema
        return self

    def changes(self) -> MetadataType | None:
        """Return the smallest document that makes the changes since the metadata was read.

        It has the ``revision`` that was read, so that the server rejects it if others changed the metadata since.
        ``MetadataApi.save`` sends it. Values and groups are addressed by their UUIDs. Transient fields, whose names
        begin with ``__``, are never part of it.

        Changes through the methods of this view are always detected. Changes through attributes are detected for
        metadata from ``MetadataApi.load``, or after a change through the view.

        :returns: The document; ``None`` if nothing has changed. For metadata that was built, not read: all of it.
        """
        from vidispine._documents.model import _RecursionGuard
        from vidispine._mixins.metadata_changes import changes_of

        with _RecursionGuard(self._root):
            return changes_of(self._root)

    def _summary(self) -> dict[str, Any] | None:
        """Return the values by name, the title first, and the timespans by their intervals."""
        try:
            plain = self.to_plain()
            timed = {f"{span._texts[0]} to {span._texts[1]}": span.to_plain() for span in self.timed()}
        except (ApiDecodeError, AttributeError):  # the document is not valid metadata
            return None
        title = {"title": plain.pop("title")} if "title" in plain else {}
        return {**title, **plain, **timed}

    def __copy__(self) -> Self:
        copied: Self = super().__copy__()  # type: ignore[misc]
        return _with_state(self, copied)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        copied: Self = super().__deepcopy__(memo)  # type: ignore[misc]
        return _with_state(self, copied)

    def __reduce__(self) -> tuple[Any, ...]:
        reduced: tuple[Any, ...] = super().__reduce__()  # type: ignore[assignment]
        state = self.__dict__.get(STATE)
        return reduced if state is None else (*reduced, {STATE: state.copy()})


class MetadataSelection(_Timeline, MetadataPart):
    """The values of a metadata document in one language, or the fields on one track, or both.

    ``metadata.language(code)`` and ``metadata.track(name)`` return it. It has the methods of metadata; changes are made
    to the same document.
    """

    __slots__ = ()
    __module__ = "vidispine.metadata"

    def __repr__(self) -> str:
        return f"<MetadataSelection language={self._language} track={self._track}: {self._shown()}>"


class MetadataSpan(MetadataPart):
    """The fields and groups of one timespan, by their names.

    ``metadata.timed(name)`` and ``metadata.at(start, end)`` return it. It has the methods of metadata; changes are made
    to the same document.
    """

    __slots__ = ("_interval", "_texts")
    __module__ = "vidispine.metadata"

    def __init__(
        self, metadata: MetadataType, interval: Any, texts: tuple[str, str], language: str | None, track: str | None
    ) -> None:
        super().__init__(metadata, language, track)
        self._interval = interval
        self._texts = texts

    @property
    def start(self) -> TimeCode:
        """Start of the timespan; ``-INF`` when it is open."""
        return _time_code(self._texts[0])

    @property
    def end(self) -> TimeCode:
        """End of the timespan; ``+INF`` when it is open."""
        return _time_code(self._texts[1])

    @property
    def duration(self) -> TimeCode:
        """The time from start to end; ``+INF`` when one of them is open."""
        return self.end - self.start

    def _has(self, name: str | None) -> bool:
        if name is not None:
            return name in self or any(True for _ in self._group_nodes(name))
        return (self._language is None and self._track is None) or bool(self.to_plain())

    def _containers(self) -> Sequence[Node]:
        return _spans(self._root).get(self._interval, ())

    def _container(self) -> Node:
        found = self._containers()
        return found[0] if found else _new_timespan(self._root, *self._texts)

    def __repr__(self) -> str:
        return f"<MetadataSpan {self._texts[0]} to {self._texts[1]}: {self._shown()}>"


def _with_state(metadata: MetadataView, copied: V) -> V:
    state = metadata.__dict__.get(STATE)
    if state is not None:
        copied.__dict__[STATE] = state.copy()
    return copied


def _time_code(text: str) -> TimeCode:
    from vidispine._mixins.media_time import TimeCode

    return TimeCode(text)


def _interval(start: str, end: str, base: str | None) -> Any:
    """Return a key that is equal for timespans with the same interval."""
    from vidispine._mixins.time_span import TimeSpan
    from vidispine.exceptions import ApiTypeError, ApiValueError

    try:
        return TimeSpan(start, end), base
    except (ApiTypeError, ApiValueError):
        return (start, end), base


def _spans(root: MetadataType) -> dict[Any, list[Node]]:
    """Return the timespans of a document by interval, in the order of the document."""
    timespans = children(root, "timespan")
    state = state_of(root)
    if state.spans is not None and state.spans[0] is timespans and state.spans[1] == len(timespans):
        return state.spans[2]
    found: dict[Any, list[Node]] = {}
    for timespan in timespans:
        found.setdefault(_interval_of(timespan), []).append(timespan)
    state.spans = (timespans, len(timespans), found)
    return found


def _texts(timespan: Node) -> tuple[str, str]:
    return member(timespan, "start") or GENERIC[0], member(timespan, "end") or GENERIC[1]


def _interval_of(timespan: Node) -> Any:
    return _interval(*_texts(timespan), member(timespan, "base"))


def _new_timespan(root: MetadataType, start: str, end: str) -> Node:
    known = _spans(root)
    node = append(root, "timespan", {"start": start, "end": end})
    known.setdefault(_interval_of(node), []).append(node)
    timespans = children(root, "timespan")
    state_of(root).spans = (timespans, len(timespans), known)
    return node  # type: ignore[no-any-return]
