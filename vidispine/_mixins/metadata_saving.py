"""Loads and saves metadata of all kinds of entities, and resolves conflicts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from vidispine._documents.registry import find_model
from vidispine._mixins.metadata_changes import changed_locations, merged_changes
from vidispine._mixins.metadata_nodes import copy_json
from vidispine._mixins.metadata_pairs import from_pairs, updated_pairs
from vidispine._mixins.metadata_schema import MetadataSchema
from vidispine._mixins.metadata_state import STATE, check_schema, state_of
from vidispine.exceptions import (
    ApiTypeError,
    ApiValueError,
    ConflictException,
    NotFoundException,
    UnexpectedKeywordError,
    did_you_mean,
    short_repr,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vidispine.models.metadata_type import MetadataType

__all__ = ["MetadataEdit", "MetadataStore", "check_entity", "fetch_schema"]

ATTEMPTS = 5
"""Maximum number of attempts to save a change that conflicts with the changes of others."""


class MetadataStore:
    """Loads and saves metadata.

    :param api: the ``MetadataApi`` that makes the calls
    :param options: options of each call
    """

    def __init__(self, api: Any, options: Mapping[str, Any]) -> None:
        self._api = api
        self._options = options

    def load(self, kind: str, id: Any, selection: Mapping[str, Any], schema: MetadataSchema | None) -> MetadataType:
        """Load metadata; see ``MetadataCalls.load``."""
        id = check_entity(kind, id)
        check_schema(schema)
        if self._options.get("terse"):
            raise ApiTypeError("terse metadata has no groups and cannot be edited: use get_metadata, or omit terse")
        metadata = self._read(kind, id, selection)
        state = state_of(metadata)
        state.entity, state.selection, state.schema = (kind, id), selection, schema
        state.begin(metadata._encode())
        return metadata

    def save(self, metadata: MetadataType | Mapping[str, Any], kind: str | None, id: Any, retry: bool) -> MetadataType:
        """Send the changes of metadata; see ``MetadataCalls.save``."""
        if isinstance(metadata, Mapping):
            metadata = _from_values(metadata)
        kind, id = _entity_of(metadata, kind, id)
        changes = metadata.changes()
        if changes is None:
            return metadata
        _replace(metadata, self._write_changes(metadata, kind, id, changes, ATTEMPTS if retry else 1))
        state_of(metadata).entity = (kind, id)
        return metadata

    def _write_changes(
        self, metadata: MetadataType, kind: str, id: str | None, changes: MetadataType, attempts: int
    ) -> MetadataType:
        try:
            return self.write(kind, id, changes)
        except ConflictException as error:
            merged = self._merge(metadata, kind, id, changes, error)
            if merged is None or attempts == 1:
                raise
        return self._write_changes(metadata, kind, id, merged, attempts - 1)

    def _merge(
        self, metadata: MetadataType, kind: str, id: str | None, changes: MetadataType, error: ConflictException
    ) -> MetadataType | None:
        """Add what both sides changed to a conflict. If that is nothing, return the changes to the current metadata."""
        state = state_of(metadata)
        original = state.original or {}
        latest = self._read(kind, id, {**state.selection, "revision": None})
        if not changes.revision or latest.revision in (None, changes.revision):
            return None  # another kind of conflict, such as a lock
        ours = changed_locations(original, metadata._encode())
        theirs = changed_locations(original, latest._encode())
        common = [location.text for location in ours if any(location.overlaps(other) for other in theirs)]
        error.changed_by_both = tuple(dict.fromkeys(common))
        if common:
            error.hint = f"both sides changed {_listed(error.changed_by_both)}: load the metadata again, and merge"
            return None
        error.hint = (
            f"others changed {_listed([location.text for location in theirs])}, you changed"
            f" {_listed([location.text for location in ours])}: retry_on_conflict=True keeps both"
        )
        return merged_changes(metadata, theirs, latest.revision)

    def write(self, kind: str, id: str | None, document: MetadataType) -> MetadataType:
        """Send a document, and return the metadata after the change."""
        if kind == "global":
            result = self._other("GlobalMetadataApi").update_global_metadata(document, **self._options)
        elif kind == "document":
            result = self._other("DocumentApi").update_or_create_document(id, document, **self._options)
        elif kind == "library":
            self._write_library(id, document)
            result = None
        else:
            result = self._api.update_metadata(kind, id, document, **self._options)
        return _metadata_in(result) or self._read(kind, id, {})

    def _write_library(self, id: str | None, document: MetadataType) -> None:
        api = self._other("LibraryApi")
        pairs = updated_pairs(api.get_library_metadata(id, **self._options), document._encode())
        kept = [{"key": key, "value": text} for key, texts in pairs.items() for text in texts]
        # All keys are sent, because it is undocumented whether the server keeps omitted ones.
        if kept:
            api.update_library_metadata(id, {"field": kept}, **self._options)
        for key, texts in pairs.items():
            if not texts:
                with suppress(NotFoundException):
                    api.delete_library_metadata_key(id, key, **self._options)

    def _read(self, kind: str, id: Any, selection: Mapping[str, Any]) -> MetadataType:
        options = {**{name: value for name, value in selection.items() if value is not None}, **self._options}
        if kind == "global":
            result = self._other("GlobalMetadataApi").get_global_metadata(**options)
        elif kind == "document":
            result = self._other("DocumentApi").get_document(id, **options)
        elif kind == "library":
            pairs = self._other("LibraryApi").get_library_metadata(id, **self._options)
            result = find_model("MetadataType").from_document(from_pairs(pairs))
        else:
            result = self._api.get_metadata(kind, id, **options)
        # For an entity without metadata, the list is empty.
        metadata: MetadataType = _metadata_in(result) or find_model("MetadataType").from_document({})
        return metadata

    def check_options(self, method: str, others: Iterable[str]) -> None:
        """Check the names of the options.

        :param others: the names of the method's own arguments
        :raises UnexpectedKeywordError: the calls have no such parameter
        """
        from vidispine.types import CallOptions

        operations = [self._api.operations[name] for name in ("get_metadata", "update_metadata")]
        parameters = {parameter.name for operation in operations for parameter in operation.parameters}
        known = {*CallOptions.__annotations__, *parameters}
        for name in self._options:
            if name not in known:
                raise UnexpectedKeywordError.of(method, name, sorted({*known, *others}))

    def found_by(self, search: Any, kind: str) -> Iterator[Any]:
        """Return what a search finds.

        :raises ApiValueError: entities of this kind cannot be searched for
        """
        if kind not in _SEARCHES:
            raise ApiValueError(f"a Search finds items or collections, not a {kind}: pass the ids")
        name, method = _SEARCHES[kind]
        found: Iterator[Any] = getattr(self._other(name), method)(search, **self._options)
        return found

    def _other(self, name: str) -> Any:
        return _api(name, self._api)


class MetadataEdit:
    """Loads metadata at the start of a ``with`` block and saves it at the end; see ``MetadataCalls.edit``.

    It is not the metadata itself: reading and writing values of it raises an error, because nothing would be sent.
    """

    __slots__ = ("_load", "_metadata", "_save")

    def __init__(self, load: Callable[[], MetadataType], save: Callable[[MetadataType], object]) -> None:
        object.__setattr__(self, "_load", load)
        object.__setattr__(self, "_save", save)

    def __enter__(self) -> MetadataType:
        metadata: MetadataType = self._load()
        object.__setattr__(self, "_metadata", metadata)
        return metadata

    def __exit__(self, error_type: type[BaseException] | None, *_: object) -> None:
        if error_type is None:
            self._save(self._metadata)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(_WITHOUT_WITH)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(_WITHOUT_WITH)

    def __getitem__(self, name: str) -> Any:
        raise ApiTypeError(_WITHOUT_WITH)

    def __setitem__(self, name: str, value: object) -> None:
        raise ApiTypeError(_WITHOUT_WITH)


_WITHOUT_WITH = "edit takes effect in a with statement: with client.metadata.edit(...) as metadata"

_SEARCHES = {
    "item": ("ItemApi", "iterate_search_items"),
    "collection": ("CollectionApi", "iterate_search_collections"),
}


def fetch_schema(api: Any) -> MetadataSchema:
    """Request the definitions of all fields and groups."""
    fields = _api("MetadataFieldApi", api).get_metadata_fields()
    groups = _api("MetadataFieldGroupsApi", api).get_metadata_field_groups()
    return MetadataSchema(fields.field or (), groups.group or ())


def _api(name: str, beside: Any) -> Any:
    # Imported by string, because the API classes are in a higher layer.
    return getattr(import_module("vidispine.api"), name)(beside.api_client)


_ID = re.compile(r"[A-Za-z_]\w*-[1-9][0-9]*", re.ASCII)
_KINDS = ("item", "collection", "library", "document", "global")


def _from_values(values: Mapping[str, Any]) -> MetadataType:
    """Return metadata that was not read from an entity."""
    model: Any = find_model("MetadataType")
    metadata: MetadataType = model.from_document(model._from_mapping(values))
    state_of(metadata).is_new = True
    return metadata


def check_entity(kind: Any, id: Any) -> str | None:
    """Return the id of an entity, which can be passed as its document, such as an ``ItemType``.

    :raises ApiTypeError, ApiValueError: the kind is none, or the id is missing
    """
    if not isinstance(kind, str):
        raise ApiTypeError(f"the kind of an entity must be a string such as 'item', not {short_repr(kind)}")
    # Newer servers may have other kinds.
    near = "" if kind in _KINDS else did_you_mean(kind.lower(), _KINDS)
    if id is not None and _ID.fullmatch(kind):
        raise ApiValueError(f"pass the kind of entity first, such as 'item', and then the id, not {kind!r} first")
    if near:
        raise ApiValueError(f"there is no kind of entity {kind!r}{near}")
    if kind == "global":
        if id is not None:
            raise ApiValueError("global metadata has no id")
        return None
    if id is None and kind not in _KINDS:
        raise ApiValueError(f"pass a kind of entity and an id, such as 'item' and 'VX-93', not only {kind!r}")
    if id is None or (own := getattr(id, "id", id)) is None:
        raise ApiValueError(f"pass the id of the {kind}")
    if not isinstance(own, (str, int)):
        raise ApiTypeError(f"the id of the {kind} must be text, not {short_repr(own)}")
    return own if isinstance(own, str) else str(own)


def _entity_of(metadata: MetadataType, kind: str | None, id: Any) -> tuple[str, str | None]:
    if not isinstance(metadata, find_model("MetadataType")):
        raise ApiTypeError(f"save takes metadata, then the kind and the id of its entity, not {short_repr(metadata)}")
    state = metadata.__dict__.get(STATE)
    if kind is None:
        if state is None or state.entity is None:
            raise ApiValueError("this metadata was not loaded from an entity: pass its kind and its id")
        entity: tuple[str, str | None] = state.entity
        return entity
    id = check_entity(kind, id)
    if state is not None and state.entity not in (None, (kind, id)):
        # Its UUIDs and its revision are not valid there.
        source = " ".join(filter(None, state.entity))
        raise ApiValueError(f"this is the metadata of {source}: to copy it, edit the metadata of the other entity")
    return kind, id


def _metadata_in(result: Any) -> MetadataType | None:
    """Return the metadata in the result of a call, which for some kinds of entities is in a list."""
    if result is None or isinstance(result, find_model("MetadataType")):
        return result
    return result.item[0].metadata if result.item else None


def _replace(metadata: MetadataType, new: MetadataType) -> None:
    """Replace the content of metadata with that of the response."""
    state = state_of(metadata)
    document = copy_json(new._encode())
    metadata.__dict__.clear()
    metadata.__dict__[STATE] = state
    metadata._document.clear()
    metadata._document.update(document)
    state.is_new, state.mode, state.spans, state.original = False, None, None, None
    state.edition += 1
    state.begin(metadata._document)


def _listed(names: Any) -> str:
    names = list(dict.fromkeys(names))
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
