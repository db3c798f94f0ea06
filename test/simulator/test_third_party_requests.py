"""Requests of third-party clients, which were written against real servers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from test.simulator.http_client import JSON, TEXT, XML, HttpClient
from vidispine.simulator import Simulator

BYTES = "application/octet-stream"
NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
TITLE = {"timespan": [{"start": "-INF", "end": "+INF", "field": [{"name": "title", "value": [{"value": "T"}]}]}]}


@pytest.fixture
def server() -> Iterator[Simulator]:
    """A lenient simulator with an item, a collection with it, and a file."""
    with Simulator(strict=False, speed=1000) as vidicore, HttpClient(vidicore.url) as http:
        assert http.send("POST", "/import/placeholder", {"container": 1}, body={}).status == 200
        assert http.send("POST", "/collection", {"name": "c"}).status == 200
        assert http.send("PUT", "/collection/VX-1/VX-1", {"type": "item"}).status == 200
        upload(http, "a/b.mov", b"0123456789")
        yield vidicore


@pytest.fixture
def lenient(server: Simulator) -> Iterator[HttpClient]:
    with HttpClient(server.url) as http:
        yield http


def upload(http: HttpClient, path: str, data: bytes) -> str:
    response = http.send("POST", "/storage/VX-1/file/data", {"path": path}, body=data, content_type=BYTES)
    assert response.status == 200, response.text
    return str(response.json["id"])


class TestFileAliases:
    """Row 1."""

    NAMED = (
        "/file/VX-1",
        "/storage/VX-1/file/VX-1",
        "/storage/file/VX-1",
        "/storage/VX-1/file/path/a%2Fb.mov",
        "/storage/VX-1/file/path/a/b.mov",
        "/storage/file/path/a/b.mov",
        "/storage/VX-1/file/byURI;path=a%2Fb.mov",
        "/storage/file/byURI;path=a%2Fb.mov",
    )

    @pytest.mark.parametrize("path", NAMED)
    def test_operations(self, lenient: HttpClient, path: str) -> None:
        assert lenient.get(path).json["id"] == "VX-1"
        assert lenient.get(f"{path}/data", accept="*/*").data == b"0123456789"
        assert lenient.send("PUT", f"{path}/metadata", body={"field": [{"key": "k", "value": "v"}]}).status == 200
        assert lenient.get(f"{path}/metadata").json["field"][-1] == {"key": "k", "value": "v"}
        assert lenient.get(f"{path}/metadata/k", accept=TEXT).text == "v"
        assert lenient.send("PUT", f"{path}/state/LOST").json["state"] == "LOST"
        assert lenient.send("PUT", f"{path}/state/CLOSED").json["state"] == "CLOSED"
        assert lenient.send("POST", f"{path}/data", body=b"new", content_type=BYTES).status == 200
        assert lenient.get(f"{path}/data", accept="*/*").data == b"new"
        assert lenient.send("POST", f"{path}/import", body={}).json["jobId"]
        assert lenient.send("DELETE", f"{path}/entity").status == 200
        assert lenient.get(path).error == (
            "notFound",
            {"type": "File", "id": lenient.get(path).error[1]["id"], "context": None},
        )

    def test_uri(self, lenient: HttpClient) -> None:
        uri = lenient.get("/file/VX-1").json["uri"][0].replace("/", "%2F").replace(":", "%3A")
        for path in (f"/storage/file/uri/{uri}", f"/storage/VX-1/file/uri/{uri}", f"/storage/file/byURI;uri={uri}"):
            assert lenient.get(path).json["id"] == "VX-1", path
            assert lenient.get(f"{path}/data", accept="*/*").data == b"0123456789"

    def test_list(self, lenient: HttpClient) -> None:
        assert [file["id"] for file in lenient.get("/storage/VX-1/file").json["file"]] == ["VX-1"]
        assert lenient.get("/storage/VX-9/file").status == 404

    @pytest.mark.parametrize(
        "path",
        [
            "/storage/VX-1/file/VX-9",
            "/storage/VX-9/file/VX-1",
            "/storage/file/VX-9/data",
            "/storage/VX-1/file/path/no.mov",
            "/storage/file/byURI;path=no.mov",
        ],
    )
    def test_missing_file(self, lenient: HttpClient, path: str) -> None:
        response = lenient.get(path, accept="*/*")
        assert (response.status, response.error[0]) == (404, "notFound")

    @pytest.mark.parametrize("path", ["/storage/VX-1/file/VX-1/nothing", "/storage/file/byURI", "/storage/x/file/VX-1"])
    def test_other_paths(self, lenient: HttpClient, path: str) -> None:
        assert lenient.get(path).status == 404

    def test_create_without_state(self, lenient: HttpClient) -> None:
        assert lenient.send("POST", "/storage/VX-1/file", body={"path": "n.mov"}).json["state"] == "CLOSED"
        assert lenient.send("POST", "/storage/VX-1/file", {"path": "o.mov", "createOnly": "true"}).status == 200

    def test_recorded_operation(self, lenient: HttpClient, server: Simulator) -> None:
        lenient.get("/storage/VX-1/file/VX-1/data", accept="*/*")
        assert server.requests[-1].operation == "get_file_data"


class TestLeniency:
    """Row 2, and bodies of row 8."""

    IGNORED = (
        ("GET", "/storage?state=NONE"),
        ("GET", "/storage/VX-1/method/VX-1?read=True"),
        ("GET", "/job?_=1"),
        ("GET", "/job?idOnly=true"),
        ("GET", "/item/VX-1?a=b&a=c&%F0%9F%98%80=x"),
        ("POST", "/import/placeholder?container=1&throttle=true&thumbnails=true"),
    )

    @pytest.mark.parametrize(("method", "path"), IGNORED)
    def test_unknown_parameters(self, lenient: HttpClient, http: HttpClient, method: str, path: str) -> None:
        assert lenient.send(method, path).status == 200
        strict = http.send(method, path)
        assert (strict.status, strict.error[0]) == (400, "invalidInput")

    @pytest.mark.parametrize("value", ["1", "yes", "True", ""])
    def test_booleans(self, lenient: HttpClient, value: str) -> None:
        assert lenient.get("/metadata-field/title", {"includeValues": value}).status == 200

    def test_invalid_values_are_rejected_in_both_modes(self, lenient: HttpClient, http: HttpClient) -> None:
        for client in (lenient, http):
            assert client.get("/job", {"number": "x"}).status == 400
            assert client.get("/job", {"sort": "nothing of this kind"}).status == 400

    def test_placeholder_without_body(self, lenient: HttpClient, http: HttpClient) -> None:
        for client in (lenient, http):
            assert client.send("POST", "/import/placeholder", {"container": 1}).status == 200

    def test_missing_documents(self, lenient: HttpClient, http: HttpClient) -> None:
        assert lenient.send("PUT", "/item/VX-1/metadata").status == 200
        assert http.send("PUT", "/item/VX-1/metadata").status == 400


@pytest.mark.parametrize("path", ["raw", "essence/raw"])
@pytest.mark.parametrize("tag", ["original", "original,lowres", "lowres"])
def test_tags_of_uploads(lenient: HttpClient, path: str, tag: str) -> None:
    """Row 3."""
    assert lenient.send("PUT", "/shape-tag/lowres", body={"format": "mp4"}).status == 200
    query = {"filename": "a.mov", "tag": tag}
    response = lenient.send("POST", f"/item/VX-1/shape/{path}", query, body=b"x", content_type=BYTES)
    assert response.json["jobId"]


@pytest.mark.parametrize("name", ["Film", "Person", "test", "Broadcast%20date", "film_\u00e5r", "a-b.c"])
def test_field_group_names(http: HttpClient, name: str) -> None:
    """Row 4, and ``schema`` of row 18."""
    path = f"/metadata-field/field-group/{name}"
    assert http.send("PUT", path).status == 200
    document = http.get(path).json
    assert document["schema"] == {"min": 0, "max": -1, "name": document["name"]}


class TestAccept:
    """Row 7."""

    JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"

    @pytest.mark.parametrize(
        "accept", ["*", JAVA, "application/json;charset=utf-8", "*/*", "APPLICATION/JSON", "*;q=0.1"]
    )
    def test_json(self, http: HttpClient, accept: str) -> None:
        assert http.get("/storage", accept=accept).json["hits"] == 1
        assert http.get("/storage/VX-9", accept=accept).error[0] == "notFound"

    def test_xml_without_accept(self, http: HttpClient) -> None:
        assert http.get("/storage", accept="").xml.tag == f"{{{NAMESPACE}}}StorageListDocument"
        assert http.get("/storage/VX-9", accept="").xml.tag == f"{{{NAMESPACE}}}ExceptionDocument"

    def test_text_without_accept(self, http: HttpClient) -> None:
        response = http.send("PUT", "/group", body={}, accept="")
        assert response.media_type == TEXT

    @pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "text/html"])
    def test_unacceptable(self, http: HttpClient, accept: str) -> None:
        assert http.get("/storage", accept=accept).status == 406


@pytest.mark.parametrize("encoding", ["utf8", "UTF-8", "utf-16", "iso-8859-1", "latin1", "windows-1252", "UTF_8"])
def test_xml_encodings(http: HttpClient, encoding: str) -> None:
    """Row 9."""
    http.send("POST", "/import/placeholder", {"container": 1}, body={})
    field = "<field><name>title</name><value>Gr\u00fc\u00dfe</value></field>"
    document = (
        f"<MetadataDocument xmlns='{NAMESPACE}'><timespan start='-INF' end='+INF'>{field}</timespan></MetadataDocument>"
    )
    body = f"<?xml version='1.0' encoding='{encoding}'?>\n{document}".encode(encoding)
    assert http.send("PUT", "/item/VX-1/metadata", body=body, content_type=XML).status == 200
    fields = http.get("/item/VX-1", {"content": "metadata", "field": "title", "terse": "yes"}).json["terse"]
    assert fields["title"][0]["value"] == "Gr\u00fc\u00dfe"


@pytest.mark.parametrize("password", ["changeme", "5f4dcc3b5aa765d61d8327deb882cf9", "p\u00e4ss w\u00f6rd"])
def test_create_user_with_plain_password(server: Simulator, lenient: HttpClient, password: str) -> None:
    """Row 10."""
    assert lenient.send("POST", "/user", body={"userName": "monitor", "password": password}).status == 200
    server.requests.clear()
    query = {"type": "raw"}
    response = lenient.send("POST", "/user/monitor/password/validate", query, body=password, content_type=TEXT)
    assert response.status in (200, 404, 405)


def test_empty_lists(http: HttpClient) -> None:
    """Row 11."""
    collections = http.get("/collection").json
    assert collections == {"suggestion": [], "autocomplete": [], "facet": [], "hits": 0, "collection": []}
    nothing = {"field": [{"name": "title", "value": [{"value": "nothing"}]}]}
    assert http.send("PUT", "/search", body=nothing).json["entry"] == []


def test_notification_urls(http: HttpClient) -> None:
    """Row 12."""
    action = {"http": {"synchronous": False, "url": "http://127.0.0.1:1/", "retry": 1, "timeout": "5"}}
    document = {"action": action, "trigger": {"job": {"stop": ""}}}
    assert http.send("POST", "/job/notification", body=document).status == 200
    (uri,) = http.get("/job/notification").json["uri"]
    assert uri == f"{http.url}/API/job/notification/VX-1"
    assert http.get(uri[len(f"{http.url}/API") :]).json["trigger"] == {"job": {"stop": ""}}


def test_existing_file(lenient: HttpClient) -> None:
    """Row 14."""
    for accept in (JSON, XML, TEXT):
        response = lenient.send(
            "POST", "/storage/VX-1/file", body={"path": "a/b.mov", "state": "CLOSED"}, accept=accept
        )
        assert response.status == 409
        assert "VX-1" in response.text
    response = lenient.send("POST", "/storage/VX-1/file", {"path": "a/b.mov"})
    assert response.error[0] == "fileAlreadyExists"
    assert response.error[1]["fileId"] == "VX-1"


class TestBrowsers:
    """Row 15."""

    ORIGIN = "http://localhost:3000"

    @pytest.mark.parametrize("path", ["/job", "/item/VX-1", "/no/such/path"])
    def test_preflight(self, server: Simulator, path: str) -> None:
        asked = {
            "Origin": self.ORIGIN,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        with HttpClient(server.url, username=None) as browser:
            response = browser.send("OPTIONS", path, headers=asked)
        assert (response.status, response.data) == (204, b"")
        assert response.headers["Access-Control-Allow-Origin"] == self.ORIGIN
        assert "PUT" in response.headers["Access-Control-Allow-Methods"]
        assert response.headers["Access-Control-Allow-Headers"] == "authorization,content-type"

    def test_responses_and_errors(self, lenient: HttpClient) -> None:
        for path in ("/whoami", "/job/VX-99", "/no/such/path"):
            response = lenient.get(path, accept="*/*", headers={"Origin": self.ORIGIN})
            assert response.headers["Access-Control-Allow-Origin"] == self.ORIGIN
        assert "Access-Control-Allow-Origin" not in lenient.get("/job").headers

    def test_self_test(self, lenient: HttpClient, server: Simulator) -> None:
        assert lenient.get("/selftest/").json["status"] == "ok"
        assert lenient.get("/selftest/database").json["name"] == "database"
        with HttpClient(server.url, username=None) as anybody:
            for path in ("/APInoauth/selftest/", "/APInoauth/selftest", "/APInoauth/selftest/database"):
                assert anybody.pool.request("GET", server.url + path, headers={"Accept": JSON}).status == 200
            for path in ("/API/selftest", "/API/item"):
                assert anybody.pool.request("GET", server.url + path).status == 401
            assert anybody.pool.request("GET", f"{server.url}/APInoauth/item").status == 404
            assert anybody.pool.request("POST", f"{server.url}/APInoauth/import/raw?passkey=x", body=b"x").status == 501

    def test_configuration_properties(self, lenient: HttpClient) -> None:
        assert lenient.get("/configuration/properties").json == {}
        assert lenient.send("PUT", "/configuration/properties/a", body="x", content_type=TEXT).status == 200
        assert lenient.send("PUT", "/configuration/properties", body={"key": "b", "value": "y"}).status == 200
        properties = lenient.get("/configuration/properties").json["property"]
        assert properties == [{"key": "a", "value": "x"}, {"key": "b", "value": "y"}]
        assert lenient.get("/configuration/properties/a").json["value"] == "x"
        assert lenient.send("DELETE", "/configuration/properties/a").status == 200
        assert lenient.get("/configuration/properties/a").status == 404


class TestHttp:
    """What HTTP libraries and gateways send in their own ways."""

    @pytest.mark.parametrize(
        "path",
        [
            "/item/VX-1;a=b/metadata;field=title;terse=yes",
            "/item;field=title/VX-1/metadata;terse=yes",
            "/item/VX-1;field=title;terse=yes/metadata",
            "/item/VX-1/metadata;field=title;terse=yes/",
            "/item/VX-1/metadata;field=title?terse=yes",
        ],
    )
    def test_matrix_parameters_in_every_segment(self, lenient: HttpClient, path: str) -> None:
        assert lenient.send("PUT", "/item/VX-1/metadata", body=TITLE).status == 200
        (item,) = lenient.get(path).json["item"]
        assert set(item) == {"id", "title"}
        assert item["title"][0]["value"] == "T"

    def test_a_plus_in_a_matrix_parameter_is_no_space(self, lenient: HttpClient) -> None:
        assert lenient.send("PUT", "/item/VX-1/metadata", body=TITLE).status == 200
        found = lenient.get("/item/VX-1/metadata;interval=-INF-+INF;field=title;terse=yes")
        assert found.json["item"][0]["title"][0]["value"] == "T"

    def test_file_by_uri_with_an_action(self, lenient: HttpClient) -> None:
        for path in ("/storage/file/byURI;path=a%2Fb.mov/data", "/storage/VX-1/file/byURI;path=a%2Fb.mov/data"):
            assert lenient.get(path, accept="*/*").data == b"0123456789"

    def test_options(self, server: Simulator) -> None:
        with HttpClient(server.url, username=None) as anybody:
            response = anybody.send("OPTIONS", "/item/VX-1")
            assert (response.status, response.data) == (200, b"")
            assert response.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS"
            assert anybody.send("OPTIONS", "/no/such/path").status == 404

    @pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
    def test_compressed_bodies(self, lenient: HttpClient, encoding: str) -> None:
        body, headers = gzip.compress(json.dumps(TITLE).encode()), {"Content-Encoding": encoding}
        assert lenient.send("PUT", "/item/VX-1/metadata", body=body, headers=headers).status == 200
        assert title(lenient) == "T"
        query = {"path": "c.mov"}
        body = gzip.compress(b"abc" * 100_000)
        uploaded = lenient.send(
            "POST", "/storage/VX-1/file/data", query, body=body, content_type=BYTES, headers=headers
        )
        assert uploaded.json["size"] == 300_000

    @pytest.mark.parametrize(
        ("body", "encoding", "status"),
        [
            (b"no gzip", "gzip", 400),
            (gzip.compress(b"{}")[:-9], "gzip", 400),
            (b"{}", "br", 415),
            (gzip.compress(b" " * 17 * 1024 * 1024), "gzip", 413),
        ],
        # The bodies are no ids: they contain the time at which they were compressed.
        ids=("not gzip", "truncated", "unknown encoding", "too large"),
    )
    def test_invalid_compressed_bodies(self, lenient: HttpClient, body: bytes, encoding: str, status: int) -> None:
        response = lenient.send("PUT", "/item/VX-1/metadata", body=body, headers={"Content-Encoding": encoding})
        assert response.status == status
        assert lenient.get("/item/VX-1").status == 200

    @pytest.mark.parametrize("charset", ["ISO-8859-1", "utf-16", '"UTF-8"'])
    @pytest.mark.parametrize("media_type", [JSON, XML])
    def test_charset_of_the_content_type(self, lenient: HttpClient, media_type: str, charset: str) -> None:
        text = json.dumps(TITLE, ensure_ascii=False).replace('"T"', '"Grüße"')
        if media_type == XML:
            value = "<field><name>title</name><value>Grüße</value></field>"
            span = f'<timespan start="-INF" end="+INF">{value}</timespan>'
            text = f'<MetadataDocument xmlns="{NAMESPACE}">{span}</MetadataDocument>'
        body, content_type = text.encode(charset.strip('"')), f"{media_type}; charset={charset}"
        assert lenient.send("PUT", "/item/VX-1/metadata", body=body, content_type=content_type).status == 200
        assert title(lenient) == "Grüße"

    def test_unknown_charset(self, lenient: HttpClient) -> None:
        response = lenient.send("PUT", "/item/VX-1/metadata", body=TITLE, content_type=f"{JSON};charset=nothing")
        assert (response.status, response.error[0]) == (400, "invalidInput")


def title(http: HttpClient) -> str:
    found = http.get("/item/VX-1/metadata", {"field": "title", "terse": "yes"}).json["item"][0]["title"][0]["value"]
    assert isinstance(found, str)
    return found


def test_no_content(lenient: HttpClient, tmp_path: Any) -> None:
    """Row 17."""
    query = {"url": f"{tmp_path.as_uri()}/", "read": "true"}
    assert lenient.send("PUT", "/storage/VX-1/method", query, accept=TEXT).status == 200
    response = lenient.send("DELETE", "/storage/VX-1/method/VX-2")
    assert (response.status, response.data, response.headers.get("Content-Type")) == (204, b"", None)
    response = lenient.send("DELETE", "/item/VX-1/shape")
    assert (response.status, response.headers.get("Content-Type")) == (204, None)


class TestOthers:
    """Row 18."""

    def test_shapes(self, lenient: HttpClient) -> None:
        assert lenient.get("/search/shape").status == 200

    def test_unknown_storage_method(self, lenient: HttpClient) -> None:
        response = lenient.get("/storage/VX-1/method/VX-1000000")
        assert (response.status, response.json) == (200, {})

    def test_member_needs_a_type(self, lenient: HttpClient, http: HttpClient) -> None:
        assert lenient.send("PUT", "/collection/VX-1/VX-1").status == 400

    @pytest.mark.parametrize("mode", ["add", "remove", "transient"])
    def test_mode_of_pairs_is_rejected(self, lenient: HttpClient, mode: str) -> None:
        path, pairs = "/storage/VX-1/metadata", f"<field><key>k</key><value mode='{mode}'>b</value></field>"
        body = f"<SimpleMetadataDocument xmlns='{NAMESPACE}'>{pairs}</SimpleMetadataDocument>"
        assert lenient.send("PUT", path, body={"field": [{"key": "k", "value": "a"}]}).status == 200
        assert lenient.send("PUT", path, body=body, content_type=XML).status == 400
        assert lenient.get(f"{path}/k", accept=TEXT).text == "a"

    def test_created_can_be_given(self, lenient: HttpClient) -> None:
        field = {"name": "created", "value": [{"value": "2020-01-01T00:00:00Z"}]}
        document = {"timespan": [{"start": "-INF", "end": "+INF", "field": [field]}]}
        response = lenient.send("POST", "/import/placeholder", {"container": 1}, body=document)
        assert response.status == 200, response.text
        query = {"content": "metadata", "field": "created", "terse": "yes"}
        created = lenient.get(f"/item/{response.json['id']}", query).json["terse"]["created"]
        assert [value["value"] for value in created] == ["2020-01-01T00:00:00Z"]
