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


def test_documents_that_contain_metadata_are_sent_without_them(server: Loopback, client: ApiClient) -> None:
    server.responses = [reply({"id": "VX-1"})]
    CollectionApi(client).create_collection(collection_type={"name": "c", "metadata": document(TRANSIENT)})
    assert json.loads(server.last.body) == {"name": "c", "metadata": document()}


def test_searches_for_them_are_sent_as_they_are(server: Loopback, client: ApiClient) -> None:
    search = {"field": [{"name": "__collection", "value": [{"value": "VX-1"}]}]}
    ItemApi(client).search_items(search)
    assert json.loads(server.last.body) == search


def test_they_cannot_be_written() -> None:
    with pytest.raises(ApiValueError, match="computed by the server"):
        Metadata({"__user": "admin"})
    with pytest.raises(ApiValueError, match="computed by the server"):
        Metadata()["__user"] = "admin"
