"""The methods of ``NotificationApi`` that register callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.exceptions import UnexpectedKeywordError, hides_arguments
from vidispine.types import PageOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Unpack

    from vidispine.types import Strings


__all__ = ["CallbackOptions", "NotificationCalls"]


class CallbackOptions(PageOptions, total=False):
    """Options of the callback, for all methods of :class:`NotificationCalls`, and options of the call."""

    content_type: str
    """The format of the callback: ``application/json``, ``application/xml`` or ``text/plain``. Default: JSON."""
    method: str
    """``POST`` or ``PUT``. Default: ``POST``."""
    timeout: float
    """The time to wait for a response to the callback, in seconds; ``0``: no limit. Default: 10."""
    retry: int
    """Number of retries by the server if it gets no response. Default: 3."""
    group: str
    """The name of a group of notifications that share a delivery thread. Default: a thread for each endpoint."""
    extradata: str
    """Text to include in each callback. Default: none."""
    synchronous: bool
    """Whether the server waits for the receiver before it continues. Default: ``False``."""


class NotificationCalls:
    """Registers callbacks. A second call with the same arguments returns the existing notification."""

    @hides_arguments
    def on_job(
        self,
        url: str,
        *,
        events: Strings = ("stop",),
        job_id: str | None = None,
        filter: Mapping[str, Any] | None = None,
        **options: Unpack[CallbackOptions],
    ) -> str:
        """Have the server call a URL when jobs start, change or end.

        ::

            id = client.notification.on_job("http://receiver.example.com/vidicore", events=["stop"])
            print("registered as", id)

        :param url: the URL, which the server must be able to reach. ``vidispine-kind`` is added to its query
        :param events: which events: ``create``, ``update``, ``finished``, ``fail`` and ``stop`` (any end). Default:
            ``stop``
        :param job_id: the id of the only job to watch. Default: all jobs
        :param filter: which jobs, such as ``{"type": "TRANSCODE"}``; see ``NotificationJobTriggerTypeAllOfFilter``.
            Default: all of them
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification, for ``delete_notification``.
        :raises ApiValueError: There is no such event, or the URL is neither http nor https. Nothing was sent.
        :raises ForbiddenException: The user may not write notifications of this kind.
        """
        return self._on("job", "job", url, events, job_id, {} if filter is None else {"filter": filter}, options)

    @hides_arguments
    def on_item(
        self,
        url: str,
        *,
        events: Strings = ("create",),
        item_id: str | None = None,
        **options: Unpack[CallbackOptions],
    ) -> str:
        """Have the server call a URL when items are created, changed or deleted.

        ::

            id = client.notification.on_item("http://receiver.example.com/vidicore", events=["create"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``create``, ``modify`` and ``delete``. Default: ``create``
        :param item_id: the id of the only item to watch. Default: all items
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        return self._on("item", "item", url, events, item_id, {}, options)

    @hides_arguments
    def on_metadata(
        self,
        url: str,
        *,
        events: Strings = ("modify",),
        kind: str = "item",
        entity_id: str | None = None,
        field: Strings | None = None,
        language: str | None = None,
        track: str | None = None,
        interval: str | None = None,
        **options: Unpack[CallbackOptions],
    ) -> str:
        """Have the server call a URL when metadata changes.

        ::

            id = client.notification.on_metadata("http://receiver.example.com/vidicore")
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``modify`` is the only one. Default: ``modify``
        :param kind: the kind of entity: ``item``, ``collection`` or ``document``. Default: ``item``
        :param entity_id: the id of the only entity to watch. Default: all of this kind
        :param field: the names of the fields to watch. Default: all fields
        :param language: the languages to watch, such as ``en_*``. Default: all languages
        :param track: the tracks to watch, such as ``V1``. Default: all tracks
        :param interval: the intervals to watch, such as ``generic``. Default: all intervals
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification, for ``delete_notification(kind, id)``.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        names = field if field is None or isinstance(field, str) else ",".join(field)
        watched = {"field": names, "language": language, "track": track, "interval": interval}
        modify = {name: value for name, value in watched.items() if value is not None}
        return self._on(kind, "metadata", url, events, entity_id, {"modify": modify}, options)

    @hides_arguments
    def on_shape(
        self,
        url: str,
        *,
        events: Strings = ("create",),
        item_id: str | None = None,
        **options: Unpack[CallbackOptions],
    ) -> str:
        """Have the server call a URL when shapes of items are created, changed or deleted.

        ::

            id = client.notification.on_shape("http://receiver.example.com/vidicore", events=["create"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``create``, ``modify`` and ``delete``. Default: ``create``
        :param item_id: the id of the only item to watch. Default: all items
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification, for ``delete_notification("item", id)``.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        return self._on("item", "shape", url, events, item_id, {}, options)

    @hides_arguments
    def on_access(
        self,
        url: str,
        *,
        events: Strings = ("create",),
        kind: str = "item",
        entity_id: str | None = None,
        **options: Unpack[CallbackOptions],
    ) -> str:
        """Have the server call a URL when access to entities is granted, changed or withdrawn.

        ::

            id = client.notification.on_access("http://receiver.example.com/vidicore", events=["create"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``create``, ``change`` and ``delete``. Default: ``create``
        :param kind: the kind of entity, such as ``item`` or ``collection``. Default: ``item``
        :param entity_id: the id of the only entity to watch. Default: all of this kind
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification, for ``delete_notification(kind, id)``.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        return self._on(kind, "access", url, events, entity_id, {}, options)

    @hides_arguments
    def on_collection(
        self,
        url: str,
        *,
        events: Strings = ("create",),
        collection_id: str | None = None,
        **options: Unpack[CallbackOptions],
    ) -> str:
        """Have the server call a URL when collections are created, changed or deleted.

        ::

            id = client.notification.on_collection("http://receiver.example.com/vidicore", events=["create"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``create``, ``modify`` and ``delete``. Default: ``create``
        :param collection_id: the id of the only collection to watch. Default: all collections
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        return self._on("collection", "collection", url, events, collection_id, {}, options)

    @hides_arguments
    def on_storage(
        self,
        url: str,
        *,
        events: Strings = ("create",),
        storage_id: str | None = None,
        **options: Unpack[CallbackOptions],
    ) -> str:
        """Have the server call a URL when storages are created or deleted. For their files, see ``on_file``.

        ::

            id = client.notification.on_storage("http://receiver.example.com/vidicore", events=["create"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: those of ``NotificationStorageTriggerType``. Default: ``create``
        :param storage_id: the id of the only storage to watch. Default: all storages
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        return self._on("storage", "storage", url, events, storage_id, {}, options)

    @hides_arguments
    def on_file(
        self,
        url: str,
        *,
        events: Strings = ("close",),
        storage_id: str | None = None,
        **options: Unpack[CallbackOptions],
    ) -> str:
        """Have the server call a URL when files on storages appear, change or disappear.

        ::

            id = client.notification.on_file("http://receiver.example.com/vidicore", events=["close"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``new``, ``change``, ``close`` (complete), ``hash`` and ``delete``. Default:
            ``close``
        :param storage_id: the id of the only storage to watch. Default: all storages
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification, for ``delete_notification("storage", id)``.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        more = {} if storage_id is None else {"storage": storage_id}
        return self._on("storage", "file", url, events, None, more, options)

    @hides_arguments
    def on_quota(self, url: str, *, events: Strings = ("warning",), **options: Unpack[CallbackOptions]) -> str:
        """Have the server call a URL when quota rules are created, deleted or exceeded.

        ::

            id = client.notification.on_quota("http://receiver.example.com/vidicore", events=["warning"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``create``, ``delete`` and ``warning``. Default: ``warning``
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        return self._on("quota", "quota", url, events, None, {}, options)

    @hides_arguments
    def on_group(self, url: str, *, events: Strings = ("create",), **options: Unpack[CallbackOptions]) -> str:
        """Have the server call a URL when user groups are created, changed or deleted.

        ::

            id = client.notification.on_group("http://receiver.example.com/vidicore", events=["create"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``create``, ``modify`` and ``delete``. Default: ``create``
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        return self._on("group", "group", url, events, None, {}, options)

    @hides_arguments
    def on_document(
        self,
        url: str,
        *,
        events: Strings = ("create",),
        name: str | None = None,
        **options: Unpack[CallbackOptions],
    ) -> str:
        """Have the server call a URL when documents are created, changed or deleted.

        ::

            id = client.notification.on_document("http://receiver.example.com/vidicore", events=["create"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``create``, ``modify`` and ``delete``. Default: ``create``
        :param name: the name of the only document to watch. Default: all documents
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        return self._on("document", "document", url, events, name, {}, options)

    @hides_arguments
    def on_deletion_lock(self, url: str, *, events: Strings = ("expire",), **options: Unpack[CallbackOptions]) -> str:
        """Have the server call a URL when deletion locks are created, change or expire.

        ::

            id = client.notification.on_deletion_lock("http://receiver.example.com/vidicore", events=["expire"])
            print("registered as", id)

        :param url: the URL; see ``on_job``
        :param events: which events: ``create``, ``modify``, ``delete``, ``effective`` and ``expire``. Default:
            ``expire``
        :param options: see :class:`vidispine.notifications.CallbackOptions`
        :returns: The id of the notification.
        :raises ApiValueError: There is no such event, or the URL is not valid. Nothing was sent.
        """
        return self._on("deletion-lock", "deletionLock", url, events, None, {}, options)

    def _on(
        self,
        kind: str,
        trigger: str,
        url: str,
        events: Strings,
        entity: str | None,
        more: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> str:
        from vidispine._mixins.notification_registration import register

        for name in options:
            if name not in CallbackOptions.__annotations__:
                method = f"on_{trigger.replace('deletionLock', 'deletion_lock')}"
                raise UnexpectedKeywordError.of(method, name, ["events", *CallbackOptions.__annotations__])
        return register(self, kind, trigger, url, events, entity, more, options)
