"""Items: reading their content, listing and deleting; and the catalog after a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.simulator.life import Clock
from test.simulator.shelf import Shelf, metadata
from test.simulator.wire import TEXT, Wire
from vidispine.simulator import Simulator


def test_one_is_deleted(shelf: Shelf, wire: Wire) -> None:
    shelf.item(title="One")
    collection = shelf.collections.create_collection({"content": [{"id": "VX-1", "type": "item"}]})
    reply = wire.send("DELETE", "/item/VX-1")
    assert (reply.status, reply.data, reply.media_type) == (200, b"", "application/json")
    assert wire.get("/item/VX-1").status == 404
    assert wire.send("DELETE", "/item/VX-1").fault == ("notFound", {"type": "Item", "id": "VX-1", "context": None})
    assert shelf.collections.get_collection(collection.id).content is None
    # Numbers are not used again.
    assert shelf.item() == "VX-2"


def test_several_are_deleted(shelf: Shelf, wire: Wire) -> None:
    for _ in range(3):
        shelf.item()
    assert wire.send("DELETE", "/item", {"id": "VX-1,VX-9"}).status == 200
    assert shelf.found() == ["VX-3", "VX-2"]
    assert wire.send("DELETE", "/item").status == 400
    assert shelf.found() == ["VX-3", "VX-2"]


def test_what_is_asked_for_with_it(shelf: Shelf, wire: Wire) -> None:
    shelf.item()
    document = wire.get("/item/VX-1", {"content": "access,merged-access,external"}).json
    assert {entry["type"]: entry["permission"] for entry in document["access"]}["GENERIC"] == "ALL"
    assert document["merged-access"]["query"] == {
        "username": "admin", "item": "VX-1", "type": "GENERIC", "permission": "READ",
    }  # fmt: skip
    reply = wire.get("/item/VX-1", {"content": "metadata,weather"})
    assert (reply.status, reply.fault[1]["value"]) == (400, "weather")


def test_the_collections_that_it_is_in(shelf: Shelf, wire: Wire) -> None:
    shelf.item()
    assert wire.get("/item/VX-1/collections").json == {}
    for _ in range(2):
        shelf.collections.create_collection({"content": [{"id": "VX-1", "type": "item"}]})
    assert wire.get("/item/VX-1/collections").json == {"uri": ["VX-1", "VX-2"]}
    assert wire.get("/item/VX-1/collections", accept=TEXT).text == "VX-1\r\nVX-2\r\n"
    assert shelf.terse("VX-1", "__collection", "__collection_size") == {
        "__collection": ["VX-1", "VX-2"], "__collection_size": ["2"],
    }  # fmt: skip
    assert shelf.found(field=[{"name": "__collection", "value": [{"value": "VX-2"}]}]) == ["VX-1"]


def test_an_id_in_the_long_form(shelf: Shelf, wire: Wire) -> None:
    shelf.item()
    assert wire.get("/item/ITEM-VX-1").json == {"id": "VX-1"}
    assert wire.get("/item/JOB-VX-1").status == 404


def test_all_of_it_outlives_the_server(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "state.db"
    with Simulator(db=path, clock=clock) as vidicore, Shelf(vidicore) as shelf:
        shelf.define(acme_year="integer")
        shelf.groups.update_or_create_metadata_field_group("acme_person", {"field": [{"name": "acme_year"}]})
        shelf.item(title="Marathon Berlin", acme_year=2001)
        shelf.write("VX-1", metadata(acme_year=2002))
        shelf.collections.create_collection({"content": [{"id": "VX-1", "type": "item"}]}, name="Berlin")
        vidispine.DocumentApi(shelf.client).update_or_create_document("rights", metadata(title="Acme"))
        users = vidispine.UserApi(shelf.client)
        users.create_user({"userName": "bob", "password": "b0b"}, password_type="raw")
        vidispine.GroupApi(shelf.client).update_or_create_group("desk", {"userList": {"user": [{"userName": "bob"}]}})
        vidispine.AccessApi(shelf.client).create_access_control("item", "VX-1", {"permission": "READ", "group": "desk"})
        key: Any = vidispine.AccessKeyApi(shelf.client).create_user_access_key("bob")
    with Simulator(db=path, clock=clock) as vidicore, Shelf(vidicore) as shelf:
        assert shelf.found(text=[{"value": "marathon"}]) == ["VX-1"]
        assert shelf.terse("VX-1", "acme_year") == {"acme_year": ["2002"]}
        assert len(shelf.metadata.get_metadata_change_sets("item", "VX-1").change_set) == 3
        assert shelf.groups.get_metadata_field_group("acme_person").field[0].name == "acme_year"
        assert shelf.collections.get_collection("VX-1").content[0].id == "VX-1"
        assert vidispine.DocumentApi(shelf.client).get_documents().hits == 1
        assert shelf.item() == "VX-2"
        for credentials in (("bob", "b0b"), (key.id, key.secret)):
            with Shelf(vidicore, *credentials) as bob:
                assert bob.found() == ["VX-1"]


@pytest.mark.parametrize("path", ["/item/VX-1/lock", "/item/VX-1/relation", "/library"])
def test_what_is_not_simulated_says_so(shelf: Shelf, wire: Wire, path: str) -> None:
    shelf.item()
    reply = wire.get(path)
    assert (reply.status, reply.fault[0]) == (501, "notYetImplemented")
