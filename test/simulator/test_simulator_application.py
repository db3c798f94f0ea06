"""Media types, headers, error documents and invalid requests."""

from __future__ import annotations

import gzip
import logging
import random
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from test.simulator.clock import Clock
from test.simulator.http_client import JSON, NAMESPACE, TEXT, XML, HttpClient
from vidispine.simulator import Simulator
from vidispine.simulator.http.requests import Request
from vidispine.simulator.http.responses import Response
from vidispine.simulator.http.routes import find_operation, operation_names
from vidispine.simulator.server import HANDLERS

NINE_KINDS = {
    "notFound",
    "internalServer",
    "forbidden",
    "notYetImplemented",
    "conflict",
    "invalidInput",
    "licenseFault",
    "fileAlreadyExists",
    "notAuthorized",
}
BARE_404 = '{"code":404,"message":"HTTP 404 Not Found"}'


def tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


class TestMediaTypes:
    def test_text_lists_one_value_per_line(self, http: HttpClient) -> None:
        response = http.get("/jobtype", accept=TEXT)
        assert response.headers["Content-Type"] == "text/plain;charset=UTF-8"
        assert response.data.startswith(b"NONE\r\nIMPORT\r\n")
        assert response.text.splitlines() == http.get("/jobtype").json["uri"]

    def test_text_of_a_job_is_its_state(self, http: HttpClient) -> None:
        assert http.get(f"/job/{http.create()}", accept=TEXT).data == b"STARTED"

    def test_job_in_xml(self, http: HttpClient, vidicore: Simulator, clock: Clock) -> None:
        vidicore.jobs.behave("EXPORT", steps=["Send"], seconds=2, wait_for={"type": "P", "data": {"storage": "VX-3"}})
        http.create("EXPORT", jobmetadata="itemId=<&>")
        response = http.get("/job/VX-1", accept=XML)
        assert response.headers["Content-Type"] == XML
        root = response.xml
        assert root.tag == tag("JobDocument")
        names = "jobId user started status type priority waiting currentStep data totalSteps log"
        assert [element.tag for element in root] == [tag(name) for name in names.split()]
        assert root.findtext(tag("started")) == "2023-11-14T22:13:20.000Z"
        assert root.findtext(f"{tag('data')}/{tag('value')}") == "<&>"
        assert root.findtext(f"{tag('waiting')}/{tag('resourceId')}") == "VX-3"
        task = root.find(f"{tag('log')}/{tag('task')}")
        assert task is not None
        assert task.attrib == {"id": "1"}
        assert task.findtext(tag("status")) == "WAITING"

    def test_lists_in_xml(self, http: HttpClient) -> None:
        for _ in range(2):
            http.create()
        jobs = http.get("/job", accept=XML).xml
        assert jobs.tag == tag("JobListDocument")
        assert [element.tag for element in jobs] == [tag("hits"), tag("job"), tag("job")]
        types = http.get("/jobtype", accept=XML).xml
        assert (types.tag, len(types)) == (tag("URIListDocument"), len(http.get("/jobtype").json["uri"]))
        problems = http.get("/job/problem", accept=XML).xml
        assert (problems.tag, len(problems)) == (tag("JobProblemListDocument"), 0)

    def test_json_and_xml_are_equivalent(self, http: HttpClient, clock: Clock) -> None:
        http.create()
        clock.advance(1)
        document = http.get("/job/VX-1", {"metadata": "true"}).json
        root = http.get("/job/VX-1", {"metadata": "true"}, accept=XML).xml
        assert as_texts(document) == from_xml(root)

    def test_characters_invalid_in_xml_are_removed(self, http: HttpClient) -> None:
        http.create(jobmetadata="itemId=a\x00b\x0bc\ufffed\U0001f600")
        root = http.get("/job/VX-1", accept=XML).xml
        assert root.findtext(f"{tag('data')}/{tag('value')}") == "abcd\U0001f600"
        assert http.get("/job/VX-1").json["data"][0]["value"] == "a\x00b\x0bc\ufffed\U0001f600"

    @pytest.mark.parametrize(
        ("accept", "media_type"),
        [
            ("", XML),
            ("*/*", JSON),
            ("*", JSON),
            ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", JSON),
            ("application/json;charset=utf-8", JSON),
            ("application/xml;q=0.5, application/json;q=.9", JSON),
            ("application/*", JSON),
            ("text/html, */*;q=0.1", JSON),
            ("application/json, text/plain, application/xml", JSON),
            ("application/xml, application/json;q=0.5", XML),
            ("text/plain;q=0.5, application/xml;q=0.9", XML),
            ("text/*", TEXT),
        ],
    )
    def test_accept_preference(self, http: HttpClient, accept: str, media_type: str) -> None:
        assert http.get("/job", accept=accept).media_type == media_type

    def test_text_only_operation(self, http: HttpClient) -> None:
        assert http.get("/whoami", accept="").media_type == TEXT
        assert http.get("/whoami", accept=JSON).status == 406

    def test_no_acceptable_media_type(self, http: HttpClient) -> None:
        response = http.get("/job", accept="image/png")
        assert (response.status, response.text) == (406, '{"code":406,"message":"HTTP 406 Not Acceptable"}')
        assert http.get("/job/problem", accept=TEXT).status == 406


def as_texts(value: Any) -> Any:
    """Convert the values of a JSON document to their XML form: text, and times with a Z."""
    if isinstance(value, dict):
        return {key: as_texts(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_texts(element) for element in value]
    return str(value).replace("+0000", "Z")


def from_xml(element: Any) -> Any:
    if not len(element) and not element.attrib:
        return element.text
    document: dict[str, Any] = dict(element.attrib)
    if not len(element):
        document["value"] = element.text
    for child in element:
        name = child.tag.partition("}")[2]
        if name in ("data", "task", "subStep", "subJob"):
            document.setdefault(name, []).append(from_xml(child))
        else:
            document[name] = from_xml(child)
    return document


class TestHeaders:
    def test_basic_authentication_returns_an_expired_cookie(self, http: HttpClient) -> None:
        for path in ("/job", "/job/VX-9", "/nowhere"):
            response = http.get(path)
            cookie = response.headers["Set-Cookie"]
            assert cookie.startswith("rememberMe=deleteMe; Path=/; Max-Age=0; Expires=")
            day = parsedate_to_datetime(response.headers["Date"]) - parsedate_to_datetime(
                cookie.partition("Expires=")[2]
            )
            assert 86398 <= day.total_seconds() <= 86402

    def test_json_has_no_charset(self, http: HttpClient) -> None:
        http.create()
        assert http.get("/job").headers["Content-Type"] == JSON
        response = http.send("PUT", "/job/VX-1", accept="")
        assert (response.data, response.headers["Content-Type"]) == (b"", JSON)

    def test_large_responses_are_compressed_on_request(self, http: HttpClient) -> None:
        for _ in range(30):
            http.create()
        plain = http.get("/job")
        assert "Content-Encoding" not in plain.headers
        assert plain.headers["Vary"] == "Accept-Encoding"
        packed = http.pool.request(
            "GET",
            f"{http.url}/API/job",
            headers={**http.headers, "Accept": JSON, "Accept-Encoding": "gzip"},
            decode_content=False,
        )
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert packed.headers["Transfer-Encoding"] == "chunked"
        assert "Content-Length" not in packed.headers
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 3

    def test_small_responses_are_not_compressed(self, http: HttpClient) -> None:
        response = http.get("/job", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in response.headers
        assert response.headers["Vary"] == "Accept-Encoding"
        assert "Content-Encoding" not in http.get("/jobtype", headers={"Accept-Encoding": "gzip;q=0"}).headers

    def test_head(self, http: HttpClient) -> None:
        response = http.send("HEAD", "/job")
        assert (response.status, response.data) == (200, b"")
        assert int(response.headers["Content-Length"]) == len(http.get("/job").data)


class TestErrors:
    def test_json_error_has_nine_kinds(self, http: HttpClient) -> None:
        response = http.get("/job/VX-9")
        assert set(response.json) == NINE_KINDS
        assert [kind for kind, error in response.json.items() if error is not None] == ["notFound"]

    def test_xml_error_has_one_kind(self, http: HttpClient) -> None:
        response = http.get("/job/VX-9", accept=XML)
        assert (response.status, response.headers["Content-Type"]) == (404, XML)
        assert response.xml.tag == tag("ExceptionDocument")
        assert from_xml(response.xml) == {"notFound": {"type": "Job", "id": "VX-9"}}

    def test_text_error_has_one_line_per_member(self, http: HttpClient) -> None:
        response = http.get("/job/VX-9", accept=TEXT)
        assert response.data == b"404 A resource could not be found\r\nType: Job\r\nID: VX-9\r\n"
        lines = http.get("/job", {"first": "x"}, accept=TEXT).text.split("\r\n")
        assert lines[:3] == ["400 An invalid parameter was entered", "Context: parameter", "ID: first"]

    def test_error_document_for_unsupported_accept(self, http: HttpClient) -> None:
        for accept in ("image/png", "", "*/*"):
            response = http.send("DELETE", "/job/VX-9", accept=accept)
            assert (response.status, response.media_type, response.error[0]) == (404, JSON, "notFound")

    def test_error_in_media_type_that_the_operation_lacks(self, http: HttpClient) -> None:
        response = http.send("DELETE", "/job/VX-9", accept=TEXT)
        assert (response.status, response.media_type) == (404, TEXT)
        assert http.send("DELETE", "/job/VX-9", accept=XML).media_type == XML

    @pytest.mark.parametrize(
        "path",
        [
            "/nowhere",
            "/job/VX-1/nowhere",
            "/job/nope",
            "/job/VX-0",
            "/job/1",
            "/job/VX_1",
            "/job/VX-1x",
            "/job/AVERYLONGSITE-1",
        ],
    )
    def test_unknown_path(self, http: HttpClient, path: str) -> None:
        response = http.get(path, accept=XML)
        assert (response.status, response.text, response.headers["Content-Type"]) == (404, BARE_404, JSON)

    def test_path_outside_the_base(self, http: HttpClient) -> None:
        for path in ("", "/", "/job", "/api/job", "/APInoauth/job", "/API"):
            response = http.pool.request("GET", http.url + path, headers=http.headers)
            assert (response.status, response.data.decode()) == (404, BARE_404)

    def test_method_not_allowed(self, http: HttpClient) -> None:
        response = http.send("PATCH", "/job/VX-1")
        assert (response.status, response.text) == (405, '{"code":405,"message":"HTTP 405 Method Not Allowed"}')
        assert {method.strip() for method in response.headers["Allow"].split(",")} == {
            "DELETE",
            "GET",
            "HEAD",
            "OPTIONS",
            "PUT",
        }

    def test_operation_that_is_not_simulated(self, http: HttpClient) -> None:
        response = http.get("/application.wadl", accept="*/*")
        assert response.status == 501
        explanation = "get_wadl is not implemented by the simulator"
        assert from_xml(response.xml) == {"notYetImplemented": {"explanation": explanation}}

    def test_internal_error_is_a_500_and_logged(
        self, http: HttpClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def break_down(call: Request) -> Response:
            raise ZeroDivisionError("inside information")

        monkeypatch.setitem(HANDLERS, "get_jobs", break_down)
        with caplog.at_level(logging.ERROR, "vidispine.simulator"):
            response = http.get("/job")
        assert (response.status, response.error[0]) == (500, "internalServer")
        assert "inside" not in response.text
        assert "get_jobs failed" in caplog.text
        monkeypatch.undo()
        assert http.get("/job").status == 200


class TestBodies:
    @pytest.mark.parametrize(
        ("content_type", "body", "path"),
        [
            (JSON, "{", "body"),
            (JSON, "not json", "body"),
            (JSON, b"\xff\xfe{}\x00", "body"),
            (JSON, "[" * 100_000, "body"),
            (JSON, "[]", "body"),
            (JSON, "null", "body"),
            (JSON, '{"feld":[]}', "feld"),
            (JSON, '{"field":{}}', "field"),
            (JSON, '{"field":[5]}', "field[0]"),
            (JSON, '{"field":[{"key":"k","value":"v"},{"key":"k"}]}', "field[1].value"),
            (JSON, '{"field":[{"key":"k","value":{}}]}', "field[0].value"),
            (JSON, '{"field":[{"key":"k","value":"\\ud800"}]}', "field[0].value"),
            (XML, "<SimpleMetadataDocument>", "body"),
            (XML, "<JobDocument/>", "body"),
            (XML, "<SimpleMetadataDocument><feld/></SimpleMetadataDocument>", "feld"),
            (XML, "<SimpleMetadataDocument><field><key>k</key></field></SimpleMetadataDocument>", "field[0].value"),
            (
                XML,
                "<SimpleMetadataDocument><field><key>k</key><value><b/></value></field></SimpleMetadataDocument>",
                "field[0].value",
            ),
            (
                XML,
                "<SimpleMetadataDocument><field><key>k</key><key>k</key></field></SimpleMetadataDocument>",
                "field[0].key",
            ),
            (XML, "<!DOCTYPE x><SimpleMetadataDocument/>", "body"),
            (
                XML,
                '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><SimpleMetadataDocument>&a;</SimpleMetadataDocument>',
                "body",
            ),
        ],
    )
    def test_invalid_body(self, http: HttpClient, content_type: str, body: str | bytes, path: str) -> None:
        response = http.send("POST", "/job", {"type": "EXPORT"}, body=body, content_type=content_type)
        assert response.status == 400
        kind, error = response.error
        assert (kind, error["context"], error["id"]) == ("invalidInput", "body", path)
        assert "\n" not in error["explanation"]
        assert http.ids() == []

    def test_missing_body(self, http: HttpClient) -> None:
        assert http.send("POST", "/job", {"type": "EXPORT"}, body="", content_type="image/png").status == 200

    def test_unsupported_media_type(self, http: HttpClient) -> None:
        form = "application/x-www-form-urlencoded"
        response = http.send("POST", "/job", {"type": "EXPORT"}, body="a=b", content_type=form)
        assert (response.status, response.text) == (415, '{"code":415,"message":"HTTP 415 Unsupported Media Type"}')

    def test_charset_parameter_is_accepted(self, http: HttpClient) -> None:
        body = '{"field":[{"key":"itemId","value":"\u00e5"}]}'.encode()
        http.send("POST", "/job", {"type": "EXPORT"}, body=body, content_type="application/json; charset=utf-8")
        assert http.get("/job/VX-1").json["data"][0]["value"] == "\u00e5"

    def test_body_too_large(self, http: HttpClient) -> None:
        response = http.send("POST", "/job", {"type": "EXPORT"}, body=b" " * (16 * 1024 * 1024 + 1))
        assert response.status == 413
        assert http.ids() == []

    def test_unexpected_body_is_ignored(self, http: HttpClient) -> None:
        http.create()
        assert http.send("PUT", "/job/VX-1", body="{").status == 200


def test_only_the_path_is_logged(http: HttpClient, vidicore: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    vidicore.users.add("eve", "s3cr3t-pw")
    with caplog.at_level(logging.DEBUG), HttpClient(vidicore.url, "eve", "s3cr3t-pw") as eve:
        token = eve.get("/token").json["token"]
        with HttpClient(vidicore.url, token=token) as by_token:
            by_token.create("EXPORT", jobmetadata="key=s3cr3t-value")
        with HttpClient(vidicore.url, "eve", "s3cr3t-wrong") as wrong:
            assert wrong.get("/job").status == 401
    ours = [record.getMessage() for record in caplog.records if record.name == "vidispine.simulator"]
    assert ours == ["GET /API/token 200", "POST /API/job 200", "GET /API/job 401"]
    assert token not in repr(vidicore) + "".join(ours)


def test_random_requests(http: HttpClient, vidicore: Simulator) -> None:
    chance = random.Random(20240301)
    values = [
        "", "VX-1", "VX-99", "true", "false", "0", "1", "-1", "1e9", "9" * 40, "HIGH", "all", "jobId desc", "a=b", "=",
        "2024-03-01", "9999-12-31T23:59:59-14:00", "%", "\x00", "\u00e5\U0001f600", "'; DROP TABLE job; --", "*" * 50,
    ]  # fmt: skip
    bodies = [
        None,
        "",
        "{}",
        "[]",
        "5",
        '{"field":[{"key":"","value":null}]}',
        "<a/>",
        "<SimpleMetadataDocument/>",
        "\x00",
        '{"timespan":[{"field":[{"name":"title","value":[{"value":"a"}]}],"group":[{"name":"acme_b"}]}],"group":["c"]}',
        '{"timespan":[{"start":"1@PAL","end":"0"},{}]}',
        "<MetadataDocument><timespan><field><name>title</name><value/></field></timespan></MetadataDocument>",
        '{"field":[{"name":"title","value":[{"value":"*"},{"value":"\\"a*"}],"range":[{}]}],"text":[{"value":"a* b"}]}',
        '{"operator":{"operation":"NOT","operator":[{"operation":"OR"}]},"facet":[{"field":"created","range":[]}]}',
        '{"content":[{"id":"VX-1","type":"item","before":"VX-2"}],"name":"a"}',
        '{"permission":"READ","user":"admin"}',
        '{"userName":"bob","password":"","groupList":{"group":[{"groupName":"_job_read"},{}]}}',
        '{"type":"string","stringRestriction":{"pattern":"("}}',
        '{"entry":[{"value":{}}]}',
    ]
    vidicore.jobs.behave("TRANSCODE", seconds=0)
    http.create()
    http.send("POST", "/collection", {"name": "first"})
    http.send("POST", "/import/placeholder", {"container": "1"}, body=bodies[9])
    seen = set()
    for operation in map(find_operation, operation_names()):
        names = [parameter.wire for parameter in operation.parameters if parameter.location == "query"]
        for _ in range(20 if operation.name in HANDLERS else 2):
            path = operation.path
            for parameter in operation.parameters:
                path = path.replace(
                    f"{{{parameter.wire}}}", quote(chance.choice(["VX-1", "admin", *values[1:]]), safe="")
                )
            query = [(name, chance.choice(["TRANSCODE", *values])) for name in names if chance.random() < 0.4]
            response = http.send(
                operation.method,
                f"{path}?{urlencode(query)}",
                accept=chance.choice(["", JSON, XML, TEXT, "*/*", "nonsense"]),
                body=chance.choice(bodies),
                content_type=chance.choice([JSON, XML, TEXT]),
            )
            seen.add(response.status)
            assert response.status < 500 or response.status == 501, (operation.name, path, query, response.text)
        if http.get("/group").status != 200:
            # A random request may have removed its own user's roles.
            vidicore.users.add("admin", "admin", roles=["_administrator"])
    assert {200, 400, 404, 406, 415} <= seen
