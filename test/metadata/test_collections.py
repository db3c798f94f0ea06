"""The metadata of a collection is a bare document on the wire, and the only entry of a list for programs."""

from __future__ import annotations

import json
import pickle
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import vidispine
from test.support.loopback import PASSWORD, Loopback, reply
from vidispine import Client, MetadataListType, MetadataType
from vidispine.simulator import Simulator

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
RECORDED: dict[str, Any] = {
    "revision": "VX-398,VX-400,VX-399",
    "timespan": [
        {
            "field": [
                {"name": "collectionId", "value": [{"value": "VX-112", "uuid": "u1", "user": "system"}]},
                {"name": "__parent_collection_size", "value": [{"value": "0"}]},
            ],
            "start": "-INF",
            "end": "+INF",
        }
    ],
}
"""The members of the responses of servers to GET and PUT."""
IN_XML = f"""<MetadataDocument xmlns="{NAMESPACE}"><revision>VX-398,VX-400,VX-399</revision>
<timespan start="-INF" end="+INF"><field><name>collectionId</name><value uuid="u1" user="system">VX-112</value></field>
<field><name>__parent_collection_size</name><value>0</value></field></timespan></MetadataDocument>"""


@pytest.mark.parametrize("media_type", ["application/json", "application/xml"])
def test_bare_metadata_is_the_only_entry(media_type: str) -> None:
    body = json.dumps(RECORDED) if media_type.endswith("json") else IN_XML
    with Loopback() as server, Client(server.origin, "admin", PASSWORD) as client:
        server.otherwise = reply(body, media_type=media_type)
        got = client.metadata.get_metadata("collection", "VX-112")
        put = client.metadata.update_metadata("collection", "VX-112", {"timespan": []})
        loaded = client.metadata.load("collection", "VX-112")
    for result in (got, put):
        assert type(result) is MetadataListType
        (entry,) = result
        assert type(entry.metadata) is MetadataType
        assert entry.metadata.to_document() == RECORDED
        assert result.to_document() == {"item": [{"metadata": RECORDED}]}
        assert pickle.loads(pickle.dumps(result)) == result
    assert loaded["collectionId"] == "VX-112"


def test_what_is_no_bare_metadata_is_read_as_it_is() -> None:
    assert vidispine.parse_document(IN_XML, model=MetadataListType) == MetadataListType.from_document(RECORDED)
    assert type(vidispine.parse_document(IN_XML)) is MetadataType
    documents: tuple[dict[str, Any], ...] = (
        {},
        {"item": []},
        {"title": [{"value": "terse"}]},
        {"item": [{"id": "VX-1"}], "revision": "VX-2"},
    )
    for document in documents:
        assert MetadataListType.from_document(document).to_document() == document
    (entry,) = MetadataListType.from_xml("<MetadataDocument/>")
    assert entry.metadata == MetadataType()
    assert not MetadataListType.from_xml("<MetadataListDocument/>")
    with pytest.raises(vidispine.ApiDecodeError, match="expected the root element MetadataListDocument, got ItemDoc"):
        MetadataListType.from_xml("<ItemDocument/>")
    with pytest.raises(vidispine.ApiDecodeError, match=r"item\[0\]\.metadata\.timespan: expected a list"):
        MetadataListType.from_document({"timespan": "x"}).validate()


def test_the_simulator_responds_with_a_bare_document(vidicore: Simulator, sdk: Client) -> None:
    id = sdk.collection.create_collection(name="News").id or ""
    change = vidispine.Metadata({"title": "Tonight"})
    for result in (
        sdk.metadata.update_metadata("collection", id, change),
        sdk.metadata.get_metadata("collection", id),
        sdk.metadata.update_metadata("collection", id, change.to_xml()),
    ):
        (entry,) = result
        assert entry.metadata
        assert entry.metadata["title"] == "Tonight"
    text = sdk.text(sdk.metadata.get_metadata, "collection", id, accept="application/xml")
    assert ET.fromstring(text).tag == f"{{{NAMESPACE}}}MetadataDocument"
    assert "timespan" in json.loads(sdk.text(sdk.metadata.get_metadata, "collection", id, accept="application/json"))
    with sdk.metadata.edit("collection", id) as metadata:
        metadata["title"] = "Tomorrow"
    assert sdk.metadata.load("collection", id)["title"] == "Tomorrow"


def test_an_entity_without_metadata_can_be_edited() -> None:
    with Loopback() as server, Client(server.origin, "admin", PASSWORD) as client:
        server.otherwise = reply({"item": []})
        loaded = client.metadata.load("item", "VX-12")
    assert list(loaded) == []
    loaded["title"] = "New"
    changes = loaded.changes()
    assert changes is not None
    assert changes["title"] == "New"
