"""Libraries, external ids, relations, shared metadata, saved searches, secrets and sidecars over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from test.simulator.clock import Clock
from test.simulator.http_client import JSON, TEXT, XML, HttpClient
from vidispine.simulator import Simulator

GENERIC = {"start": "-INF", "end": "+INF"}
NAMESPACE = "http://xml.vidispine.com/schema/vidispine"


def metadata(**fields: str) -> dict[str, Any]:
    return {"timespan": [{**GENERIC, "field": [{"name": name, "value": [{"value": fields[name]}]} for name in fields]}]}


def search_for(title: str) -> dict[str, Any]:
    return {"field": [{"name": "title", "value": [{"value": title}]}]}


def item(http: HttpClient, title: str = "a", **query: Any) -> str:
    response = http.send("POST", "/import/placeholder", {"container": 1, **query}, body=metadata(title=title))
    assert response.status == 200, response.text
    return str(response.json["id"])


def ids(http: HttpClient, path: str, **query: Any) -> list[str]:
    return [entry["id"] for entry in http.get(path, query).json["item"]]


class TestLibraries:
    def test_items(self, http: HttpClient) -> None:
        items = [item(http) for _ in range(3)]
        library = http.send("POST", "/library", body={"item": [{"id": items[0]}]}).json["uri"][0]
        path = f"/library/{library}"
        assert ids(http, path) == [items[0]]
        for _ in range(2):
            assert http.send("PUT", f"{path}/{items[1]}").status == 200
        assert ids(http, path) == [items[1], items[0]]
        assert http.get(f"/item/{items[1]}/library").json["uri"] == [library]
        assert http.send("DELETE", f"{path}/{items[0]}").status == 200
        assert http.send("DELETE", f"{path}/{items[0]}").status == 404
        assert http.send("PUT", path, body={"item": [{"id": items[2]}]}).status == 200
        assert ids(http, path) == [items[2]]
        http.send("DELETE", f"/item/{items[2]}")
        assert ids(http, path) == []

    def test_library_of_a_search(self, http: HttpClient) -> None:
        found, other = item(http, "found"), item(http, "other")
        query = {"result": "library", "autoRefresh": "true", "updateMode": "MERGE", "number": 0}
        library = http.send("PUT", "/item", query, body=search_for("found")).json["library"]
        assert ids(http, f"/library/{library}") == [found]
        settings = http.get(f"/library/{library}/settings").json
        assert settings["query"] == search_for("found")
        assert (settings["updateMode"], settings["autoRefresh"], settings["username"]) == ("MERGE", True, "admin")
        # A search within the library, and one that replaces its items.
        assert ids(http, "/item", library=library) == [found]
        query = {"result": "library", "libraryId": library}
        assert http.send("PUT", "/item", query, body=search_for("other")).json["library"] == library
        assert ids(http, f"/library/{library}") == [other]

    @pytest.mark.parametrize(
        ("mode", "expected"), [("REPLACE", ["VX-3"]), ("MERGE", ["VX-3", "VX-1"]), ("TRANSIENT", ["VX-3"])]
    )
    def test_refreshing(self, http: HttpClient, clock: Clock, mode: str, expected: list[str]) -> None:
        for title in ("a", "b"):
            item(http, title)
        library = http.send("POST", "/library", body={}).json["uri"][0]
        settings = {"query": search_for("a"), "autoRefresh": True, "updateFrequency": 60, "updateMode": mode}
        assert http.send("PUT", f"/library/{library}/settings", body=settings).status == 200
        assert ids(http, f"/library/{library}") == ["VX-1"]
        item(http, "a")
        http.send("PUT", "/item/VX-1/metadata", body=metadata(title="b"))
        if mode != "TRANSIENT":
            assert ids(http, f"/library/{library}") == ["VX-1"]
        clock.advance(61)
        assert ids(http, f"/library/{library}") == expected

    def test_lists(self, http: HttpClient) -> None:
        made = [http.send("POST", "/library", body={}).json["uri"][0] for _ in range(3)]
        settings = {"query": search_for("a"), "autoRefresh": True, "updateFrequency": 60, "updateMode": "REPLACE"}
        http.send("PUT", f"/library/{made[1]}/settings", body=settings)
        for query, expected in (
            ({}, made),
            ({"first": 2, "number": 1}, made[1:2]),
            ({"autoRefresh": "true"}, made[1:2]),
            ({"autoRefresh": "false"}, [made[0], made[2]]),
            ({"frequencyFrom": 60}, made[1:2]),
            ({"updateMode": "REPLACE"}, made[1:2]),
            ({"frequencyTo": 30}, [made[0], made[2]]),
        ):
            assert http.get("/library", query).json["uri"] == expected, query

    def test_pairs_and_deletion(self, http: HttpClient, vidicore: Simulator) -> None:
        made = [http.send("POST", "/library", body={}).json["uri"][0] for _ in range(3)]
        pairs = f"/library/{made[0]}/metadata"
        assert http.send("PUT", pairs, body={"field": [{"key": "team", "value": "sports"}]}).status == 200
        assert http.get(f"{pairs}/team", accept=TEXT).text == "sports"
        assert http.send("DELETE", f"/library/{made[0]}").status == 200
        assert http.get(f"/library/{made[0]}").error == (
            "notFound",
            {"type": "Library", "id": made[0], "context": None},
        )
        vidicore.jobs.behave("DELETE_LIBRARY", seconds=0)
        job = http.send("DELETE", "/library", {"id": ",".join(made[1:]), "async": "true"}).json
        assert job["type"] == "DELETE_LIBRARY"
        assert http.status(job["jobId"]) == "FINISHED"
        assert http.get("/library").json == {}

    def test_metadata_of_the_items(self, http: HttpClient, vidicore: Simulator) -> None:
        items = [item(http) for _ in range(2)]
        library = http.send("POST", "/library", body={"item": [{"id": id} for id in items]}).json["uri"][0]
        vidicore.jobs.behave("UPDATE_LIBRARY_ITEM_METADATA", seconds=0)
        path = f"/library/{library}/item-metadata"
        job = http.send("PUT", path, body=metadata(title="new")).json
        assert (job["type"], http.status(job["jobId"])) == ("UPDATE_LIBRARY_ITEM_METADATA", "FINISHED")
        assert http.send("PUT", "/item", body=search_for("new")).json["hits"] == 2
        assert http.send("PUT", path, body=metadata(acme_none="x")).status == 404

    def test_invalid(self, http: HttpClient, bob: HttpClient) -> None:
        assert http.send("POST", "/library", body={"item": [{"id": "VX-99"}]}).status == 404
        library = http.send("POST", "/library", body={}).json["uri"][0]
        for settings in ({"updateMode": "NONE"}, {"query": {"field": "x"}}):
            assert http.send("PUT", f"/library/{library}/settings", body=settings).status == 400
        assert (
            http.send("PUT", f"/library/{library}/settings", body={"query": {"field": [{"name": "no_x"}]}}).status
            == 404
        )
        assert bob.get(f"/library/{library}").status == 403


class TestExternalIds:
    @pytest.fixture(autouse=True)
    def namespace(self, http: HttpClient) -> None:
        assert http.send("PUT", "/external-id/house", body={"pattern": r"NEWS-\d+", "priority": 1}).status == 200

    def test_they_stand_for_entities(self, http: HttpClient) -> None:
        id = item(http, externalId="NEWS-1")
        assert http.get("/item/NEWS-1").json == {"id": id}
        assert http.send("PUT", f"/item/{id}/external-id/NEWS-2").status == 200
        expected = [
            {"entityId": id, "entityType": "item", "namespace": "house", "externalId": name}
            for name in ("NEWS-1", "NEWS-2")
        ]
        assert http.get("/item/NEWS-2/external-id").json == {"id": expected}
        assert http.get(f"/item/{id}", {"content": "external"}).json == {"id": id, "externalId": expected}
        http.send("PUT", "/item/NEWS-2/metadata", body=metadata(title="by its external id"))
        assert ids(http, "/item") == [id]
        collection = http.send("POST", "/collection", {"name": "x", "externalId": "NEWS-3"}).json["id"]
        assert http.get("/collection/NEWS-3").json["id"] == collection
        http.send("DELETE", "/item/NEWS-1")
        assert http.get("/item/NEWS-2").status == 404

    def test_removal(self, http: HttpClient) -> None:
        id = item(http)
        for name in ("NEWS-1", "NEWS-2", "NEWS-3"):
            http.send("PUT", f"/item/{id}/external-id/{name}")
        assert http.send("DELETE", f"/item/{id}/external-id/NEWS-1").status == 200
        assert http.send("DELETE", f"/item/{id}/external-id/NEWS-1").status == 404
        assert http.send("DELETE", "/external-id/id/NEWS-2").status == 200
        assert http.send("DELETE", f"/item/{id}/external-id").status == 200
        assert http.get(f"/item/{id}/external-id").json == {}

    def test_rejected(self, http: HttpClient) -> None:
        first, second = item(http), item(http)
        assert http.send("PUT", f"/item/{first}/external-id/OTHER-1").status == 400
        for _ in range(2):
            assert http.send("PUT", f"/item/{first}/external-id/NEWS-1").status == 200
        assert http.send("PUT", f"/item/{second}/external-id/NEWS-1").status == 409
        assert http.send("PUT", "/external-id/x", body={"pattern": "("}).status == 400

    def test_namespaces(self, http: HttpClient) -> None:
        document = {"name": "house", "pattern": r"NEWS-\d+", "priority": 1}
        assert http.get("/external-id").json == {"namespace": [document]}
        assert http.get("/external-id/house").json == document
        assert http.send("DELETE", "/external-id/house").status == 200
        assert http.get("/external-id/house").status == 404


class TestRelations:
    def test_life(self, http: HttpClient) -> None:
        a, b, c = (item(http) for _ in range(3))
        relation = http.send("POST", f"/item/{a}/relation/{b}", {"direction": "D"}).json
        assert relation["direction"] == {"type": "D", "source": a, "target": b}
        again = http.send("POST", f"/item/{a}/relation/{b}", {"direction": "D", "allowDuplicate": "false"}).json
        assert again["id"] == relation["id"]
        direction = {"type": "U", "source": c, "target": a}
        body = {"relation": [{"id": "VX-0", "direction": direction, "value": [{"key": "k", "value": "v"}]}]}
        (other,) = http.send("POST", "/relation", body=body).json["relation"]
        assert other["value"] == [{"key": "k", "value": "v"}]
        assert http.get(f"/relation/{other['id']}").json == other

        def related(id: str, **query: str) -> list[str]:
            return [each["id"] for each in http.get(f"/item/{id}/relation", query).json.get("relation", [])]

        assert related(a) == related(a, direction="A") == [relation["id"], other["id"]]
        assert (related(a, direction="S"), related(b, direction="T")) == ([relation["id"]], [relation["id"]])
        assert (related(a, direction="T"), related(a, direction="U")) == ([], [other["id"]])
        changed = http.send("PUT", f"/relation/{other['id']}", {"direction": "D"}).json
        assert changed["direction"]["type"] == "D"
        assert http.send("DELETE", f"/item/{b}/relation/{a}").status == 200
        assert http.send("DELETE", f"/item/{b}/relation/{a}").status == 404
        http.send("DELETE", f"/item/{c}")
        assert related(a) == []
        assert http.get(f"/relation/{other['id']}").status == 404

    def test_rejected(self, http: HttpClient) -> None:
        a, b = item(http), item(http)
        assert http.send("POST", f"/item/{a}/relation/{b}", {"direction": "X"}).status == 400
        assert http.send("POST", f"/item/{a}/relation/VX-99", {"direction": "D"}).status == 404
        assert http.get(f"/item/{a}/relation", {"direction": "X"}).status == 400


def test_shared_metadata(http: HttpClient) -> None:
    http.send("PUT", "/metadata-field/acme_name", body={"type": "string"})
    http.send("PUT", "/metadata-field/field-group/acme_person", body={"field": [{"name": "acme_name"}]})
    field = {"name": "acme_name", "value": [{"value": "Ada"}]}
    document = {"timespan": [{**GENERIC, "group": [{"name": "acme_person", "mode": "add", "field": [field]}]}]}
    written = http.send("PUT", "/metadata", body=document).json
    group = http.get("/metadata").json["timespan"][0]["group"][0]
    assert written["timespan"][0]["group"][0]["uuid"] == group["uuid"]
    value = group["field"][0]["value"][0]
    entry = http.get(f"/metadata/{value['uuid']}").json
    assert entry["value"]["value"] == "Ada"
    assert entry["source"] == {"type": "global", "id": "VX-1", "loc": f"{http.url}/API/metadata"}
    assert http.get(f"/metadata/{group['uuid']}").json["group"]["field"][0]["value"][0]["value"] == "Ada"
    outdated = http.send("PUT", "/metadata", {"revision": "VX-99"}, body=document)
    assert outdated.status == 409
    assert http.send("DELETE", f"/metadata/{group['uuid']}").status == 200
    assert http.get(f"/metadata/{value['uuid']}").status == 404
    assert (
        "group" not in http.get("/metadata").json["timespan"][0]
        or not http.get("/metadata").json["timespan"][0]["group"]
    )


def test_entries_of_items(http: HttpClient) -> None:
    id = item(http, "old")
    path = f"/item/{id}"
    query = {"content": "metadata", "field": "title"}
    value = http.get(path, query).json["metadata"]["timespan"][0]["field"][0]["value"][0]
    assert http.get(f"/metadata/{value['uuid']}").json["source"]["id"] == id
    assert http.send("DELETE", f"/metadata/{value['uuid']}").status == 200
    assert http.send("PUT", "/item", body=search_for("old")).json["hits"] == 0


class TestSavedSearches:
    @pytest.mark.parametrize("path", ["/search", "/item", "/collection/VX-1/item"])
    def test_results(self, http: HttpClient, path: str) -> None:
        id = item(http, "x")
        http.send("POST", "/collection", body={"content": [{"id": id, "type": "item"}]})
        response = http.send("PUT", path, {"save": "true"}, body=search_for("x"))
        assert response.status == 303
        location = response.headers["Location"]
        assert location.startswith(f"{http.url}/API{path}/saved/")
        again = http.send("PUT", path, {"save": "true"}, body=search_for("x"))
        assert again.headers["Location"] == location
        saved = location[len(f"{http.url}/API") :]
        assert http.get(saved).json == http.send("PUT", path, body=search_for("x")).json
        http.send("PUT", f"/item/{id}/metadata", body=metadata(title="y"))
        assert http.get(saved).json["hits"] == 0
        assert http.get(f"{path}/saved/0123").status == 404

    def test_an_invalid_search_is_not_saved(self, http: HttpClient) -> None:
        assert http.send("PUT", "/search", {"save": "true"}, body=search_for("x") | {"sort": [{}]}).status == 400


def test_secrets(http: HttpClient, bob: HttpClient) -> None:
    assert http.send("PUT", "/secret/sftp").json == {"alias": "sftp"}
    for key in ("username", "password"):
        assert http.send("PUT", f"/secret/sftp/{key}", body="s3cret-value", content_type=TEXT).status == 200
    assert http.get("/secret/sftp").json == {"alias": "sftp", "key": ["password", "username"]}
    assert http.get("/secret").json == {"secret": [{"alias": "sftp", "key": ["password", "username"]}]}
    assert http.send("DELETE", "/secret/sftp/username").status == 200
    assert http.send("DELETE", "/secret/sftp/username").status == 404
    assert http.send("PUT", "/secret/sftp/other", body="x", content_type=TEXT).status == 400
    assert http.send("PUT", "/secret/none/password", body="x", content_type=TEXT).status == 404
    assert bob.get("/secret").status == 403
    assert http.send("DELETE", "/secret/sftp").status == 200
    assert http.get("/secret/sftp").status == 404


def test_values_of_secrets_are_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(db=path) as vidicore, HttpClient(vidicore.url) as http:
        http.send("PUT", "/secret/sftp")
        http.send("PUT", "/secret/sftp/password", body="planted-value", content_type=TEXT)
    assert b"planted-value" not in path.read_bytes()


class TestFiles:
    def test_search(self, http: HttpClient) -> None:
        for path in ("a/b.mov", "c.mov"):
            http.send("POST", "/storage/VX-1/file", {"path": path})
        http.send("PUT", "/file/VX-2/state/LOST")
        http.send("PUT", "/file/VX-1/metadata", body={"field": [{"key": "k", "value": "v"}]})
        for field, value, expected in (
            ("state", "LOST", ["VX-2"]),
            ("path", "a/*", ["VX-1"]),
            ("storage", "VX-1", ["VX-2", "VX-1"]),
            ("id", "VX-1", ["VX-1"]),
            ("k", "v", ["VX-1"]),
            ("k", "w", []),
        ):
            found = http.send("PUT", "/search/file", body={"field": [{"name": field, "value": [{"value": value}]}]})
            assert [file["id"] for file in found.json.get("file", [])] == expected, field
            assert found.json["hits"] == len(expected)
        assert [file["id"] for file in http.get("/search/file", {"number": 1}).json["file"]] == ["VX-2"]

    def test_joins(self, http: HttpClient, vidicore: Simulator) -> None:
        vidicore.jobs.behave("SHAPE_IMPORT", seconds=0)
        id, _ = item(http, "with a file"), item(http, "without")
        http.send(
            "POST", f"/item/{id}/shape/raw", {"filename": "a.mov"}, body=b"x", content_type="application/octet-stream"
        )
        (file,) = http.get("/search/file").json["file"]
        in_file = {"file": {"field": [{"name": "path", "value": [{"value": file["path"]}]}]}}
        assert ids_of(http.send("PUT", "/item", body=in_file).json["item"]) == [id]
        assert http.send("PUT", "/search/shape", body=in_file).json["hits"] == 1
        for query, hits in (
            ({"item": search_for("with a file")}, 1),
            ({"item": search_for("without")}, 0),
            ({"shape": {"field": [{"name": "originalFilename", "value": [{"value": "a.mov"}]}]}}, 1),
        ):
            assert http.send("PUT", "/search/file", body=query).json["hits"] == hits, query


def ids_of(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["id"] for entry in entries]


class TestSidecars:
    TITLE = "<field><name>title</name><value>from the sidecar</value></field>"
    DOCUMENT = (
        f'<MetadataDocument xmlns="{NAMESPACE}"><timespan start="-INF" end="+INF">{TITLE}</timespan></MetadataDocument>'
    )

    def attach(self, http: HttpClient, vidicore: Simulator, id: str, data: str, extension: str = "xml") -> str:
        vidicore.jobs.behave("SIDECAR_IMPORT", seconds=0)
        query = {"fileExtension": extension}
        path = f"/import/sidecar/{id}/raw"
        job = http.send("POST", path, query, body=data.encode(), content_type="application/octet-stream").json
        return http.status(job["jobId"])

    def test_metadata(self, http: HttpClient, vidicore: Simulator) -> None:
        id = item(http, "old")
        assert self.attach(http, vidicore, id, self.DOCUMENT) == "FINISHED"
        assert http.send("PUT", "/item", body=search_for("from the sidecar")).json["hits"] == 1

    @pytest.mark.parametrize("data", ["1\n00:00:01,000 --> 00:00:02,000\nHello", "<tt/>", "{}", "{", ""])
    def test_other_formats(self, http: HttpClient, vidicore: Simulator, data: str) -> None:
        id = item(http, "old")
        assert self.attach(http, vidicore, id, data, "srt") == "FINISHED"
        assert http.send("PUT", "/item", body=search_for("old")).json["hits"] == 1

    def test_unknown_fields_fail_the_job(self, http: HttpClient, vidicore: Simulator) -> None:
        id = item(http, "old")
        assert self.attach(http, vidicore, id, self.DOCUMENT.replace("title", "acme_none")) == "FAILED_TOTAL"


def test_xml(http: HttpClient) -> None:
    id = item(http)
    body = f'<ItemListDocument xmlns="{NAMESPACE}"><item id="{id}"/></ItemListDocument>'
    response = http.send("POST", "/library", body=body, content_type=XML, accept=XML)
    assert response.status == 200, response.text
    assert JSON not in response.headers["Content-Type"]
    assert response.xml.findtext(f"{{{NAMESPACE}}}uri") == "VX-1"
