"""Definitions of metadata fields and groups, and documents."""

from __future__ import annotations

from typing import Any

import pytest

import vidispine
from test.simulator.catalog_harness import CatalogHarness, metadata
from test.simulator.http_client import NAMESPACE, TEXT, XML, HttpClient

NS = f"{{{NAMESPACE}}}"


class TestFields:
    def test_create_get_and_update_field(self, catalog: CatalogHarness, http: HttpClient) -> None:
        response = http.send("PUT", "/metadata-field/field_one", body={"type": "string"})
        assert response.json == {"name": "field_one", "type": "string", "origin": "VX"}
        assert http.get("/metadata-field/field_one").json == response.json
        catalog.fields.update_or_create_metadata_field("field_one", {"type": "integer", "defaultValue": "0"})
        changed = catalog.fields.get_metadata_field("field_one")
        assert (changed.type, changed.default_value) == ("integer", "0")
        root = http.get("/metadata-field/field_one", accept=XML).xml
        assert (root.tag, root.findtext(f"{NS}type")) == (f"{NS}MetadataFieldDocument", "integer")

    def test_list_includes_system_fields(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.define(acme_season="integer")
        found = {field.name: field for field in catalog.fields.get_metadata_fields().field}
        assert (found["acme_season"].system, found["itemId"].system, found["title"].type) == (None, "true", "string")
        assert "acme_season\r\n" in http.get("/metadata-field/", accept=TEXT).text

    def test_delete_field(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.define(acme_season="integer")
        catalog.item(acme_season=1)
        assert http.send("DELETE", "/metadata-field/acme_season").status == 200
        for method in ("GET", "DELETE"):
            response = http.send(method, "/metadata-field/acme_season")
            assert response.error == ("notFound", {"type": "namespace", "id": "acme_season", "context": None})
        with pytest.raises(vidispine.NotFoundException, match="acme_season"):
            catalog.item(acme_season=1)

    @pytest.mark.parametrize("name", ["fieldone", "_one", "a-b_c", "1_a", "field_ä"])
    def test_field_name_without_namespace_is_rejected(self, http: HttpClient, name: str) -> None:
        response = http.send("PUT", f"/metadata-field/{name.replace('ä', '%C3%A4')}", body={"type": "string"})
        kind, fault = response.error
        assert (response.status, kind) == (400, "invalidInput")
        assert (fault["context"], fault["id"], fault["value"]) == ("metadata-field", name, name)

    @pytest.mark.parametrize(
        ("name", "body", "status"),
        [
            ("acme_a", {}, 400),
            ("acme_a", {"type": "poem"}, 400),
            ("acme_a", {"type": "string", "stringRestriction": {"pattern": "("}}, 400),
            ("itemId", {"type": "string"}, 403),
        ],
    )
    def test_invalid_field(self, http: HttpClient, name: str, body: dict[str, Any], status: int) -> None:
        assert http.send("PUT", f"/metadata-field/{name}", body=body).status == status
        assert http.send("DELETE", "/metadata-field/itemId").status == 403

    @pytest.mark.parametrize(
        ("definition", "good", "bad"),
        [
            ({"type": "integer"}, ["7", "-7", "+1"], ["7.5", "x", ""]),
            ({"type": "long", "longRestriction": {"maxInclusive": 5}}, ["5"], ["6"]),
            ({"type": "float"}, ["7", "1.5e3"], ["x", "nan"]),
            ({"type": "date"}, ["2024-03-01", "2024-03-01T10:00:00.000+01:00"], ["March"]),
            ({"type": "boolean"}, ["true", "False"], ["yes"]),
            ({"type": "timeCode"}, ["250@PAL", "7@30000:1001", "12.5"], ["soon", "1@0", "1@1:0"]),
            ({"type": "string", "stringRestriction": {"minLength": 2, "maxLength": 3}}, ["ab"], ["a", "abcd"]),
            ({"type": "string-exact", "stringRestriction": {"pattern": "[A-Z]+"}}, ["AB"], ["Ab"]),
        ],
    )
    def test_values_are_validated(
        self, catalog: CatalogHarness, definition: Any, good: list[str], bad: list[str]
    ) -> None:
        catalog.fields.update_or_create_metadata_field("acme_x", definition)
        for value in good:
            assert catalog.terse(catalog.item(acme_x=value), "acme_x") == {"acme_x": [value]}
        for value in bad:
            with pytest.raises(vidispine.BadRequestException, match="acme_x"):
                catalog.item(acme_x=value)
        assert catalog.items.get_items().hits == len(good)

    def test_field_data_and_allowed_values(self, catalog: CatalogHarness) -> None:
        catalog.define(acme_language="string-exact")
        fields = catalog.fields
        fields.update_metadata_field_metadata("acme_language", {"field": [{"key": "label", "value": "Language"}]})
        fields.update_metadata_field_metadata_key("acme_language", "order", "20")
        assert fields.get_metadata_field_metadata_key("acme_language", "order") == "20"
        read = fields.get_metadata_field("acme_language", data=["label"])
        assert [(pair.key, pair.value) for pair in read.data] == [("label", "Language")]
        fields.delete_metadata_field_metadata_key("acme_language", "label")
        assert [pair.key for pair in fields.get_metadata_field_metadata("acme_language").field] == ["order"]

        pairs = [{"key": "sv_SE", "value": "Swedish"}, {"key": "en_GB", "value": "English"}]
        fields.update_metadata_field_enumeration("acme_language", {"field": pairs})
        choose = fields.get_metadata_field_enumeration
        assert [c.key for c in choose("acme_language").field] == ["en_GB", "sv_SE"]
        assert [c.key for c in choose("acme_language", value_start="Sw").field] == ["sv_SE"]
        assert [c.key for c in choose("acme_language", key_regex="en.*", hits=1).field] == ["en_GB"]
        assert choose("acme_language", value_exact="Finnish").field is None
        assert len(fields.get_metadata_field("acme_language", include_values=True).values.field) == 2

    def test_roles(self, bob: HttpClient) -> None:
        assert bob.get("/metadata-field").status == 200
        assert bob.send("PUT", "/metadata-field/acme_a", body={"type": "string"}).status == 403


class TestFieldGroups:
    def test_create_and_get_group(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.define(acme_name="string", acme_role="string")
        assert http.send("PUT", "/metadata-field/field-group/acme_person").status == 200
        assert http.get("/metadata-field/field-group/acme_person").json == {
            "name": "acme_person",
            "inheritance": "false",
            "origin": "VX",
            "schema": {"min": 0, "max": -1, "name": "acme_person"},
        }
        catalog.groups.update_metadata_field_group("acme_person", "acme_name")
        catalog.groups.update_or_create_metadata_field_group("acme_person", {"field": [{"name": "acme_role"}]})
        read = catalog.groups.get_metadata_field_group("acme_person")
        assert [(field.name, field.type) for field in read.field] == [("acme_name", "string"), ("acme_role", "string")]
        catalog.groups.delete_metadata_field_group_field("acme_person", "acme_role")
        assert [field.name for field in catalog.groups.get_metadata_field_group("acme_person").field] == ["acme_name"]

    def test_nested_groups(self, catalog: CatalogHarness) -> None:
        catalog.define(acme_name="string")
        for name in ("acme_outer", "acme_inner"):
            catalog.groups.update_or_create_metadata_field_group(name, {})
        catalog.groups.update_metadata_field_group("acme_inner", "acme_name")
        catalog.groups.add_metadata_field_group_to_field_group("acme_outer", "acme_inner")
        catalog.groups.add_metadata_field_group_to_field_group("acme_inner", "acme_outer")
        brief = catalog.groups.get_metadata_field_group("acme_outer")
        assert (brief.group[0].name, brief.group[0].field) == ("acme_inner", None)
        whole = catalog.groups.get_metadata_field_group("acme_outer", traverse=True)
        assert whole.group[0].field[0].name == "acme_name"
        catalog.groups.delete_metadata_field_group_from_field_group("acme_outer", "acme_inner")
        assert catalog.groups.get_metadata_field_group("acme_outer").group is None

    def test_list_groups(self, catalog: CatalogHarness, http: HttpClient) -> None:
        for name in ("acme_b", "acme_a"):
            catalog.groups.update_or_create_metadata_field_group(name, {"data": [{"key": "label", "value": name}]})
        assert http.get("/metadata-field/field-group").json == {"group": [{"name": "acme_a"}, {"name": "acme_b"}]}
        assert http.get("/metadata-field/field-group", accept=TEXT).text == "acme_a\r\nacme_b\r\n"
        full = catalog.groups.get_metadata_field_groups(content=True, data=["all"]).group
        assert full[0].data[0].value == "acme_a"

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "acme_none"),
            ("DELETE", "acme_none"),
            ("PUT", "acme_a/acme_none"),
            ("DELETE", "acme_a/title"),
            ("PUT", "acme_a/group/acme_none"),
            ("GET", "acme_none/metadata"),
        ],
    )
    def test_missing_group(self, catalog: CatalogHarness, http: HttpClient, method: str, path: str) -> None:
        catalog.groups.update_or_create_metadata_field_group("acme_a", {})
        response = http.send(method, f"/metadata-field/field-group/{path}")
        assert (response.status, response.error[1]["type"]) == (404, "namespace")
        assert http.send("DELETE", "/metadata-field/field-group/acme_a").status == 200


class TestDocuments:
    def test_create_update_and_delete_document(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.define(acme_licensor="string", acme_until="date")
        documents: Any = vidispine.DocumentApi(catalog.client)
        first = documents.update_or_create_document("rights marathon", metadata(acme_licensor="Acme Sports")).revision
        second = documents.update_or_create_document(
            "rights marathon", metadata(acme_until="2025-01-01"), revision=first
        ).revision
        with pytest.raises(vidispine.ConflictException):
            documents.update_or_create_document("rights marathon", metadata(acme_licensor="x"), revision=first)
        read = documents.get_document("rights marathon", field=["acme_licensor"])
        assert (read.revision, read.timespan[0].field[0].value[0].value) == (second, "Acme Sports")
        changes = documents.get_document_change_sets("rights marathon").change_set
        assert [change.id for change in changes] == [first, second]
        (listed,) = documents.get_documents().document
        assert (listed.name, listed.uri) == ("rights marathon", f"{http.url}/API/document/rights%20marathon")
        search = {"field": [{"name": "acme_licensor", "value": [{"value": "sports"}]}]}
        assert [(e.type, e.id) for e in documents.search_documents(search).entry] == [("Document", "rights marathon")]
        documents.delete_document("rights marathon")
        assert documents.get_documents().to_dict() == {"hits": 0, "document": None}
        assert http.get("/document/rights").error[1] == {"type": "document", "id": "rights", "context": None}

    def test_invalid_document_is_not_created(self, catalog: CatalogHarness, http: HttpClient) -> None:
        assert http.send("PUT", "/document/rights", body=metadata(acme_none="x")).status == 404
        assert http.get("/document").json == {"hits": 0}
