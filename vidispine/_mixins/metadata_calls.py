"""The methods of ``MetadataApi`` that load, edit and save metadata by the names of fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from typing import Any, Literal, Union

    from typing_extensions import Unpack

    from vidispine._mixins.metadata_schema import MetadataSchema
    from vidispine._mixins.time_span import TimeSpan
    from vidispine.models.collection_type import CollectionType
    from vidispine.models.item_type import ItemType
    from vidispine.models.metadata_type import MetadataType
    from vidispine.search import SearchLike
    from vidispine.types import PageOptions, Strings

    Entity = Union[str, CollectionType, ItemType]
    Values = Union[Mapping[str, object], MetadataType, Callable[[MetadataType], Any]]

__all__ = ["MetadataCalls"]


class MetadataCalls:
    """Loads, edits and saves the metadata of items, collections, libraries and documents, and global metadata."""

    def load(
        self,
        kind: str,
        id: Entity | None = None,
        *,
        field: Strings | None = None,
        group: Strings | None = None,
        interval: Strings | TimeSpan | None = None,
        revision: str | None = None,
        schema: MetadataSchema | None = None,
        **options: Unpack[PageOptions],
    ) -> MetadataType:
        """Load the metadata of an entity, to read or to edit.

        ::

            metadata = client.metadata.load("item", "VX-93")
            print(metadata["title"])

        Calls ``get_metadata``, ``DocumentApi.get_document``, ``GlobalMetadataApi.get_global_metadata`` or
        ``LibraryApi.get_library_metadata``. After editing, ``save`` sends what has changed.

        :param kind: the kind of entity: ``item``, ``collection``, ``library``, ``document`` or ``global``
        :param id: the id of the entity, such as ``VX-93``, or its document, such as an ``ItemType``; of a document, its
            name. Default: none, for ``global``
        :param field: the names of the fields to load; see ``get_metadata``. Default: all fields
        :param group: the names of the groups to load. Default: all groups
        :param interval: which intervals to load: ``generic``, or a ``TimeSpan`` or its text. Default: all intervals
        :param revision: the metadata at an earlier time: the id of a change set; see ``iterate_metadata_change_sets``.
            Default: the current metadata
        :param schema: the definitions of fields and groups, from ``schema()``; ``get`` then converts values to the
            types of the fields, and unknown names raise ``ApiKeyError``. Default: not used
        :param options: see :class:`vidispine.types.PageOptions`
        :returns: The metadata.
        :raises NotFoundException: There is no such entity, or no such field.
        :raises ForbiddenException: The user may not read the metadata of the entity.
        :raises ApiValueError: The id is missing, or an id was given for ``global``.
        """
        from vidispine._mixins.metadata_saving import MetadataStore

        selection = {"field": field, "group": group, "interval": interval, "revision": revision}
        return MetadataStore(self, options).load(kind, id, selection, schema)

    def save(
        self,
        metadata: MetadataType | Mapping[str, object],
        kind: str | None = None,
        id: Entity | None = None,
        *,
        retry_on_conflict: bool = False,
        **options: Unpack[PageOptions],
    ) -> MetadataType:
        """Send the changes of metadata. If nothing has changed, nothing is sent.

        ::

            metadata = client.metadata.load("item", "VX-93")
            metadata["title"] = "Harbor at dawn"
            client.metadata.save(metadata)
            print(metadata["title"])

        Calls ``update_metadata`` or its counterpart with ``metadata.changes()``. Afterwards ``metadata`` has the
        content that the server returned. Get groups from it again: objects from before the call are no longer valid.

        :param metadata: metadata from ``load``, from a search or from another response, or new metadata: a
            ``Metadata``, or its values by name
        :param kind: the kind of entity; see ``load``. Default: where the metadata was loaded from
        :param id: the id of the entity. Default: where the metadata was loaded from
        :param retry_on_conflict: whether to retry if others changed other parts of the metadata since it was loaded.
            Default: ``False``, which raises ``ConflictException``
        :param options: see :class:`vidispine.types.PageOptions`
        :returns: The same object; for values by name, the metadata of the entity.
        :raises ConflictException: Others changed the metadata since it was loaded. ``changed_by_both`` and the message
            list the fields and groups that both sides changed.
        :raises NotFoundException: There is no such entity, or a field is not defined.
        :raises ForbiddenException: The user may not write the metadata or one of the fields.
        :raises ApiValueError: The metadata was not loaded from an entity, and none was given.
        """
        from vidispine._mixins.metadata_saving import MetadataStore

        return MetadataStore(self, options).save(metadata, kind, id, retry_on_conflict)

    def edit(
        self,
        kind: str,
        id: Entity | None = None,
        *,
        field: Strings | None = None,
        group: Strings | None = None,
        interval: Strings | TimeSpan | None = None,
        schema: MetadataSchema | None = None,
        retry_on_conflict: bool = False,
        **options: Unpack[PageOptions],
    ) -> AbstractContextManager[MetadataType]:
        """Load the metadata of an entity, and save it at the end of a ``with`` block.

        ::

            with client.metadata.edit("item", "VX-93") as metadata:
                metadata["title"] = "Harbor at dawn"
            print(metadata["title"])

        Only the changes are sent. If nothing has changed, or the block raises an exception, nothing is sent.

        :param kind: the kind of entity; see ``load``
        :param id: the id of the entity. Default: none, for ``global``
        :param field: the names of the fields to load. Default: all fields
        :param group: the names of the groups to load. Default: all groups
        :param interval: which intervals to load: ``generic``, or a ``TimeSpan`` or its text. Default: all intervals
        :param schema: the definitions of fields and groups; see ``load``. Default: not used
        :param retry_on_conflict: see ``save``. Default: ``False``
        :param options: see :class:`vidispine.types.PageOptions`
        :returns: A context manager that gives the metadata. It is not the metadata itself: any other use is an error.
        :raises ConflictException: Raised at the end of the block: others changed the metadata since it was loaded.
        :raises NotFoundException: There is no such entity, or a field is not defined.
        """
        from vidispine._mixins.metadata_saving import MetadataEdit, MetadataStore

        selection = {"field": field, "group": group, "interval": interval}
        store = MetadataStore(self, options)
        return MetadataEdit(
            lambda: store.load(kind, id, selection, schema),
            lambda metadata: store.save(metadata, kind, id, retry_on_conflict),
        )

    def schema(self, *, refresh: bool = False) -> MetadataSchema:
        """Get the definitions of all metadata fields and groups.

        ::

            schema = client.metadata.schema()
            metadata = client.metadata.load("item", "VX-93", schema=schema)
            print(metadata.get("durationSeconds"))

        They are requested once, with ``MetadataFieldApi.get_metadata_fields`` and
        ``MetadataFieldGroupsApi.get_metadata_field_groups``, and cached.

        :param refresh: whether to request them again. Default: ``False``
        :returns: The definitions.
        :raises ForbiddenException: The user may not read metadata fields.
        """
        from vidispine._mixins.metadata_saving import fetch_schema

        if refresh or "_schema" not in self.__dict__:
            self.__dict__["_schema"] = fetch_schema(self)
        schema: MetadataSchema = self.__dict__["_schema"]
        return schema

    def update_many(
        self,
        kind: str,
        entities: Mapping[str, Values] | SearchLike | Iterable[Any],
        values: Values | None = None,
        *,
        mode: Literal["replace", "add"] = "replace",
        workers: int = 4,
        on_progress: Callable[[int, int], object] | None = None,
        retry_on_conflict: bool = False,
        **options: Unpack[PageOptions],
    ) -> dict[str, MetadataType | Exception]:
        """Update the metadata of many entities, several at the same time.

        ::

            results = client.metadata.update_many("item", ["VX-93", "VX-94"], {"title": "Harbor"})
            for item_id, result in results.items():
                print(item_id, "failed" if isinstance(result, Exception) else "updated")

        Each entity is loaded and edited, and the changes are saved, as with ``edit``. A ``Metadata`` is sent unchanged
        instead. An error for one entity does not stop the others.

        :param kind: the kind of entity; see ``load``
        :param entities: a mapping of ids to what to update; or ids, items or collections, such as those of
            ``CollectionApi.iterate_collection_items`` or ``ItemApi.iterate_search_items``; or a ``Search`` for items or
            collections. All of them are read before the first update, so that updates do not change the results of a
            search
        :param values: what to update, if ``entities`` is not a mapping: values by the names of fields, as for
            ``Metadata``; a ``Metadata``; or a function that edits the metadata that it is called with
        :param mode: whether values and groups replace those of the same names, or are added to them: ``replace`` or
            ``add``. Default: ``replace``
        :param workers: the number of entities to update at the same time. Default: 4
        :param on_progress: called with the number of completed entities and the total, on the calling thread. An
            exception that it raises stops the update. Default: not called
        :param retry_on_conflict: see ``save``. Default: ``False``
        :param options: see :class:`vidispine.types.PageOptions`
        :returns: For each id, in the order of ``entities``: the metadata after the update, or the exception that
            prevented it.
        :raises ApiTypeError: An argument has the wrong type. Nothing was sent.
        :raises ApiValueError: An argument has an invalid value. Nothing was sent.
        """
        from vidispine._mixins.metadata_bulk import BulkUpdate
        from vidispine._mixins.metadata_saving import MetadataStore

        update = BulkUpdate(MetadataStore(self, options), kind, mode, retry_on_conflict)
        return update.run(entities, values, workers, on_progress)
