"""A workflow with curl in XML and plain text, as in the vendor's documentation."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from vidispine.simulator import Simulator

SPACE = "{http://xml.vidispine.com/schema/vidispine}"
XML = "application/xml"

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="this system has no curl")

METADATA = """<?xml version="1.0" encoding="UTF-8"?>
<MetadataDocument xmlns="http://xml.vidispine.com/schema/vidispine">
  <timespan start="-INF" end="+INF">
    <field><name>title</name><value>Evening news</value></field>
  </timespan>
</MetadataDocument>"""

PRESET = """<TranscodePresetDocument xmlns="http://xml.vidispine.com/schema/vidispine">
  <format>mp4</format>
  <audio><codec>aac</codec><bitrate>128000</bitrate></audio>
  <video>
    <scaling><width>512</width><height>288</height></scaling>
    <codec>h264</codec><resolution><width>512</width><height>288</height></resolution>
  </video>
</TranscodePresetDocument>"""

SEARCH = """<ItemSearchDocument xmlns="http://xml.vidispine.com/schema/vidispine">
  <field><name>title</name><value>Evening news</value></field>
</ItemSearchDocument>"""

STORAGE = """<StorageDocument xmlns="http://xml.vidispine.com/schema/vidispine">
  <type>LOCAL</type><capacity>1000000000</capacity>
  <method><uri>file:///srv/media1/</uri><read>true</read><write>true</write><browse>true</browse></method>
</StorageDocument>"""

NOTIFICATION = """<NotificationDocument xmlns="http://xml.vidispine.com/schema/vidispine">
  <action><http synchronous="false"><retry>3</retry><contentType>application/xml</contentType>
    <url>http://127.0.0.1:9/</url><method>POST</method><timeout>5</timeout></http></action>
  <trigger><job><stop/></job></trigger>
</NotificationDocument>"""


class Curl:
    """Runs curl as the administrator."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, *arguments: str, path: str) -> str:
        """Return the output of curl: the body, then the status on its own line."""
        command = ["curl", "-sS", "-u", "admin:admin", "-w", "\n%{http_code}", *arguments, f"{self.url}/API{path}"]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def xml(self, method: str, path: str, document: str | None = None, status: int = 200) -> ET.Element:
        body = [] if document is None else ["-H", f"Content-Type: {XML}", "--data-binary", document]
        text, _, code = self.run("-X", method, "-H", f"Accept: {XML}", *body, path=path).rpartition("\n")
        assert int(code) == status, text
        return ET.fromstring(text) if text.strip() else ET.Element("nothing")

    def text(self, method: str, path: str, *arguments: str) -> str:
        text, _, code = self.run("-X", method, "-H", "Accept: text/plain", *arguments, path=path).rpartition("\n")
        assert code == "200", text
        return text

    def wait(self, job: ET.Element) -> str:
        """Poll a job's state as text until it is final."""
        assert job.tag == f"{SPACE}JobDocument"
        id = job.findtext(f"{SPACE}jobId")
        state = "READY"
        while state in ("READY", "STARTED"):
            time.sleep(0.02)
            state = self.text("GET", f"/job/{id}")
        return state


@pytest.fixture
def curl() -> Iterator[Curl]:
    with Simulator(speed=50) as vidicore:
        yield Curl(vidicore.url)


def texts(element: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in element.iterfind("/".join(f"{SPACE}{name}" for name in path.split("/")))]


def test_import_to_placeholder(curl: Curl, tmp_path: Path) -> None:
    (tmp_path / "clip.mov").write_bytes(os.urandom(100_000))
    source, out = (tmp_path / "clip.mov").as_uri(), f"{(tmp_path / 'out').as_uri()}/"
    curl.xml("PUT", "/shape-tag/lowres", PRESET)
    assert texts(curl.xml("GET", "/shape-tag"), "uri") == ["original", "lowres"]
    preset = curl.xml("GET", "/shape-tag/lowres")
    assert (texts(preset, "format"), texts(preset, "video/resolution/width")) == (["mp4"], ["512"])

    made = curl.xml("POST", "/import/placeholder?container=1", METADATA)
    assert made.tag == f"{SPACE}ItemDocument"
    item = made.get("id")
    send = ["-H", f"Content-Type: {XML}", "--data-binary", METADATA]
    again = curl.text("POST", "/import/placeholder?container=1", *send)
    assert (item, again) == ("VX-1", "VX-2")
    job = curl.xml("POST", f"/import/placeholder/{item}/container?uri={source}&tag=lowres")
    assert texts(job, "type") + texts(job, "status") == ["PLACEHOLDER_IMPORT", "READY"]
    assert curl.wait(job) == "FINISHED"
    document = curl.xml("GET", f"/job/{texts(job, 'jobId')[0]}?metadata=true")
    data = dict(zip(texts(document, "data/key"), texts(document, "data/value")))
    assert (data["itemId"], data["tags"]) == (item, "lowres")
    refused = curl.xml("POST", f"/import/placeholder/{item}/container?uri={source}", status=400)
    assert refused.tag == f"{SPACE}ExceptionDocument"
    assert texts(refused, "invalidInput/value") == ["CONTAINER_COMPONENT"]

    shapes = texts(curl.xml("GET", f"/item/{item}/shape"), "uri")
    assert len(shapes) == 2
    assert curl.text("GET", f"/item/{item}/shape?tag=lowres") == f"{shapes[1]}\r\n"
    shape = curl.xml("GET", f"/item/{item}/shape/{shapes[0]}")
    assert shape.tag == f"{SPACE}ShapeDocument"
    assert texts(shape, "tag") + texts(shape, "mimeType") == ["original", "video/quicktime"]
    assert texts(shape, "containerComponent/file/size") == ["100000"]
    assert texts(shape, "videoComponent/resolution/height") == ["1080"]

    export = curl.xml("POST", f"/item/{item}/export?uri={out}&tag=original&useOriginalFilename=true")
    assert curl.wait(export) == "FINISHED"
    assert (tmp_path / "out" / "clip.mov").read_bytes() == (tmp_path / "clip.mov").read_bytes()
    hits = curl.xml("PUT", "/item", SEARCH)
    assert texts(hits, "hits") == ["2"]
    assert {found.get("id") for found in hits.iterfind(f"{SPACE}item")} == {"VX-1", "VX-2"}
    with_shapes = curl.xml("GET", f"/item/{item}?content=shape,thumbnail")
    assert texts(with_shapes, "shape/id") == shapes
    assert texts(with_shapes, "thumbnails/uri") == [f"{curl.url}/API/thumbnail/VX-1/{item}/0@PAL"]


def test_import_and_transcode(curl: Curl, tmp_path: Path) -> None:
    (tmp_path / "clip.mxf").write_bytes(os.urandom(50_000))
    curl.xml("PUT", "/shape-tag/lowres", PRESET)
    job = curl.xml("POST", f"/import?uri={(tmp_path / 'clip.mxf').as_uri()}", METADATA)
    assert curl.wait(job) == "FINISHED"
    assert curl.wait(curl.xml("POST", "/item/VX-1/transcode?tag=lowres&priority=LOWEST")) == "FINISHED"
    assert len(texts(curl.xml("GET", "/item/VX-1/shape?tag=lowres"), "uri")) == 1
    missing = curl.xml("POST", "/item/VX-1/transcode?tag=hires", status=404)
    assert texts(missing, "notFound/type") + texts(missing, "notFound/id") == ["shape-tag", "hires"]
    listed = curl.xml("GET", "/job?user=false&type=TRANSCODE&metadata=true")
    assert texts(listed, "hits") + texts(listed, "job/status") == ["1", "FINISHED"]
    failed = curl.xml("POST", "/import?uri=file:///nowhere/at/all.mov", METADATA)
    assert curl.wait(failed) == "FAILED_TOTAL"


def test_upload_and_download_file_of_a_storage(curl: Curl, tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    (tmp_path / "clip.mov").write_bytes(data)
    storage = curl.xml("POST", "/storage", STORAGE)
    assert texts(storage, "state") + texts(storage, "freeCapacity") == ["NONE", "1000000000"]
    (id,) = texts(storage, "id")
    assert curl.text("GET", f"/storage/{id}/status") == "READY"
    send = ["-H", "Content-Type: application/octet-stream", "--data-binary", f"@{tmp_path / 'clip.mov'}"]
    file = curl.text("POST", f"/storage/{id}/file/data?path=in/clip.mov", *send)
    document = curl.xml("GET", f"/file/{file}")
    assert texts(document, "path") + texts(document, "uri") == ["in/clip.mov", "file:///srv/media1/in/clip.mov"]
    target = tmp_path / "part.mov"
    target.write_bytes(data[:1_000_000])
    assert curl.run("-C", "-", "-o", str(target), path=f"/file/{file}/data") == "\n206"
    assert target.read_bytes() == data
    # -T with a pipe uses the chunked transfer encoding.
    url = f"{curl.url}/API/storage/{id}/file/data?path=piped.mov"
    headers = "-H 'Accept: text/plain' -H 'Content-Type: application/octet-stream'"
    command = f"cat '{tmp_path / 'clip.mov'}' | curl -sS -u admin:admin -X POST -T - {headers} '{url}'"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert texts(curl.xml("GET", f"/file/{done.stdout}"), "size") == ["3000000"]
    listed = curl.xml("GET", f"/storage/file?storage={id}&sort=path")
    assert texts(listed, "hits") + texts(listed, "file/path") == ["2", "in/clip.mov", "piped.mov"]


def test_chunked_upload(curl: Curl, tmp_path: Path) -> None:
    data = os.urandom(250_000)
    for index in (200_000, 0, 100_000):
        (tmp_path / "chunk").write_bytes(data[index : index + 100_000])
        headers = ["-H", "size: 250000", "-H", f"index: {index}", "-H", "Content-Type: application/octet-stream"]
        path = "/import/raw?transferId=upload-1&filename=clip.mov"
        text, _, code = curl.run(
            "-X", "POST", "-H", f"Accept: {XML}", *headers, "--data-binary", f"@{tmp_path / 'chunk'}", path=path
        ).rpartition("\n")
        assert code == ("200" if index == 100_000 else "204")
    job = ET.fromstring(text)
    assert curl.wait(job) == "FINISHED"
    transfer = curl.xml("GET", "/transfer/upload-1")
    assert texts(transfer, "state") + texts(transfer, "transferred") == ["FINISHED", "250000"]
    assert texts(curl.xml("GET", "/item/VX-1/shape/VX-1"), "containerComponent/file/size") == ["250000"]


def test_notification_in_xml(curl: Curl) -> None:
    made = curl.xml("POST", "/job/notification", NOTIFICATION)
    assert made.tag == f"{SPACE}URIListDocument"
    (id,) = texts(made, "uri")
    assert curl.text("GET", "/job/notification").endswith(f"/API/job/notification/{id}\r\n")
    read = curl.xml("GET", f"/job/notification/{id}")
    (http,) = read.iterfind(f"{SPACE}action/{SPACE}http")
    assert (http.get("synchronous"), texts(http, "url")) == ("false", ["http://127.0.0.1:9/"])
    assert len(list(read.iterfind(f"{SPACE}trigger/{SPACE}job/{SPACE}stop"))) == 1
