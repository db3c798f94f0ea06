"""Transient fields are removed from every metadata document that is sent, and from nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from test.support.loopback import Loopback, reply
from vidispine import ApiClient, ApiValueError, CollectionApi, ItemApi, Metadata, MetadataApi, MetadataType

TRANSIENT = {"name": "__user", "value": [{"value": "admin"}]}
TITLE = {"name": "title", "value": [{"value": "x"}]}
GROUP = {"name": "g", "field": [TITLE]}


def document(*more: Any) -> dict[str, Any]:
    group = {"name": "g", "field": [*more, TITLE]}
    return {"timespan": [{"field": [TITLE, *more], "group": [{**group, "group": [group]}]}]}


@pytest.mark.parametrize("given", [document(TRANSIENT), MetadataType.from_document(document(TRANSIENT))])
def test_metadata_is_sent_without_them(server: Loopback, client: ApiClient, given: Any) -> None:
    MetadataApi(client).update_metadata("item", "VX-1", given)
    assert json.loads(server.last.body) == document()
    assert "__user" in json.dumps(given if isinstance(given, dict) else given.to_document())


def test_a_timespan_with_nothing_else_is_not_sent(server: Loopback, client: ApiClient) -> None:
    """An empty timespan would delete what the entity has."""
    spans: list[Any] = [{"start": "0@PAL", "end": "9@PAL", "field": [TRANSIENT]}, {"field": [TITLE]}, {"field": []}]
    MetadataApi(client).update_metadata("item", "VX-1", {"timespan": spans})
    assert json.loads(server.last.body) == {"timespan": spans[1:]}


def test_documents_that_contain_metadata_are_sent_without_them(server: Loopback, client: ApiClient) -> None:
    server.responses = [reply({"id": "VX-1"})]
    CollectionApi(client).create_collection(collection_type={"name": "c", "metadata": document(TRANSIENT)})
    assert json.loads(server.last.body) == {"name": "c", "metadata": document()}


def test_searches_for_them_are_sent_as_they_are(server: Loopback, client: ApiClient) -> None:
    search = {"field": [{"name": "__collection", "value": [{"value": "VX-1"}]}]}
    ItemApi(client).search_items(search)
    assert json.loads(server.last.body) == search


def test_they_cannot_be_written() -> None:
    writes: list[Any] = [
        lambda md: md.__setitem__("__user", "admin"),
        lambda md: md.add("__user", "admin"),
        lambda md: md.update({"__user": "admin"}),
        lambda md: md.add_group("g", {"__user": "admin"}),
    ]
    for write in writes:
        metadata = Metadata({"title": "x"})
        with pytest.raises(ApiValueError, match="computed by the server"):
            write(metadata)
        assert metadata == Metadata({"title": "x"})


def test_values_that_were_read_may_have_them(server: Loopback, client: ApiClient) -> None:
    """Such as the values of another entity, by name."""
    metadata = Metadata({"title": "x", "__user": "admin", "g": {"title": "x", "__user": "admin"}})
    assert metadata["__user"] == metadata.groups("g")[0]["__user"] == "admin"
    assert metadata.to_plain() == {"title": "x", "g": {"title": "x"}}
    MetadataApi(client).update_metadata("item", "VX-1", metadata)
    assert "__user" not in server.last.body.decode()
    assert "__user" not in str(metadata.changes())
    assert Metadata({"__user": "admin"}).changes() is None
