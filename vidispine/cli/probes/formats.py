"""Probes: the version, and the forms of documents in JSON and XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine._documents.model import Model
from vidispine._documents.xml_parser import parse_xml
from vidispine.cli.probes.probe import NotCheckedError, Probe, shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vidispine.cli.probes.probe import Server

__all__ = ["PROBES"]

MAX_MEMBERS = 20
"""Number of unknown members that are named."""

TIME = "2020-10-02T15:36:54.047+0000"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}")


def _version(server: Server) -> str:
    components = server.client.system.get_version().component or []
    return next((str(part.version) for part in components if part.name == "API"), "not stated")


def _json(server: Server) -> str:
    return server.request("GET", "/job", ("number", "1")).describe_media_type()


def _times(server: Server) -> str:
    response = server.request("GET", "/job", ("number", "1"), ("user", "false"))
    if response.media_type != "application/json":
        return response.describe_media_type()
    document = load_json(response.body)
    if not document.get("job"):
        raise NotCheckedError("needs 1 job")
    return TIME if _TIME.fullmatch(str(document["job"][0].get("started"))) else "another notation"


def _xml_root(server: Server) -> str:
    response = server.request("GET", "/job", ("number", "1"), accept="application/xml")
    if response.media_type != "application/xml":
        return response.describe_media_type()
    return parse_xml(response.body).tag


def _members(read: Callable[[Server], Model]) -> Callable[[Server], str]:
    def observe(server: Server) -> str:
        unknown = sorted(set(_unknown_members(read(server))))
        if not unknown:
            return "none"
        return ", ".join(unknown[:MAX_MEMBERS]) + (", ..." if len(unknown) > MAX_MEMBERS else "")

    return observe


def _unknown_members(value: Any) -> Iterator[str]:
    """Yield the members of a document that no model describes, such as ``JobType.color``."""
    if isinstance(value, list):
        for element in value:
            yield from _unknown_members(element)
    elif isinstance(value, Model):
        yield from (f"{type(value).__name__}.{shown_name(name)}" for name in value.additional_properties)
        for attribute in type(value).fields():
            yield from _unknown_members(getattr(value, attribute))


_READS: dict[str, Callable[[Server], Model]] = {
    "collections": lambda server: server.client.collection.get_collections(number=5),
    "fields": lambda server: server.client.metadata_field.get_metadata_fields(),
    "groups": lambda server: server.client.group.get_groups(number=5),
    "items": lambda server: server.client.item.get_items(number=5, content=["metadata", "shape", "access"]),
    "jobs": lambda server: server.client.job.get_jobs(user=False, number=5, metadata=True, step=True),
    "storages": lambda server: server.client.storage.get_storages(),
    "users": lambda server: server.client.user.get_users(number=5),
}

PROBES = (
    Probe("version", "Version of the API", _version, None),
    Probe("formats.json", "Media type of a document in JSON", _json, "application/json"),
    Probe("formats.time", "Notation of times in JSON", _times, TIME),
    Probe(
        "formats.xml",
        "Root element of jobs in XML",
        _xml_root,
        "{http://xml.vidispine.com/schema/vidispine}JobListDocument",
    ),
    *(Probe(f"members.{name}", f"Unknown members of {name}", _members(read), "none") for name, read in _READS.items()),
)
