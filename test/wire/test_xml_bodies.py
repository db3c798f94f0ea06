"""Documents in XML in requests and responses."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from test.support.loopback import Loopback, reply
from vidispine import (
    ApiClient,
    ApiDecodeError,
    ApiTypeError,
    ApiValueError,
    JobApi,
    JobType,
    MetadataApi,
    OtifApi,
    OtifConfigurationType,
    StorageMethodType,
)

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
TITLE = "<field><name>title</name><value>é</value></field>"
METADATA = (
    f'<MetadataDocument xmlns="{NAMESPACE}"><timespan start="-INF" end="+INF">{TITLE}</timespan></MetadataDocument>'
)
JOB = f'<JobDocument xmlns="{NAMESPACE}"><jobId>VX-1</jobId><user>Bj\xf8rn</user></JobDocument>'


def send(client: ApiClient, xml: Any) -> Any:
    return MetadataApi(client).update_metadata("item", "VX-1", xml)


def in_file(path: Path) -> Path:
    path.write_text(METADATA, encoding="utf-8")
    return path


FORMS: dict[str, Callable[[Path], Any]] = {
    "text": lambda path: METADATA,
    "bytes": lambda path: METADATA.encode(),
    "bytearray": lambda path: bytearray(METADATA.encode()),
    "path": in_file,
    "binary file": lambda path: in_file(path).open("rb"),
    "text file": lambda path: in_file(path).open(encoding="utf-8"),
    "BytesIO": lambda path: io.BytesIO(METADATA.encode()),
    "StringIO": lambda path: io.StringIO(METADATA),
}


@pytest.mark.parametrize("form", FORMS)
def test_xml_is_sent_as_it_is(server: Loopback, client: ApiClient, tmp_path: Path, form: str) -> None:
    xml = FORMS[form](tmp_path / "metadata.xml")
    try:
        send(client, xml)
    finally:
        if isinstance(xml, io.IOBase):
            xml.close()
    assert (server.last.header("Content-Type"), server.last.body) == ("application/xml", METADATA.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "us-ascii"])
def test_text_is_encoded_as_it_declares(server: Loopback, client: ApiClient, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{METADATA}'
    if encoding == "us-ascii":
        with pytest.raises(ApiValueError, match="cannot be encoded in the encoding that it declares"):
            send(client, xml)
        return
    send(client, xml)
    assert server.last.body == xml.encode(encoding)
    send(client, xml.encode(encoding))
    assert server.last.body == xml.encode(encoding)


@pytest.mark.parametrize(
    ("xml", "error", "problem"),
    [
        ("text", ApiTypeError, "must be MetadataType, a mapping or XML, not other text"),
        ('{"timespan": []}', ApiTypeError, "a mapping or XML, not other text"),
        (io.BytesIO(b"{}"), ApiTypeError, "a mapping or XML, not other text"),
        ("<MetadataDocument>", ApiValueError, "not valid XML"),
        (JOB, ApiValueError, "expected the root element MetadataDocument, got JobDocument"),
        (f"<!DOCTYPE x>{METADATA}", ApiValueError, "DOCTYPE"),
        (b"<MetadataDocument>\xff</MetadataDocument>", ApiValueError, "not valid XML"),
        (f"<MetadataDocument>{'<x>' * 999}{'</x>' * 999}</MetadataDocument>", ApiValueError, "200 levels"),
        (Path("/missing/metadata.xml"), ApiValueError, r"cannot read '/missing/metadata.xml'"),
    ],
)
def test_what_is_rejected(server: Loopback, client: ApiClient, xml: Any, error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=problem) as caught:
        send(client, xml)
    assert "\n" not in str(caught.value)
    assert server.requests == []


def test_a_model_with_an_attribute_named_read_is_no_file(server: Loopback, client: ApiClient) -> None:
    with pytest.raises(ApiTypeError, match="must be MetadataType, not StorageMethodType"):
        send(client, StorageMethodType.from_document({"read": True}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "field",
    [
        "<field><name>__user</name><value>a</value></field>",
        "<field><name>&#95;_user</name></field>",
        "<field><name><![CDATA[__user]]></name></field>",
        "<field name='__user'/>",
        "<v:field xmlns:v='http://xml.vidispine.com/schema/vidispine'><v:name>__user</v:name></v:field>",
    ],
)
def test_transient_fields_are_removed(server: Loopback, client: ApiClient, field: str, encoding: str) -> None:
    xml = METADATA.replace(TITLE, f"{field}{TITLE}").encode(encoding)
    send(client, xml)
    root = ET.fromstring(server.last.body)
    assert [name.text for name in root.iter(f"{{{NAMESPACE}}}name")] == ["title"]
    assert b"user" not in server.last.body


@pytest.mark.parametrize(
    "document",
    [{"title": "Loudness check", "id": "1"}, OtifConfigurationType(id="1", title="Loudness check")],
)
def test_documents_are_sent_as_xml_where_servers_take_nothing_else(
    server: Loopback, client: ApiClient, document: Any
) -> None:
    server.responses = [reply({"id": "1"})]
    OtifApi(client).create_otif_configuration("5f0c", document)
    assert server.last.header("Content-Type") == "application/xml"
    assert server.last.body.decode() == (
        '<?xml version="1.0"?>\n'
        f'<OtifConfigurationDocument xmlns="{NAMESPACE}"><id>1</id><title>Loudness check</title>'
        "</OtifConfigurationDocument>"
    )


@pytest.mark.parametrize(
    ("media_type", "encoding"),
    [
        ("application/xml", "utf-8"),
        ("application/xml;charset=UTF-8", "utf-8"),
        ("Text/XML; charset=iso-8859-1", "iso-8859-1"),
        ("application/vnd.vidispine+xml", "utf-8"),
        ("application/xml", "utf-16"),
        ("", "utf-8"),
        ("", "utf-16"),
        ("", "utf-8-sig"),
    ],
)
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0"?>\n'])
def test_a_response_in_xml(
    server: Loopback, client: ApiClient, media_type: str, encoding: str, declaration: str
) -> None:
    server.responses = [reply(f"{declaration}{JOB}".encode(encoding), media_type=media_type)]
    job = JobApi(client).get_job("VX-1")
    assert isinstance(job, JobType)
    assert job.to_document() == {"jobId": "VX-1", "user": "Bj\xf8rn"}


def test_a_response_that_is_another_document(server: Loopback, client: ApiClient) -> None:
    server.responses = [reply("<ItemDocument/>", media_type="application/xml")]
    with pytest.raises(ApiDecodeError, match="expected the root element JobDocument, got ItemDocument") as caught:
        JobApi(client).get_job("VX-1")
    assert caught.value.operation == "get_job"
    assert caught.value.body == "<ItemDocument/>"


def test_the_text_is_returned_if_xml_is_requested(server: Loopback, client: ApiClient) -> None:
    server.responses = [reply(JOB, media_type="application/xml")]
    found: Any = JobApi(client).get_job("VX-1", _accept="application/xml")
    assert found == JOB
    assert server.last.header("Accept") == "application/xml"
