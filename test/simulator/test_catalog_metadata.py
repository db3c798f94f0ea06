"""Metadata of items: update, get and history."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest

import vidispine
from test.simulator.catalog_harness import GENERIC, CatalogHarness, group, metadata
from test.simulator.clock import START, Clock
from test.simulator.http_client import NAMESPACE, XML, HttpClient

NS = f"{{{NAMESPACE}}}"
UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


def fields_of(document: dict[str, Any], timespan: int = 0) -> dict[str, Any]:
    return {field["name"]: field for field in document["timespan"][timespan]["field"]}


class TestNewItem:
    def test_get_item_without_content_returns_the_id(self, catalog: CatalogHarness, http: HttpClient) -> None:
        assert http.get(f"/item/{catalog.item(title='My clip')}").json == {"id": "VX-1"}

    def test_system_fields(self, catalog: CatalogHarness, http: HttpClient) -> None:
        document = http.get(f"/item/{catalog.item(title='My clip')}", {"content": "metadata"}).json
        assert list(document) == ["metadata", "id"]
        metadata = document["metadata"]
        assert re.fullmatch(r"VX-\d+", metadata["revision"])
        (timespan,) = metadata["timespan"]
        assert (timespan["start"], timespan["end"], timespan["group"]) == ("-INF", "+INF", [])
        fields = fields_of(metadata)
        assert fields["title"]["user"] == "admin"
        assert {fields[name]["user"] for name in ("itemId", "user", "created", "mediaType")} == {"system"}
        values = {name: [value["value"] for value in fields[name]["value"]] for name in fields}
        assert (values["itemId"], values["user"], values["mediaType"]) == (["VX-1"], ["admin"], ["none"])
        assert values["created"] == ["2023-11-14T22:13:20.000Z"]
        assert values["__user"] == ["admin"]

    def test_user_and_timestamp_of_values(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.item(title="My clip")
        field = fields_of(http.get("/item/VX-1/metadata").json["item"][0]["metadata"])["title"]
        (value,) = field["value"]
        for part in (field, value):
            assert UUID.fullmatch(part["uuid"])
            assert part["timestamp"] == "2023-11-14T22:13:20.000+0000"
            assert re.fullmatch(r"VX-\d+", part["change"])
        assert field["uuid"] != value["uuid"]

    def test_transient_fields_have_no_uuid_and_can_be_omitted(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.item(title="My clip")
        whole = fields_of(http.get("/item/VX-1/metadata").json["item"][0]["metadata"])
        assert whole["__user"] == {"name": "__user", "value": [{"value": "admin"}]}
        document = http.get("/item/VX-1/metadata", {"includeTransientMetadata": "false"}).json["item"][0]["metadata"]
        assert not [name for name in fields_of(document) if name.startswith("__")]

    def test_terse(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.item(title="My clip")
        document = http.get("/item/VX-1", {"content": "metadata", "terse": "true", "field": "title,__user"}).json
        title = document["terse"]["title"][0]
        assert UUID.fullmatch(title.pop("uuid"))
        assert title == {**GENERIC, "value": "My clip"}
        assert document["terse"]["__user"] == [{**GENERIC, "uuid": "", "value": "admin"}]
        assert sorted(document["terse"]) == ["__user", "title"]


class TestUpdate:
    def test_omitted_fields_are_kept(self, catalog: CatalogHarness) -> None:
        catalog.item(title="One", description="Two")
        catalog.write("VX-1", metadata(title="Three"))
        assert catalog.terse("VX-1", "title", "description") == {"title": ["Three"], "description": ["Two"]}

    def test_values_are_returned_as_text(self, http: HttpClient, catalog: CatalogHarness) -> None:
        catalog.define(acme_number="integer", acme_flag="boolean")
        catalog.item(acme_number=123, acme_flag=True)
        assert catalog.terse("VX-1", "acme_number", "acme_flag") == {"acme_number": ["123"], "acme_flag": ["true"]}

    def test_empty_field_and_empty_timespan_remove_values(self, catalog: CatalogHarness) -> None:
        catalog.define(acme_mark="string")
        catalog.item(title="One", description="Two")
        catalog.write("VX-1", metadata(title=None))
        assert catalog.terse("VX-1", "title", "description") == {"description": ["Two"]}
        timed = {"start": "1@PAL", "end": "2@PAL"}
        catalog.write("VX-1", {"timespan": [{**timed, "field": metadata(acme_mark="here")["timespan"][0]["field"]}]})
        assert catalog.terse("VX-1", "acme_mark") == {"acme_mark": ["here"]}
        catalog.write("VX-1", {"timespan": [timed]})
        assert catalog.terse("VX-1", "acme_mark", "description") == {"description": ["Two"]}

    def test_modes(self, catalog: CatalogHarness) -> None:
        catalog.define(acme_word="string-exact")
        catalog.item(acme_word=["a", "b"])
        added = {"name": "acme_word", "value": [{"value": "c", "mode": "add"}, {"value": "a", "mode": "remove"}]}
        catalog.write("VX-1", {"timespan": [{**GENERIC, "field": [added]}]})
        assert catalog.terse("VX-1", "acme_word") == {"acme_word": ["b", "c"]}
        catalog.write("VX-1", {"timespan": [{**GENERIC, "field": [{"name": "acme_word", "mode": "remove"}]}]})
        assert catalog.terse("VX-1", "acme_word") == {}

    def test_unchanged_values_keep_uuid_and_revision(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.define(acme_word="string-exact")
        catalog.item(acme_word=["a", "b"])
        before = http.get("/item/VX-1/metadata").json["item"][0]["metadata"]
        again = catalog.write("VX-1", metadata(acme_word=["a", "b"]))
        assert again.revision == before["revision"]
        catalog.write("VX-1", metadata(acme_word=["a", "z"]))
        after = fields_of(http.get("/item/VX-1/metadata").json["item"][0]["metadata"])["acme_word"]
        old = fields_of(before)["acme_word"]
        assert after["uuid"] == old["uuid"]
        assert [a["uuid"] == b["uuid"] for a, b in zip(after["value"], old["value"])] == [True, False]

    def test_response_is_a_list(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.item()
        response = http.send("PUT", "/item/VX-1/metadata", body=metadata(title="x")).json
        assert list(response) == ["item"]
        assert list(response["item"][0]) == ["metadata"]
        only = http.send("PUT", "/item/VX-1/metadata", {"onlyReturnChanges": "true"}, body=metadata(title="y")).json
        assert [field["name"] for field in only["item"][0]["metadata"]["timespan"][0]["field"]] == ["title"]

    @pytest.mark.parametrize(
        ("document", "status", "error"),
        [
            (metadata(acme_no_such="x"), 404, {"type": "metadata-field", "id": "acme_no_such"}),
            (metadata(group("acme_no_such")), 404, {"type": "metadata-field-group", "id": "acme_no_such"}),
            (metadata(acme_number="x"), 400, {"context": "metadata", "id": "acme_number", "value": "x"}),
            (metadata(acme_number="100"), 400, {"id": "acme_number", "value": "100"}),
            (metadata(itemId="VX-7"), 400, {"id": "itemId"}),
            (metadata(__user="eve"), 400, {"id": "__user"}),
            ({"timespan": [{"start": "2@PAL", "end": "1@PAL"}]}, 400, {"id": "timespan"}),
            ({"timespan": [{"start": "soon"}]}, 400, {"id": "timespan"}),
        ],
    )
    def test_invalid_document_changes_nothing(
        self, catalog: CatalogHarness, http: HttpClient, document: Any, status: int, error: dict[str, str]
    ) -> None:
        restriction = {"minInclusive": 1, "maxInclusive": 99}
        catalog.fields.update_or_create_metadata_field(
            "acme_number", {"type": "integer", "integerRestriction": restriction}
        )
        catalog.item(title="before")
        document["timespan"][0].setdefault("field", []).insert(0, metadata(title="after")["timespan"][0]["field"][0])
        response = http.send("PUT", "/item/VX-1/metadata", body=document)
        assert response.status == status, response.text
        assert error.items() <= response.error[1].items()
        # The update is atomic.
        assert catalog.terse("VX-1", "title") == {"title": ["before"]}

    def test_response_can_be_sent_back(self, catalog: CatalogHarness) -> None:
        catalog.item(title="One")
        document = catalog.metadata.get_metadata("item", "VX-1", include_transient_metadata=False).item[0].metadata
        document.timespan[0].field[-1].value[0].value = "Two"
        assert catalog.write("VX-1", document).revision != document.revision
        assert catalog.terse("VX-1", "title") == {"title": ["Two"]}

    def test_outdated_revision_is_a_conflict(self, catalog: CatalogHarness) -> None:
        catalog.item(title="One")
        revision = catalog.metadata.get_metadata("item", "VX-1").item[0].metadata.revision
        later = catalog.write("VX-1", metadata(title="Two"), revision=revision).revision
        assert later != revision
        with pytest.raises(vidispine.ConflictException, match="changed since"):
            catalog.write("VX-1", metadata(title="Three"), revision=revision)
        assert catalog.terse("VX-1", "title") == {"title": ["Two"]}


class TestGroups:
    @pytest.fixture(autouse=True)
    def define(self, catalog: CatalogHarness) -> None:
        catalog.define(acme_name="string", acme_role="string-exact")
        for name in ("acme_person", "acme_agent"):
            catalog.groups.update_or_create_metadata_field_group(name, {})
        catalog.item(title="My clip")

    def people(self, http: HttpClient) -> list[dict[str, Any]]:
        document = http.get("/item/VX-1/metadata").json["item"][0]["metadata"]
        return [group for group in document["timespan"][0]["group"] if group["name"] == "acme_person"]

    def test_add_group(self, catalog: CatalogHarness, http: HttpClient) -> None:
        for name in ("Ada", "Grace"):
            catalog.write("VX-1", metadata(group("acme_person", acme_name=name, _mode="add")))
        names = [person["field"][0]["value"][0]["value"] for person in self.people(http)]
        assert names == ["Ada", "Grace"]

    def test_update_and_remove_group_by_uuid(self, catalog: CatalogHarness, http: HttpClient) -> None:
        for name in ("Ada", "Grace"):
            catalog.write("VX-1", metadata(group("acme_person", acme_name=name, _mode="add")))
        first, second = (person["uuid"] for person in self.people(http))
        catalog.write("VX-1", metadata(group("acme_person", acme_name="Grace H", _uuid=second)))
        catalog.write("VX-1", metadata(group("acme_person", _uuid=first, _mode="remove")))
        (left,) = self.people(http)
        assert (left["uuid"], left["field"][0]["value"][0]["value"]) == (second, "Grace H")

    def test_nested_groups(self, catalog: CatalogHarness, http: HttpClient) -> None:
        inner = group("acme_agent", acme_name="Cassiopeia")
        catalog.write("VX-1", metadata({**group("acme_person", acme_name="Ada"), "group": [inner]}))
        (person,) = self.people(http)
        assert person["group"][0]["field"][0]["value"][0]["value"] == "Cassiopeia"
        assert sorted(catalog.terse("VX-1", "acme_name")["acme_name"]) == ["Ada", "Cassiopeia"]

    def test_select_groups(self, catalog: CatalogHarness) -> None:
        catalog.write("VX-1", metadata(group("acme_person", acme_name="Ada"), group("acme_agent", acme_name="Bob")))
        found = catalog.metadata.get_metadata("item", "VX-1", group=["acme_agent"]).item[0].metadata.timespan[0]
        assert ([g.name for g in found.group], [f.name for f in found.field if f.uuid]) == (["acme_agent"], [])


class TestSelections:
    def test_fields_by_name_alias_and_exclusion(self, catalog: CatalogHarness) -> None:
        catalog.item(title="One", description="Two")
        assert catalog.terse("VX-1", "title:name") == {"name": ["One"]}
        assert "title" not in catalog.terse("VX-1", "-title")
        assert "description" in catalog.terse("VX-1", "-title")
        with pytest.raises(vidispine.NotFoundException, match="acme_none"):
            catalog.terse("VX-1", "acme_none")

    def test_intervals(self, catalog: CatalogHarness) -> None:
        catalog.define(acme_mark="string")
        catalog.item(title="One")
        field = metadata(acme_mark="x")["timespan"][0]["field"]
        spans = [{"start": "0@PAL", "end": "100@PAL", "field": field}, {"start": "8", "end": "9.5", "field": field}]
        catalog.write("VX-1", {"timespan": spans})
        read = catalog.metadata.get_metadata

        def starts(*interval: str) -> list[Any]:
            document = read("item", "VX-1", interval=interval, include_transient_metadata=False).item[0].metadata
            return [span.start for span in document.timespan]

        assert starts() == ["-INF", "0@PAL", "8"]
        assert starts("generic") == ["-INF"]
        assert starts("50@PAL-6@1")[1:] == ["0@PAL"]
        assert starts("-INF-3")[1:] == ["0@PAL"]
        with pytest.raises(vidispine.BadRequestException, match="interval"):
            starts("yesterday")

    def test_defaults_and_types(self, catalog: CatalogHarness) -> None:
        catalog.fields.update_or_create_metadata_field("acme_size", {"type": "integer", "defaultValue": "7"})
        catalog.item(title="One")
        assert catalog.terse("VX-1", "acme_size") == {}
        assert catalog.terse("VX-1", "acme_size", default_value=True) == {"acme_size": ["7"]}
        read = catalog.metadata.get_metadata("item", "VX-1", field=["title"], include=["type"])
        assert read.item[0].metadata.timespan[0].field[0].type.type == "string"


class TestHistory:
    def test_get_metadata_at_a_revision(self, catalog: CatalogHarness, clock: Clock) -> None:
        catalog.item(title="One")
        first = catalog.metadata.get_metadata("item", "VX-1").item[0].metadata.revision
        clock.advance(60)
        catalog.write("VX-1", metadata(title="Two", description="new"))
        then = catalog.metadata.get_metadata("item", "VX-1", revision=first).item[0].metadata
        fields = {field.name: field for field in then.timespan[0].field}
        assert fields["title"].value[0].value == "One"
        assert "description" not in fields
        assert catalog.terse("VX-1", "title", revision=first) == {"title": ["One"]}
        with pytest.raises(vidispine.NotFoundException):
            catalog.metadata.get_metadata("item", "VX-1", revision="VX-9999")

    def test_list_changes(self, catalog: CatalogHarness, clock: Clock) -> None:
        catalog.item(title="One", description="old")
        clock.advance(60)
        catalog.write("VX-1", metadata(title="Two"))
        catalog.write("VX-1", metadata(description=None))
        history = catalog.metadata.get_metadata_change_sets("item", "VX-1").change_set
        changed = [[(f.name, f.mode) for s in c.metadata.timespan for f in s.field] for c in history]
        assert changed[1:] == [[("title", None), ("description", None)], [("title", None)], [("description", "remove")]]
        title = history[2].metadata.timespan[0].field[0]
        assert title.timestamp == datetime.fromtimestamp(START + 60, timezone.utc)
        one = catalog.metadata.get_metadata_change_set("item", "VX-1", history[2].id).change_set
        assert [change.id for change in one] == [history[2].id]
        page = catalog.metadata.get_metadata_change_sets("item", "VX-1", first=2, number=2).change_set
        assert [change.id for change in page] == [history[1].id, history[2].id]

    def test_update_entry_by_uuid(self, catalog: CatalogHarness) -> None:
        catalog.define(acme_name="string")
        catalog.groups.update_or_create_metadata_field_group("acme_person", {})
        catalog.item()
        catalog.write("VX-1", metadata(group("acme_person", acme_name=["Ada", "Bob"])))
        person = catalog.metadata.get_metadata("item", "VX-1").item[0].metadata.timespan[0].group[0]
        uuid = person.field[0].value[1].uuid
        catalog.metadata.update_metadata_entry("item", "VX-1", uuid, {"value": {"value": "Bea"}})
        assert catalog.terse("VX-1", "acme_name") == {"acme_name": ["Ada", "Bea"]}
        with pytest.raises(vidispine.NotFoundException):
            catalog.metadata.update_metadata_entry("item", "VX-1", "nobody", {"value": {"value": "x"}})

    def test_move_entry(self, catalog: CatalogHarness) -> None:
        catalog.define(acme_name="string")
        catalog.groups.update_or_create_metadata_field_group("acme_person", {})
        catalog.item()
        catalog.write("VX-1", metadata(group("acme_person", acme_name="Ada")))
        uuid = catalog.metadata.get_metadata("item", "VX-1").item[0].metadata.timespan[0].group[0].uuid
        moved = catalog.metadata.move_metadata("item", uuid, "VX-1", start="250@PAL", end="500@PAL").timespan[1]
        assert (moved.start, moved.end, moved.group[0].uuid) == ("250@PAL", "500@PAL", uuid)
        assert moved.group[0].field[0].value[0].value == "Ada"
        assert catalog.search(text=[{"value": "ada"}], intervals="timed") == ["VX-1"]
        assert catalog.search(text=[{"value": "ada"}], intervals="generic") == []
        with pytest.raises(vidispine.BadRequestException):
            catalog.metadata.move_metadata("item", uuid, "VX-1", start="2@PAL", end="1@PAL")
        with pytest.raises(vidispine.NotFoundException):
            catalog.metadata.move_metadata("item", "nobody", "VX-1", start="1@PAL", end="2@PAL")


class TestXml:
    DOCUMENT = f"""
        <MetadataDocument xmlns="{NAMESPACE}">
          <timespan start="-INF" end="+INF">
            <field><name>title</name><value>Black &amp; white</value></field>
            <group mode="add">
              <name>acme_person</name>
              <field><name>acme_name</name><value lang="en">Ada</value></field>
            </group>
          </timespan>
        </MetadataDocument>"""

    def test_update_and_get(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.define(acme_name="string")
        catalog.groups.update_or_create_metadata_field_group("acme_person", {})
        catalog.item()
        response = http.send("PUT", "/item/VX-1/metadata", body=self.DOCUMENT, content_type=XML, accept=XML)
        assert (response.status, response.xml.tag) == (200, f"{NS}MetadataListDocument")
        timespan = http.get("/item/VX-1/metadata", accept=XML).xml.find(f"{NS}item/{NS}metadata/{NS}timespan")
        assert timespan is not None
        assert timespan.attrib == {**GENERIC}
        (title,) = (field for field in timespan.findall(f"{NS}field") if field.findtext(f"{NS}name") == "title")
        value = title.find(f"{NS}value")
        assert value is not None
        assert value.text == "Black & white"
        assert {*value.attrib} == {"uuid", "user", "timestamp", "change"}
        assert value.get("timestamp") == "2023-11-14T22:13:20.000Z"
        name = timespan.find(f"{NS}group/{NS}field/{NS}value")
        assert name is not None
        assert (name.text, name.get("lang")) == ("Ada", "en")
        # The response is a valid request.
        again = http.get("/item/VX-1/metadata", {"includeTransientMetadata": "false"}, accept=XML).text
        inner = again[again.index("<metadata>") + 10 : again.index("</metadata>")]
        body = f'<MetadataDocument xmlns="{NAMESPACE}">{inner.replace("Ada", "Bea")}</MetadataDocument>'
        assert http.send("PUT", "/item/VX-1/metadata", body=body, content_type=XML, accept=XML).status == 200
        assert catalog.terse("VX-1", "acme_name") == {"acme_name": ["Bea"]}

    def test_terse(self, catalog: CatalogHarness, http: HttpClient) -> None:
        catalog.item(title="x")
        found = http.get("/item/VX-1", {"content": "metadata", "terse": "yes", "field": "title"}, accept=XML).xml
        assert (found.tag, found.get("id")) == (f"{NS}ItemDocument", "VX-1")
        title = found.find(f"{NS}terse/{NS}title")
        assert title is not None
        assert (title.text, title.get("start")) == ("x", "-INF")
        response = http.get("/item/VX-1/metadata", {"terse": "yes", "field": "title"}, accept=XML)
        assert response.xml.findtext(f"{NS}item/{NS}title") == "x"
        (entry,) = vidispine.MetadataListType.from_xml(response.text).to_document()["item"]
        assert (entry["id"], entry["title"]["value"], entry["title"]["start"]) == ("VX-1", "x", "-INF")


@pytest.mark.parametrize(
    ("method", "path", "type_"),
    [
        ("GET", "/item/VX-9", "item"),
        ("GET", "/item/VX-9/metadata", "Item"),
        ("PUT", "/item/VX-9/metadata", "Item"),
        ("GET", "/item/other-1/metadata", "Item"),
        ("GET", "/collection/VX-9/metadata", "Collection"),
    ],
)
def test_missing_entity(http: HttpClient, method: str, path: str, type_: str) -> None:
    response = http.send(method, path, body={} if method == "PUT" else None)
    id = path.split("/")[2]
    assert (response.status, response.error) == (404, ("notFound", {"type": type_, "id": id, "context": None}))


def test_roles(catalog: CatalogHarness, bob: HttpClient) -> None:
    catalog.item()
    for method in ("GET", "PUT"):
        response = bob.send(method, "/item/VX-1/metadata", body={} if method == "PUT" else None)
        assert (response.status, response.error[0]) == (403, "forbidden")


@pytest.mark.parametrize("text", ["", "many", "1,5", "nan"])
def test_text_that_is_not_a_number(catalog: CatalogHarness, text: str) -> None:
    catalog.fields.update_or_create_metadata_field("acme_rating", {"type": "integer"})
    item = catalog.item()
    with pytest.raises(vidispine.BadRequestException, match=f"acme_rating: {text!r} is not a finite number"):
        catalog.metadata.update_metadata("item", item, metadata(acme_rating=text))
