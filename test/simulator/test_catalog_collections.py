"""Collections and their members."""

from __future__ import annotations

from typing import Any

import pytest

import vidispine
from test.simulator.catalog_harness import CatalogHarness, metadata
from test.simulator.http_client import NAMESPACE, TEXT, XML, HttpClient

NS = f"{{{NAMESPACE}}}"


def members(catalog: CatalogHarness, id: str = "VX-1") -> list[tuple[str | None, str | None]]:
    return [(member.type, member.id) for member in catalog.collections.get_collection(id).content or []]


@pytest.fixture
def filled(catalog: CatalogHarness) -> CatalogHarness:
    """VX-1 with the items VX-1 to VX-3 and the collection VX-2."""
    for title in ("One", "Two", "Three"):
        catalog.item(title=title)
    content = [{"id": f"VX-{number}", "type": "item"} for number in (1, 2, 3)]
    catalog.collections.create_collection({"content": content}, name="Outer")
    catalog.collections.create_collection({}, name="Inner")
    catalog.collections.add_to_collection("VX-1", "VX-2", type="collection")
    return catalog


class TestCollections:
    def test_create_collection(self, http: HttpClient) -> None:
        response = http.send("POST", "/collection", {"name": "Marathon"})
        assert response.json == {"loc": f"{http.url}/API/collection/VX-1", "id": "VX-1", "name": "Marathon"}
        assert http.send("POST", "/collection").json == {"loc": f"{http.url}/API/collection/VX-2", "id": "VX-2"}
        assert http.send("POST", "/collection", accept=TEXT).text == "VX-3"

    def test_list_is_newest_first(self, filled: CatalogHarness, http: HttpClient) -> None:
        found = http.get("/collection").json
        assert (found["hits"], [c["id"] for c in found["collection"]]) == (2, ["VX-2", "VX-1"])
        assert sorted(found["collection"][0]) == ["id", "loc", "name"]
        assert [c["id"] for c in http.get("/collection;first=2;number=1").json["collection"]] == ["VX-1"]
        assert http.get("/collection", accept=TEXT).text == "VX-2\r\nVX-1\r\n"

    def test_loc_of_a_collection_ends_with_a_slash(self, http: HttpClient) -> None:
        http.send("POST", "/collection", {"name": "Marathon"})
        assert http.get("/collection/VX-1").json == {
            "loc": f"{http.url}/API/collection/VX-1/",
            "id": "VX-1",
            "name": "Marathon",
        }
        root = http.get("/collection/VX-1", accept=XML).xml
        assert (root.tag, root.findtext(f"{NS}name")) == (f"{NS}CollectionDocument", "Marathon")

    def test_metadata_title_is_the_name(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.collections.create_collection({}, name="One")
        response = http.send("PUT", "/collection/VX-1/metadata", body=metadata(title="Two")).json
        assert sorted(response) == ["revision", "timespan"]
        assert catalog.collections.get_collection("VX-1").name == "Two"
        catalog.collections.update_collection_name("Three", "VX-1")
        found = catalog.collections.get_collection("VX-1", content=["metadata"], terse="yes")
        assert found.terse["title"][0]["value"] == "Three"
        assert {name for name in found.terse if not name.startswith("__")} == {
            "collectionId",
            "created",
            "title",
            "user",
        }
        root = http.send("PUT", "/collection/VX-1/metadata", body=metadata(title="Four"), accept=XML).xml
        assert root.tag == f"{NS}MetadataDocument"

    def test_search_collections(self, filled: CatalogHarness) -> None:
        search = filled.collections.search_collections
        assert [c.id for c in search({"field": [{"name": "title", "value": [{"value": "inner"}]}]}).collection] == [
            "VX-2"
        ]
        within = {"item": {"field": [{"name": "title", "value": [{"value": "two"}]}]}}
        assert [c.id for c in search(within).collection] == ["VX-1"]
        above = {"field": [{"name": "__parent_collection", "value": [{"value": "VX-1"}]}]}
        assert [c.id for c in search(above).collection] == ["VX-2"]

    def test_delete_keeps_items(self, filled: CatalogHarness, http: HttpClient) -> None:
        assert (http.send("DELETE", "/collection/VX-1").status, http.get("/item").json["hits"]) == (200, 3)
        assert http.send("DELETE", "/collection/VX-1").error == (
            "notFound",
            {"type": "Collection", "id": "VX-1", "context": None},
        )
        assert http.send("DELETE", "/collection", {"id": "VX-2,VX-77"}).status == 200
        assert (http.get("/collection").json["hits"], http.get("/collection").json["collection"]) == (0, [])


class TestMembers:
    def test_members_are_ordered(self, filled: CatalogHarness, http: HttpClient) -> None:
        assert members(filled) == [("item", "VX-1"), ("item", "VX-2"), ("item", "VX-3"), ("collection", "VX-2")]
        first = http.get("/collection/VX-1").json["content"][0]
        assert first == {"id": "VX-1", "uri": f"{http.url}/API/item/VX-1", "type": "item"}
        assert [m.id for m in filled.collections.get_collection("VX-1", children=["collection"]).content] == ["VX-2"]

    def test_add_and_remove_members(self, filled: CatalogHarness) -> None:
        change = filled.collections
        change.remove_from_collection("VX-1", "VX-2")
        assert members(filled)[-1] == ("collection", "VX-2")
        change.remove_from_collection("VX-1", "VX-2", type="collection")
        change.add_to_collection("VX-1", "VX-1", type="item")
        assert members(filled) == [("item", "VX-1"), ("item", "VX-3")]
        with pytest.raises(vidispine.NotFoundException):
            change.remove_from_collection("VX-1", "VX-2")

    def test_metadata_of_members(self, filled: CatalogHarness) -> None:
        filled.collections.add_to_collection("VX-1", "VX-2", type="item", metadata={"role": "trailer"})
        noted = filled.collections.get_collection("VX-1").content[1].metadata.field
        assert [(pair.key, pair.value) for pair in noted] == [("role", "trailer")]
        filled.collections.remove_from_collection("VX-1", "VX-2")
        filled.collections.add_to_collection("VX-1", "VX-2", type="item")
        assert filled.collections.get_collection("VX-1").content[-1].metadata is None

    def test_update_members_with_document(self, filled: CatalogHarness) -> None:
        content = [{"id": "VX-3", "type": "item", "before": "VX-1"}, {"id": "VX-2", "type": "item", "mode": "remove"}]
        filled.collections.update_collection("VX-1", {"content": content}, clear=False)
        assert members(filled) == [("item", "VX-3"), ("item", "VX-1"), ("collection", "VX-2")]
        response = filled.collections.update_collection("VX-1", {"content": [{"id": "VX-2", "type": "item"}]})
        assert [m.id for m in response.content] == ["VX-2"]
        assert members(filled) == [("item", "VX-2")]

    def test_move_members(self, filled: CatalogHarness) -> None:
        moves = {"item": [{"id": "VX-3", "before": "VX-1"}, {"id": "VX-1", "after": "VX-2"}]}
        filled.collections.reorder_collection_elements("VX-1", moves)
        assert [id for _, id in members(filled)] == ["VX-3", "VX-2", "VX-1", "VX-2"]

    @pytest.mark.parametrize(
        ("content", "status"),
        [
            ({"id": "VX-9", "type": "item"}, 404),
            ({"id": "VX-9", "type": "collection"}, 404),
            ({"id": "VX-1", "type": "library"}, 501),
            ({"id": "VX-1", "type": "collection"}, 400),
            ({"id": "VX-1", "type": "item", "before": "VX-9"}, 404),
        ],
    )
    def test_invalid_member_changes_nothing(
        self, filled: CatalogHarness, http: HttpClient, content: Any, status: int
    ) -> None:
        before = members(filled)
        body = {"content": [{"id": "VX-2", "type": "item", "mode": "remove"}, content]}
        assert http.send("PUT", "/collection/VX-1", {"clear": "false"}, body=body).status == status
        assert members(filled) == before

    def test_cycle_is_rejected(self, filled: CatalogHarness, http: HttpClient) -> None:
        assert http.send("PUT", "/collection/VX-2/VX-1", {"type": "collection"}).status == 400
        assert http.get("/collection/VX-2/ancestor").json == {"uri": ["VX-1"]}


def test_list_and_search_items_of_a_collection(filled: CatalogHarness, http: HttpClient) -> None:
    filled.item(title="Four")
    found = filled.collections.get_collection_items("VX-1", number=2)
    assert (found.hits, [item.id for item in found.item]) == (3, ["VX-3", "VX-2"])
    search = {"field": [{"name": "title", "value": [{"value": "two"}, {"value": "four"}]}]}
    found = filled.collections.search_items_in_collection("VX-1", search, content=["metadata"], terse="yes")
    assert [item.terse["title"][0]["value"] for item in found.item] == ["Two"]
    assert http.get("/collection/VX-9/item").status == 404


def test_access_is_inherited_from_the_collection(filled: CatalogHarness, vidicore: Any) -> None:
    vidicore.users.add("eve", "3ve", roles=["_collection_read", "_collection_write"])
    filled.item(title="Four")
    filled.collections.add_to_collection("VX-2", "VX-4", type="item")
    access: Any = vidispine.AccessApi(filled.client)
    with CatalogHarness(vidicore, "eve", "3ve") as eve:
        with pytest.raises(vidispine.ForbiddenException):
            eve.collections.get_collection("VX-1")
        control = access.create_access_control("collection", "VX-1", {"permission": "READ", "user": "eve"})
        assert eve.search() == ["VX-4", "VX-3", "VX-2", "VX-1"]
        assert eve.items.get_item("VX-4").id == "VX-4"
        with pytest.raises(vidispine.ForbiddenException, match="WRITE"):
            eve.collections.remove_from_collection("VX-1", "VX-1")
        access.delete_access_control("collection", "VX-1", control.id)
        access.create_access_control("collection", "VX-1", {"permission": "READ", "user": "eve", "recursive": False})
        assert eve.search() == []
        assert eve.collections.get_collection("VX-1").name == "Outer"


def test_collection_owner_gets_no_access_to_added_items(catalog: CatalogHarness, vidicore: Any) -> None:
    vidicore.users.add("eve", "3ve", roles=["_collection_write", "_item_write"])
    for _ in range(2):
        catalog.item()
    vidispine.AccessApi(catalog.client).create_access_control("item", "VX-1", {"permission": "READ", "user": "eve"})
    with CatalogHarness(vidicore, "eve", "3ve") as eve:
        eve.collections.create_collection({"content": [{"id": "VX-1", "type": "item"}]})
        with pytest.raises(vidispine.ForbiddenException):
            eve.items.delete_item("VX-1")
        with pytest.raises(vidispine.ForbiddenException):
            eve.collections.add_to_collection("VX-1", "VX-2", type="item")
