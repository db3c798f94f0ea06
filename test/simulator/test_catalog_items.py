"""Items: reading their content, listing and deleting; and the catalog after a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.simulator.catalog_harness import CatalogHarness, metadata
from test.simulator.clock import Clock
from test.simulator.http_client import TEXT, HttpClient
from vidispine.simulator import Simulator


def test_delete_item(catalog: CatalogHarness, http: HttpClient) -> None:
    catalog.item(title="One")
    collection = catalog.collections.create_collection({"content": [{"id": "VX-1", "type": "item"}]})
    response = http.send("DELETE", "/item/VX-1")
    assert (response.status, response.data, response.media_type) == (200, b"", "application/json")
    assert http.get("/item/VX-1").status == 404
    assert http.send("DELETE", "/item/VX-1").error == ("notFound", {"type": "Item", "id": "VX-1", "context": None})
    assert catalog.collections.get_collection(collection.id).content is None
    # Ids are not reused.
    assert catalog.item() == "VX-2"


def test_delete_items(catalog: CatalogHarness, http: HttpClient) -> None:
    for _ in range(3):
        catalog.item()
    assert http.send("DELETE", "/item", {"id": "VX-1,VX-9"}).status == 200
    assert catalog.search() == ["VX-3", "VX-2"]
    assert http.send("DELETE", "/item").status == 400
    assert catalog.search() == ["VX-3", "VX-2"]


def test_content_parameter(catalog: CatalogHarness, http: HttpClient) -> None:
    catalog.item()
    document = http.get("/item/VX-1", {"content": "access,merged-access,external"}).json
    assert {entry["type"]: entry["permission"] for entry in document["access"]}["GENERIC"] == "ALL"
    assert document["merged-access"]["query"] == {
        "username": "admin",
        "item": "VX-1",
        "type": "GENERIC",
        "permission": "READ",
    }
    response = http.get("/item/VX-1", {"content": "metadata,weather"})
    assert (response.status, response.error[1]["value"]) == (400, "weather")


def test_collections_of_an_item(catalog: CatalogHarness, http: HttpClient) -> None:
    catalog.item()
    assert http.get("/item/VX-1/collections").json == {}
    for _ in range(2):
        catalog.collections.create_collection({"content": [{"id": "VX-1", "type": "item"}]})
    assert http.get("/item/VX-1/collections").json == {"uri": ["VX-1", "VX-2"]}
    assert http.get("/item/VX-1/collections", accept=TEXT).text == "VX-1\r\nVX-2\r\n"
    assert catalog.terse("VX-1", "__collection", "__collection_size") == {
        "__collection": ["VX-1", "VX-2"],
        "__collection_size": ["2"],
    }
    assert catalog.search(field=[{"name": "__collection", "value": [{"value": "VX-2"}]}]) == ["VX-1"]


def test_long_form_of_an_id(catalog: CatalogHarness, http: HttpClient) -> None:
    catalog.item()
    assert http.get("/item/ITEM-VX-1").json == {"id": "VX-1"}
    assert http.get("/item/JOB-VX-1").status == 404


def test_restart_keeps_the_catalog(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "state.db"
    with Simulator(db=path, clock=clock) as vidicore, CatalogHarness(vidicore) as catalog:
        catalog.define(acme_year="integer")
        catalog.groups.update_or_create_metadata_field_group("acme_person", {"field": [{"name": "acme_year"}]})
        catalog.item(title="Marathon Berlin", acme_year=2001)
        catalog.write("VX-1", metadata(acme_year=2002))
        catalog.collections.create_collection({"content": [{"id": "VX-1", "type": "item"}]}, name="Berlin")
        vidispine.DocumentApi(catalog.client).update_or_create_document("rights", metadata(title="Acme"))
        users = vidispine.UserApi(catalog.client)
        users.create_user({"userName": "bob", "password": "b0b"}, password_type="raw")
        vidispine.GroupApi(catalog.client).update_or_create_group("desk", {"userList": {"user": [{"userName": "bob"}]}})
        vidispine.AccessApi(catalog.client).create_access_control(
            "item", "VX-1", {"permission": "READ", "group": "desk"}
        )
        key: Any = vidispine.AccessKeyApi(catalog.client).create_user_access_key("bob")
    with Simulator(db=path, clock=clock) as vidicore, CatalogHarness(vidicore) as catalog:
        assert catalog.search(text=[{"value": "marathon"}]) == ["VX-1"]
        assert catalog.terse("VX-1", "acme_year") == {"acme_year": ["2002"]}
        assert len(catalog.metadata.get_metadata_change_sets("item", "VX-1").change_set) == 3
        assert catalog.groups.get_metadata_field_group("acme_person").field[0].name == "acme_year"
        assert catalog.collections.get_collection("VX-1").content[0].id == "VX-1"
        assert vidispine.DocumentApi(catalog.client).get_documents().hits == 1
        assert catalog.item() == "VX-2"
        for credentials in (("bob", "b0b"), (key.id, key.secret)):
            with CatalogHarness(vidicore, *credentials) as bob:
                assert bob.search() == ["VX-1"]


@pytest.mark.parametrize("path", ["/item/VX-1/lock", "/resource", "/projection"])
def test_operations_that_are_not_simulated(catalog: CatalogHarness, http: HttpClient, path: str) -> None:
    catalog.item()
    response = http.get(path)
    assert (response.status, response.error[0]) == (501, "notYetImplemented")
