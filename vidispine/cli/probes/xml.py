"""Probes: the order of elements in XML, and whether JSON and XML are the same documents."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from vidispine._documents.model import Model
from vidispine._documents.xml import parse_document
from vidispine._documents.xml_parser import parse_xml
from vidispine.cli.probes.probe import NotCheckedError, Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree.ElementTree import Element

    from vidispine.cli.probes.probe import Server

__all__ = ["PROBES"]

JSON, XML = "application/json", "application/xml"
MAX_NAMES = 10
"""Number of differences that are named."""


class _Read(NamedTuple):
    """A request for a list."""

    model: str
    path: str
    query: tuple[tuple[str, str], ...] = (("number", "5"),)


_READS = {
    "collections": _Read("CollectionListType", "/collection"),
    "fields": _Read("MetadataFieldListType", "/metadata-field", ()),
    "groups": _Read("GroupListType", "/group"),
    "items": _Read("ItemListType", "/item", (("number", "5"), ("content", "metadata,shape,access"))),
    "jobs": _Read("JobListType", "/job", (("number", "5"), ("user", "false"), ("metadata", "true"), ("step", "true"))),
    "storages": _Read("StorageListType", "/storage", ()),
    "users": _Read("UserListType", "/user"),
}


def _body(server: Server, read: _Read, accept: str) -> bytes:
    response = server.request("GET", read.path, *read.query, accept=accept)
    if response.status != HTTPStatus.OK:
        raise NotCheckedError(f"status {response.status}")
    return response.body


def _document(server: Server, read: _Read, accept: str) -> Model:
    from vidispine import models

    found: Model = parse_document(_body(server, read, accept), accept, model=getattr(models, read.model))
    return found


# Order


def _order(read: _Read) -> Callable[[Server], str]:
    def observe(server: Server) -> str:
        body = _body(server, read, XML)
        written = parse_document(body, XML).to_xml()
        return _named(_misplaced(parse_xml(body), parse_xml(written)), "as described")

    return observe


def _misplaced(server: Element, sdk: Element) -> Iterator[str]:
    """Yield elements that the server writes in another order than the SDK, such as ``status before user in job``."""
    before, after = ([_local(child) for child in element] for element in (server, sdk))
    if before != after and Counter(before) == Counter(after):
        first = next(index for index, name in enumerate(before) if name != after[index])
        yield f"{before[first]} before {after[first]} in {_local(server)}"
        return
    for child, other in zip(server, sdk):
        yield from _misplaced(child, other)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


# The same documents


def _same(read: _Read) -> Callable[[Server], str]:
    def observe(server: Server) -> str:
        json, xml = _document(server, read, JSON), _document(server, read, XML)
        # Values that change between two requests, such as free space, are not differences.
        changing = set(_differing(json, _document(server, read, JSON), read.model))
        return _named((name for name in _differing(json, xml, read.model) if name not in changing), "the same")

    return observe


def _differing(value: Any, other: Any, name: str) -> Iterator[str]:
    """Yield the members that differ, such as ``JobType.started``. A list that is empty may be missing."""
    if isinstance(value, Model) and isinstance(other, Model):
        for attribute in type(value).fields():
            yield from _differing(
                getattr(value, attribute), getattr(other, attribute), f"{type(value).__name__}.{attribute}"
            )
    elif isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
        for element, counterpart in zip(value, other):
            yield from _differing(element, counterpart, name)
    elif (value or None) != (other or None) and str(value) != str(other):
        yield name


def _named(names: Iterator[str], nothing: str) -> str:
    found = sorted(set(names))
    return ", ".join(found[:MAX_NAMES]) + (", ..." if len(found) > MAX_NAMES else "") if found else nothing


PROBES = tuple(
    Probe(f"xml.{kind}.{name}", f"{question} of {name}", make(read), expected)
    for kind, question, make, expected in (
        ("order", "Order of elements in XML", _order, "as described"),
        ("same", "Documents in JSON and in XML", _same, "the same"),
    )
    for name, read in _READS.items()
)
