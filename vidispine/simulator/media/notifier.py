"""Matches events with notifications, and creates their messages."""

from __future__ import annotations

import json
import threading
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from vidispine._calls.operation import JSON, TEXT, XML
from vidispine.simulator.catalog.patterns import PatternTimeoutError, full_matches
from vidispine.simulator.catalog.time_codes import GENERIC
from vidispine.simulator.http.formats import from_milliseconds, json_time, site_id
from vidispine.simulator.http.responses import encode_xml
from vidispine.simulator.jobs.extensions import Extension
from vidispine.simulator.media.notification_sender import Message, NotificationSender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vidispine.simulator.accounts.entities import EntityRef
    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.catalog.metadata_store import Node
    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.jobs.job_store import Job
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.notification_store import Notification, NotificationStore
    from vidispine.simulator.media.shape_store import Shape

TICK_SECONDS = 0.25
"""Interval at which due events are processed while a notification waits for jobs."""

_MAX_TIMEOUT = 60.0


class Notifier(Extension):
    """Creates and sends the messages for events."""

    def __init__(self, database: Database, notifications: NotificationStore) -> None:
        """Notify according to the stored notifications."""
        self._database = database
        self._notifications = notifications
        self._delivery = NotificationSender()
        self._tick: Callable[[], bool] | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._woken = False
        self._stopping = threading.Event()

    # Clock

    def start(self, tick: Callable[[], bool]) -> None:
        """Start the clock.

        :param tick: processes due events; returns whether to continue
        """
        self._tick = tick
        self.wake()

    def wake(self) -> None:
        """Run the clock, so that jobs end without requests."""
        with self._lock:
            self._woken = True
            if self._tick is None or self._stopping.is_set() or self._thread is not None:
                return
            self._thread = threading.Thread(target=self._watch, name="vidispine-simulator-notifier", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        tick = self._tick
        while tick is not None and not self._stopping.wait(TICK_SECONDS):
            with self._lock:
                self._woken = False
            if tick():
                continue
            with self._lock:
                if not self._woken:
                    self._thread = None
                    return

    def close(self) -> None:
        """Stop the clock and the sender."""
        self._stopping.set()
        self._delivery.close()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    # Events

    def job_changed(self, event: str, job: Job, at: int) -> None:
        """Notify about a job, but not about a part of one."""
        if job.parent is not None or not self._notifications.any():
            return
        named = self._notifications.of_job(job.serial)
        watching = [(notification, None) for notification in self._notifications.watching([("job", job.serial)])]
        if not watching and named is None:
            return
        self.wake()
        for notification, extra in [*watching, *([named] if named else [])]:
            trigger = notification.content["trigger"].get("job")
            if trigger is None or not _matches_event(trigger, event, job):
                continue
            data = self._job_data(job)
            if _matches_filter(trigger.get("filter"), job, data):
                fields = {"jobId": site_id(job.serial), "status": job.status, "action": event, "type": job.type}
                fields.update({key: value for key, value in data.items() if key not in fields})
                self._send(notification, _select_fields(fields, trigger, job), extra)

    def _job_data(self, job: Job) -> dict[str, str]:
        rows = self._database.rows("SELECT key, value FROM job_data WHERE job = ? ORDER BY key", job.serial)
        return {row["key"]: row["value"] for row in rows}

    def item(self, event: str, item: Item, at: int) -> None:
        """Notify about an item."""
        self._notify("item", event, [("item", item.serial)], {"itemId": item.id, "user": item.user})

    def item_deleted(self, item: Item, now: int, arguments: Mapping[str, Any]) -> None:
        """Notify about an item that is deleted."""
        self.item("delete", item, now)

    def shape_changed(self, event: str, shape: Shape, at: int) -> None:
        """Notify about a shape."""
        fields = {"itemId": site_id(shape.item), "shapeId": shape.id, "shapeTag": ",".join(shape.tag_names)}
        self._notify("shape", event, [("item", shape.item)], fields)

    def file_changed(self, event: str, file: File, at: int) -> None:
        """Notify about a file."""
        fields = {"fileId": file.id, "storageId": site_id(file.storage), "path": file.path, "state": file.state}
        self._notify("file", event, [("storage", file.storage), ("file", file.serial)], fields)

    def metadata_written(self, entity: EntityRef, nodes: Sequence[Node], user: str) -> None:
        """Notify about metadata that a user changed.

        :param nodes: the fields, groups and values that changed
        """
        if not self._notifications.any():
            return
        id = entity.id
        if entity.kind == "document":
            id = self._database.value("SELECT name FROM document WHERE serial = ?", entity.serial)
        names = dict.fromkeys(node.name for node in nodes if node.node != "group")
        fields = {f"{entity.kind}Id": id, "user": user, "field": ",".join(names)}
        for kind in ("metadata", entity.kind):
            self._notify(kind, "modify", [(entity.kind, entity.serial)], fields, nodes)

    def entity(self, kind: str, event: str, serial: int, fields: Mapping[str, str]) -> None:
        """Notify about an entity that was created, changed or deleted."""
        self._notify(kind, event, [(kind, serial)], fields)

    def access(self, event: str, entity: EntityRef, fields: Mapping[str, str]) -> None:
        """Notify about an access control that was added or removed."""
        self._notify("access", event, [(entity.kind, entity.serial)], {f"{entity.kind}Id": entity.id, **fields})

    def _notify(
        self,
        kind: str,
        event: str,
        entities: list[tuple[str, int]],
        fields: Mapping[str, str],
        nodes: Sequence[Node] = (),
    ) -> None:
        for notification in self._notifications.watching(entities):
            trigger = notification.content["trigger"].get(kind)
            if trigger is not None and event in trigger and _matches_nodes(trigger[event], nodes):
                self._send(notification, {"action": event.upper(), **fields}, None)

    def _send(self, notification: Notification, fields: Mapping[str, str], extra: str | None) -> None:
        action = notification.content["action"]["http"]
        more = {"extradata": action.get("extradata"), "notificationData": extra}
        fields = {**fields, **{key: value for key, value in more.items() if value is not None}}
        media_type, body = _encode(fields, action.get("contentType"))
        self._delivery.send(
            Message(
                url=action["url"],
                method=action.get("method", "POST"),
                media_type=media_type,
                body=body,
                timeout=_seconds(action.get("timeout", "0")),
                retries=max(0, int(action.get("retry") or 0)),
                group=action.get("group") or action["url"],
            )
        )


def _matches_nodes(filter: Any, nodes: Sequence[Node]) -> bool:
    """Return whether one of the changed nodes matches the filter of a metadata trigger."""
    if not isinstance(filter, dict) or not filter:
        return True
    names = {path.rpartition("/")[2] for path in filter.get("field", "").split(",")} - {""}
    return any(
        (not names or node.name in names)
        and filter.get("track") in (None, node.track)
        and ("language" not in filter or fnmatchcase(node.lang or "", filter["language"]))
        and (filter.get("interval") != "generic" or (node.start, node.stop) == GENERIC)
        for node in nodes
    )


def _matches_event(trigger: Mapping[str, Any], event: str, job: Job) -> bool:
    if event == "CREATE":
        return "create" in trigger
    if event == "UPDATE":
        return "update" in trigger
    succeeded = job.status.startswith("FINISHED")
    return "stop" in trigger or ("finished" in trigger and succeeded) or ("fail" in trigger and not succeeded)


def _matches_filter(filter: Mapping[str, Any] | None, job: Job, data: Mapping[str, str]) -> bool:
    if not filter:
        return True
    if filter.get("type") not in (None, job.type) or filter.get("step") not in (None, job.step):
        return False
    wanted = filter.get("jobdata")
    if not wanted:
        return True
    matching_keys = _matching(wanted, "key", data)
    return bool(_matching(wanted, "value", (data[key] for key in matching_keys)))


def _matching(wanted: Mapping[str, str], name: str, texts: Iterable[str]) -> list[str]:
    """Return the texts that match a part of a filter, which has a text, a regular expression or both."""
    exact, pattern = wanted.get(name), wanted.get(f"{name}-regex")
    found = [text for text in texts if exact in (None, text)]
    if pattern is None or not found:
        return found
    try:
        return [text for text, matches in zip(found, full_matches(pattern, found)) if matches]
    except (ValueError, PatternTimeoutError):
        return []


def _select_fields(fields: dict[str, str], trigger: Mapping[str, Any], job: Job) -> dict[str, str]:
    """Return the fields that the content filters of a trigger select. Without filters: all."""
    filters = (trigger.get("contentFilters") or {}).get("contentFilter")
    if not filters:
        return fields
    names = {
        "jobId": "jobId",
        "jobState": "status",
        "user": "username",
        "jobType": "type",
        "errorMessage": "errorMessage",
        "itemId": "itemId",
        "totalSteps": "totalSteps",
        "currentStep": "currentStepNumber",
    }
    chosen = {names[word]: fields[names[word]] for word in filters if names.get(word) in fields}
    if "startTime" in filters:
        chosen["startTime"] = json_time(from_milliseconds(job.started))
    if "jobData" in filters:
        chosen.update({key: value for key, value in fields.items() if key not in ("jobId", "status", "action", "type")})
    return {"action": fields["action"], **chosen}


def _encode(fields: Mapping[str, str], wanted: str | None) -> tuple[str, bytes]:
    """Return media type and body of a message, in the requested media type."""
    from vidispine.models import SimpleMetadataType

    document = {"field": [{"key": key, "value": value} for key, value in fields.items()]}
    media_type = (wanted or XML).partition(";")[0].strip().lower()
    if media_type == JSON:
        return JSON, json.dumps(document, ensure_ascii=False).encode()
    if media_type == TEXT:
        return TEXT, "".join(f"{key}={value}\r\n" for key, value in fields.items()).encode()
    return XML, encode_xml(SimpleMetadataType, document)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return _MAX_TIMEOUT
    return value if 0 < value <= _MAX_TIMEOUT else _MAX_TIMEOUT
