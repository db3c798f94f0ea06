"""Documents in XML: reading any notation, writing in the server's order, and no document types."""

from __future__ import annotations

import copy
import json
import math
import pickle
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vidispine
from test.support.document_strategies import MODELS, TIMES, model_in
from vidispine import models
from vidispine._documents.model import Field, Model

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
JOB = """<?xml version="1.0" encoding="UTF-8"?>
<JobDocument xmlns="http://xml.vidispine.com/schema/vidispine">
  <jobId>VX-12</jobId><user>admin</user>
  <started>2024-03-01T10:00:00.000Z</started>
  <status>STARTED</status><type>TRANSCODE</type><priority>MEDIUM</priority>
  <currentStep><description>Transcoding</description><number>2</number><status>STARTED</status></currentStep>
  <totalSteps>4</totalSteps>
  <data><key>itemId</key><value>VX-7</value></data>
  <log><task id="31"><step>1</step><attempts>1</attempts><status>FINISHED</status>
    <timestamp>2024-03-01T10:00:01.000Z</timestamp><description>Checking</description>
    <progress total="100" unit="percent">37.5</progress>
    <subStep><timestamp>2024-03-01T10:00:01.500Z</timestamp><description>one</description></subStep></task></log>
</JobDocument>"""
JOB_AS_JSON = {
    "jobId": "VX-12",
    "user": "admin",
    "started": "2024-03-01T10:00:00.000Z",
    "status": "STARTED",
    "type": "TRANSCODE",
    "priority": "MEDIUM",
    "currentStep": {"description": "Transcoding", "number": 2, "status": "STARTED"},
    "totalSteps": 4,
    "data": [{"key": "itemId", "value": "VX-7"}],
    "log": {
        "task": [
            {
                "id": 31,
                "step": 1,
                "attempts": 1,
                "status": "FINISHED",
                "timestamp": "2024-03-01T10:00:01.000Z",
                "description": "Checking",
                "progress": {"total": 100, "unit": "percent", "value": 37.5},
                "subStep": [{"timestamp": "2024-03-01T10:00:01.500Z", "description": "one"}],
            }
        ]
    },
}
FEW = settings(
    max_examples=4,
    derandomize=True,
)


# What is read


def test_xml_is_read_as_the_same_document_as_json() -> None:
    job = vidispine.JobType.from_xml(JOB)
    assert job.to_document() == JOB_AS_JSON
    assert job == vidispine.JobType.from_document(JOB_AS_JSON)
    assert job.log
    assert job.log.task
    assert job.log.task[0].progress
    assert (job.log.task[0].id, job.log.task[0].progress.value, job.total_steps) == (31, 37.5, 4)
    assert vidispine.JobType.from_json(job.to_json()) == job


@pytest.mark.parametrize(
    "document",
    [
        JOB.replace(' xmlns="http://xml.vidispine.com/schema/vidispine"', ""),
        re.sub("<(/?)(?=[a-zA-Z])", r"<\1ns2:", JOB).replace("xmlns=", "xmlns:ns2="),
        JOB.replace(NAMESPACE, "urn:of-another-version"),
        re.sub(">\\s+<", "><", JOB),
        re.sub("<status>", "<!-- the state --><status>", JOB),
        JOB.replace("MEDIUM", "<![CDATA[MEDIUM]]>"),
        JOB.replace("<totalSteps>4", "<totalSteps> 4\n").replace("Z</started>", "Z </started>"),
    ],
    ids=["no namespace", "prefix", "other namespace", "no spaces", "comments", "CDATA", "spaces"],
)
def test_notations_of_the_same_document(document: str) -> None:
    job = vidispine.JobType.from_xml(document)
    assert job.to_document() == JOB_AS_JSON
    assert vidispine.JobType.from_xml(job.to_xml()) == job


def test_attributes_and_elements_are_exchangeable_when_read() -> None:
    swapped = JOB.replace('<task id="31"><step>1</step>', '<task step="1"><id>31</id>')
    assert vidispine.JobType.from_xml(swapped).to_document() == JOB_AS_JSON


ENCODINGS = ["utf-8", "utf8", "UTF8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1", "windows-1252"]


@pytest.mark.parametrize("encoding", [*ENCODINGS, "shift_jis", "koi8-r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
def test_encodings(encoding: str, mark: str) -> None:
    text = "日本" if encoding == "shift_jis" else "Привет" if encoding == "koi8-r" else "Blåbær é"
    if mark and not encoding.lower().startswith("utf"):
        pytest.skip("only UTF has a byte order mark")
    mark = "" if encoding in ("utf-16", "utf-32") else mark  # these codecs write one
    document = f'{mark}<?xml version="1.0" encoding="{encoding}"?>\n<JobDocument><user>{text}</user></JobDocument>'
    assert vidispine.JobType.from_xml(document.encode(encoding)).user == text
    # The text of a str has no encoding, regardless of its declaration.
    assert vidispine.JobType.from_xml(document).user == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("start", ["", "\n ", '<?xml version="1.0" encoding="UTF-8"?>'])
def test_encodings_without_a_mark(encoding: str, start: str) -> None:
    text = f"{start}<JobDocument><user>é</user></JobDocument>"
    assert vidispine.JobType.from_xml(text.encode(encoding)).user == "é"


def test_the_charset_of_the_content_type_precedes_the_declaration() -> None:
    body = '<?xml version="1.0" encoding="utf-8"?><JobDocument><user>é</user></JobDocument>'.encode("latin-1")
    assert vidispine.parse_document(body, "text/xml; Charset='iso-8859-1'").user == "é"
    with pytest.raises(vidispine.ApiDecodeError, match="not valid XML"):
        vidispine.parse_document(body, "text/xml")
    with pytest.raises(vidispine.ApiDecodeError, match="encoding nonsense is unknown"):
        vidispine.parse_document(body, "text/xml;charset=nonsense")


def test_undeclared_elements_and_attributes_are_kept_and_written_back() -> None:
    text = (
        f'<JobDocument xmlns="{NAMESPACE}" site="Oslo"><jobId>VX-1</jobId><status n="1">READY</status>'
        '<acme a="1">kept</acme><many><x>1</x><x>2</x></many><tag>one</tag><tag>two</tag><empty/>'
        '<deep a="1"><value>an element</value>and text</deep>'
        '<o:foreign xmlns:o="urn:o" o:b="2"><o:c/></o:foreign></JobDocument>'
    )
    job = vidispine.JobType.from_xml(text)
    assert job.status == "READY"
    assert dict(job.additional_properties) == {
        "site": "Oslo",
        "acme": {"a": "1", "value": "kept"},
        "many": {"x": ["1", "2"]},
        "tag": ["one", "two"],
        "empty": "",
        "deep": {"a": "1", "value": "an element", "#text": "and text"},
        "{urn:o}foreign": {"{urn:o}b": "2", "{urn:o}c": ""},
    }
    copies = [job, copy.copy(job), copy.deepcopy(job), pickle.loads(pickle.dumps(job))]
    copies.append(vidispine.JobType.from_document(job.to_document()))
    job_with_change = copy.deepcopy(job)
    job_with_change.user = "alice"
    for copied in [*copies, job_with_change]:
        root = ET.fromstring(copied.to_xml())
        assert root.get("site") == "Oslo"
        assert _shape(root.find(f"{{{NAMESPACE}}}acme")) == ("acme", {"a": "1"}, "kept", [])
        assert _shape(root.find(f"{{{NAMESPACE}}}status")) == ("status", {"n": "1"}, "READY", [])
        foreign = root.find("{urn:o}foreign")
        assert foreign is not None
        assert foreign.attrib == {"{urn:o}b": "2"}
        assert [child.tag for child in foreign] == ["{urn:o}c"]
        assert vidispine.JobType.from_xml(copied.to_xml()) == copied
    # What was an attribute is not part of the document.
    assert job == vidispine.JobType.from_document(json.loads(job.to_json()))
    assert json.loads(job.to_json()) == job.to_document()


def _shape(element: ET.Element | None) -> tuple[str, dict[str, str], str | None, list[Any]]:
    assert element is not None
    return element.tag.rpartition("}")[2], element.attrib, element.text, list(element)


def test_nil_is_null() -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"'
    text = f'<JobDocument {xsi}><user xsi:nil="true"/><currentStep xsi:nil="1"/><other xsi:nil="true"/></JobDocument>'
    job = vidispine.JobType.from_xml(text)
    assert job.to_document() == {"user": None, "currentStep": None, "other": None}
    assert (job.user, job.current_step) == (None, None)
    assert vidispine.JobType.from_xml(job.to_xml()).to_document() == job.to_document()


@pytest.mark.parametrize("value", ["true", "1", " true ", "TRUE"])
def test_notations_of_nil(value: str) -> None:
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    job = vidispine.JobType.from_xml(f'<JobDocument><user a:nil="{value}" xmlns:a="{xsi}"/></JobDocument>')
    assert job.to_document() == {"user": None}
    for value in ("false", "0", ""):
        job = vidispine.JobType.from_xml(f'<JobDocument><user a:nil="{value}" xmlns:a="{xsi}"/></JobDocument>')
        assert job.to_document() == {"user": ""}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('<a:containerComponent i:type="a:VideoType"><a:id>VX-3</a:id></a:containerComponent>', 'xsi:type="VideoType"'),
        ('<a:containerComponent i:type=" a:VideoType "/>', 'xsi:type="VideoType"'),
        ('<a:containerComponent i:type="other"/>', 'xsi:type="other"'),
        ('<a:containerComponent i:type="none:Type"/>', 'xsi:type="none:Type"'),
        ('<a:other i:type="s:string">text</a:other>', 'xsi:type="xs:string"'),
        ('<a:other i:type="s:string" b="1"><a:c/></a:other>', 'xsi:type="xs:string"'),
        ('<a:other i:type="o:Type" xmlns:o="urn:o"><a:c/></a:other>', 'xsi:type="ns0:Type"'),
        ('<a:id i:type="s:string">VX-1</a:id>', 'xsi:type="xs:string"'),
    ],
)
@pytest.mark.parametrize("namespace", ["http://xml.vidispine.com/schema/vidispine", "urn:another"])
def test_types_are_written_back(text: str, written: str, namespace: str) -> None:
    xsi, xs = "http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/2001/XMLSchema"
    start = f'<a:ShapeDocument xmlns:a="{namespace}" xmlns:i="{xsi}" xmlns:s="{xs}">'
    untyped = re.sub(r' i:type="[^"]*"', "", text)
    shape = vidispine.ShapeType.from_xml(f"{start}{text}</a:ShapeDocument>")
    # The type is stored beside the document: neither compared, nor sent in JSON.
    assert shape.to_document() == vidispine.ShapeType.from_xml(f"{start}{untyped}</a:ShapeDocument>").to_document()
    assert "type" not in shape.to_json()
    for model in (shape, copy.deepcopy(shape), pickle.loads(pickle.dumps(shape))):
        assert written in model.to_xml()
        assert vidispine.ShapeType.from_xml(model.to_xml()).to_xml() == model.to_xml()
    if "ns0" in written:
        assert 'xmlns:ns0="urn:o"' in shape.to_xml()


def test_types_stay_when_a_value_changes() -> None:
    xsi, xs = "http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/2001/XMLSchema"
    value = '<value xsi:type="xs:string">News</value>'
    metadata = vidispine.MetadataType.from_xml(
        f'<MetadataDocument xmlns:xsi="{xsi}" xmlns:xs="{xs}"><timespan start="-INF" end="+INF">'
        f"<field><name>title</name>{value}</field></timespan></MetadataDocument>"
    )
    metadata["title"] = "Late news"
    assert '<value xsi:type="xs:string">Late news</value>' in metadata.to_xml()


def test_attributes_of_an_unknown_namespace_of_the_root_are_members() -> None:
    text = '<v:JobDocument xmlns:v="urn:other"><v:log><v:task v:id="3" id2="4"/></v:log></v:JobDocument>'
    assert vidispine.JobType.from_xml(text).to_document() == {"log": {"task": [{"id": 3, "id2": "4"}]}}


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("a<user>x</user>b<status>y</status>c", {"user": "x", "status": "y", "value": "abc"}),
        ("<log>a<task id='1'/>b</log>", {"log": {"task": [{"id": 1}], "value": "ab"}}),
        ("<data><value>v</value>a</data>", {"data": [{"value": "v", "#text": "a"}]}),
        ("\n<user>x</user>\n<status>y</status>\n", {"user": "x", "status": "y"}),
    ],
)
def test_text_between_elements_is_kept(text: str, document: dict[str, Any]) -> None:
    job = vidispine.JobType.from_xml(f"<JobDocument>{text}</JobDocument>")
    assert job.to_document() == document
    assert vidispine.JobType.from_xml(job.to_xml()) == job


def test_a_declared_element_that_comes_twice_is_not_lost() -> None:
    job = vidispine.JobType.from_xml("<JobDocument><user>a</user><user>b</user></JobDocument>")
    assert job.to_document() == {"user": ["a", "b"]}
    with pytest.raises(vidispine.ApiDecodeError, match=r"JobType.user: expected a string, got a list"):
        _ = job.user


def test_numbers_keep_their_notation() -> None:
    text = "<JobDocument><totalSteps>007</totalSteps></JobDocument>"
    job = vidispine.JobType.from_xml(text)
    assert job.total_steps == 7
    assert "<totalSteps>007</totalSteps>" in job.to_xml()
    for value in ("1_000", "1" * 5000, "x"):
        job = vidispine.JobType.from_xml(f"<JobDocument><totalSteps>{value}</totalSteps></JobDocument>")
        assert job.to_document() == {"totalSteps": value}
    assert vidispine.JobType.from_xml("<JobDocument><totalSteps/><started/></JobDocument>").total_steps is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1.0), ("+1", 1.0), ("1e3", 1000.0), (" 2.5 ", 2.5), (".5", 0.5), ("INF", math.inf), ("-INF", -math.inf)],
)
def test_numbers_in_the_notations_of_xml(text: str, value: float) -> None:
    amount = vidispine.AmountType.from_xml(f"<AmountType><value>{text}</value></AmountType>")
    assert amount.value == value
    assert f"<value>{text.strip()}</value>" in amount.to_xml()
    assert f"<value>{text.strip()}</value>" in vidispine.AmountType.from_json(amount.to_json()).to_xml()


def test_numbers_that_are_not_finite_are_written_as_xml_has_them() -> None:
    for value, text in ((math.inf, "INF"), (-math.inf, "-INF"), (math.nan, "NaN")):
        assert f"<value>{text}</value>" in vidispine.AmountType(value=value).to_xml()


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-03-01T24:00:00Z", "2024-03-02T00:00:00+00:00"),
        ("2024-03-01T10:00:00.1234567Z", "2024-03-01T10:00:00.123456+00:00"),
        ("2024-03-01T10:00:00-14:00", "2024-03-01T10:00:00-14:00"),
        ("2024-03-01+02:00", "2024-03-01T00:00:00+02:00"),
        ("2024-03-01Z", "2024-03-01T00:00:00+00:00"),
        ("2024-03-01-0500", "2024-03-01T00:00:00-05:00"),
        ("2024-03-01", "2024-03-01T00:00:00"),
    ],
)
def test_times_in_the_notations_of_xml(text: str, time: str) -> None:
    job = vidispine.JobType.from_xml(f"<JobDocument><started>{text}</started></JobDocument>")
    assert job.started is not None
    assert job.started.isoformat() == time
    assert vidispine.JobType.from_json(job.to_json()) == job


@pytest.mark.parametrize("text", ["-0044-03-15T00:00:00Z", "12024-03-01T00:00:00Z", "2024-02-30T00:00:00Z"])
def test_times_that_python_does_not_have_are_kept(text: str) -> None:
    job = vidispine.JobType.from_xml(f"<JobDocument><started>{text}</started></JobDocument>")
    with pytest.raises(vidispine.ApiDecodeError, match=r"JobType.started: expected an ISO 8601 time"):
        _ = job.started
    assert f"<started>{text}</started>" in job.to_xml()


def test_an_empty_value_is_an_empty_string() -> None:
    value = vidispine.MetadataValueType.from_xml('<value uuid="1"/>')
    assert value.to_document() == {"uuid": "1", "value": ""}


# Documents as servers write them, and the same in JSON.
DOCUMENTS = {
    "JobType": (JOB, JOB_AS_JSON),
    "JobListType": (
        (
            "<JobListDocument{ns}><hits>2</hits>"
            "<job><jobId>VX-2</jobId><status>READY</status><type>EXPORT</type><priority>LOW</priority></job>"
            "<job><jobId>VX-1</jobId><status>FINISHED</status><type>EXPORT</type><priority>LOW</priority></job>"
            "</JobListDocument>"
        ),
        {
            "hits": 2,
            "job": [
                {"jobId": "VX-2", "status": "READY", "type": "EXPORT", "priority": "LOW"},
                {"jobId": "VX-1", "status": "FINISHED", "type": "EXPORT", "priority": "LOW"},
            ],
        },
    ),
    "JobProblemListType": (
        (
            "<JobProblemListDocument{ns}><problem><id>4</id><type>SomeProblem</type>"
            "<data><key>k</key><value>v</value></data><job>VX-12</job></problem></JobProblemListDocument>"
        ),
        {"problem": [{"id": 4, "type": "SomeProblem", "data": [{"key": "k", "value": "v"}], "job": ["VX-12"]}]},
    ),
    "URIListType": (
        "<URIListDocument{ns}><hits>1</hits><uri>VX-573</uri></URIListDocument>",
        {"hits": 1, "uri": ["VX-573"]},
    ),
    "SimpleMetadataType": (
        '<SimpleMetadataDocument{ns}><field><key>k</key><value mode="add">v</value></field></SimpleMetadataDocument>',
        {"field": [{"key": "k", "value": "v"}]},
    ),
    "MetadataType": (
        (
            '<MetadataDocument{ns}><revision>VX-1,VX-2</revision><timespan start="-INF" end="+INF">'
            '<field uuid="f"><name>title</name><value uuid="v" user="admin" change="VX-2">My clip</value></field>'
            '<group mode="add"><name>acme_person</name><field><name>acme_name</name>'
            '<value lang="en">Ada</value></field></group></timespan></MetadataDocument>'
        ),
        {
            "revision": "VX-1,VX-2",
            "timespan": [
                {
                    "start": "-INF",
                    "end": "+INF",
                    "field": [
                        {
                            "uuid": "f",
                            "name": "title",
                            "value": [{"uuid": "v", "user": "admin", "change": "VX-2", "value": "My clip"}],
                        }
                    ],
                    "group": [
                        {
                            "mode": "add",
                            "name": "acme_person",
                            "field": [{"name": "acme_name", "value": [{"lang": "en", "value": "Ada"}]}],
                        }
                    ],
                }
            ],
        },
    ),
    "UserType": (
        "<UserDocument{ns}><userName>vidispine-monitor</userName><realName>x</realName></UserDocument>",
        {"userName": "vidispine-monitor", "realName": "x"},
    ),
    "ItemSearchType": (
        (
            "<ItemSearchDocument{ns}><field><name>title</name><value>news</value></field>"
            "<highlight><prefix>&lt;b></prefix><suffix>&lt;/b></suffix></highlight></ItemSearchDocument>"
        ),
        {
            "field": [{"name": "title", "value": [{"value": "news"}]}],
            "highlight": {"prefix": "<b>", "suffix": "</b>"},
        },
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_of_servers(name: str) -> None:
    text, document = DOCUMENTS[name]
    text = text.replace("{ns}", f' xmlns="{NAMESPACE}"')
    model = getattr(vidispine, name).from_xml(text)
    assert type(vidispine.parse_document(text)) is type(model)
    assert model.to_document() == document
    assert model == type(model).from_json(json.dumps(document))
    model.validate()
    assert _contents(ET.fromstring(model.to_xml())) == _contents(ET.fromstring(text))


def _contents(element: ET.Element) -> tuple[str, dict[str, str], str, list[Any]]:
    """Return an element without the order of elements of different names, and without the spaces between them."""
    children = sorted((_contents(child) for child in element), key=lambda one: one[0])
    return element.tag, element.attrib, (element.text or "").strip(), children


# What is refused


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not valid XML: no element found"),
        ("{}", "not valid XML"),
        ("<JobDocument>", "not valid XML: no element found"),
        ("<JobDocument></jobDocument>", "not valid XML: mismatched tag"),
        ("<JobDocument/><JobDocument/>", "not valid XML: junk"),
        ("<a:JobDocument/>", "not valid XML: unbound prefix"),
        ("<JobDocument>&foo;</JobDocument>", "not valid XML: undefined entity"),
        (b"<JobDocument>\xff</JobDocument>", "not valid XML"),
        ("<JobDocument>\ud800</JobDocument>", "not valid XML"),
        (b'<?xml version="1.0" encoding="idna"?><JobDocument/>', "the encoding idna is unknown"),
        ("<ItemDocument/>", "expected the root element JobDocument, got ItemDocument"),
        ("<html/>", "expected the root element JobDocument, got html"),
        ("<!DOCTYPE JobDocument><JobDocument/>", "document type .* not allowed"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><JobDocument>&a;</JobDocument>', "document type .* not allowed"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><JobDocument/>', "document type .* not allowed"),
        (f"<!--{'x' * 99999}--><!DOCTYPE x><JobDocument/>", "document type .* not allowed"),
        ("<!DOCTYPE x><JobDocument/>".encode("utf-16"), "document type .* not allowed"),
    ],
)
def test_invalid_xml(text: str | bytes, problem: str) -> None:
    with pytest.raises(vidispine.ApiDecodeError, match=problem) as caught:
        vidispine.JobType.from_xml(text)
    assert "\n" not in str(caught.value)


def test_a_document_type_may_be_mentioned() -> None:
    text = "<JobDocument><user><![CDATA[<!DOCTYPE x>]]></user><!-- <!DOCTYPE x> --></JobDocument>"
    assert vidispine.JobType.from_xml(text).user == "<!DOCTYPE x>"


def test_depth_and_size_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for levels in (201, 20_000):
        deep = "<subJob>" * (levels - 1) + "</subJob>" * (levels - 1)
        with pytest.raises(vidispine.ApiDecodeError, match="nested more than 200 levels deep"):
            vidispine.JobType.from_xml(f"<JobDocument>{deep}</JobDocument>")
        with pytest.raises(vidispine.ApiDecodeError, match="nested more than 200 levels deep"):
            vidispine.JobType.from_xml(f"<JobDocument>{deep.replace('subJob', 'x')}</JobDocument>")
    deep = "<subJob>" * 199 + "</subJob>" * 199
    job = vidispine.JobType.from_xml(f"<JobDocument>{deep}</JobDocument>")
    assert vidispine.JobType.from_xml(job.to_xml()) == job
    monkeypatch.setattr("vidispine._documents.xml_parser.MAX_BYTES", 1024 * 1024)
    with pytest.raises(vidispine.ApiDecodeError, match="more than 1 MiB"):
        vidispine.JobType.from_xml("<JobDocument/>" + " " * 1024 * 1024)


@pytest.mark.parametrize("value", [None, 1, {}, ET.Element("JobDocument")])
def test_other_types(value: Any) -> None:
    with pytest.raises(vidispine.ApiTypeError, match="must be text or bytes"):
        vidispine.JobType.from_xml(value)
    with pytest.raises(vidispine.ApiTypeError, match="takes text or bytes"):
        vidispine.JobType.from_json(value)


# from_json and parse_document


def test_from_json() -> None:
    text = json.dumps(JOB_AS_JSON)
    for body in (text, text.encode(), text.encode("utf-16"), f"\ufeff{text}", b"\xef\xbb\xbf" + text.encode()):
        assert vidispine.JobType.from_json(body).to_document() == JOB_AS_JSON
    for body in ("", "{", "\xff", b"\xff", "[" * 100_000):
        with pytest.raises(vidispine.ApiDecodeError, match="not valid JSON"):
            vidispine.JobType.from_json(body)
    with pytest.raises(vidispine.ApiDecodeError, match="expected an object, got a list"):
        vidispine.JobType.from_json("[]")


def test_parse_document() -> None:
    job = vidispine.JobType.from_xml(JOB)
    for content_type in ("application/xml", "text/xml; charset=utf-8", "Application/XML", "application/vnd.x+xml"):
        for body in (JOB, JOB.encode()):
            found: object = vidispine.parse_document(body, content_type)
            assert type(found) is vidispine.JobType
            assert found == job
    for no_type in ("", None):
        assert vidispine.parse_document(JOB, no_type) == job
        for body in (job.to_json(), f" \ufeff{job.to_json()}".encode(), job.to_json().encode("utf-16")):
            assert vidispine.parse_document(body.lstrip(), no_type, vidispine.JobType) == job
    assert vidispine.parse_document(JOB) == job
    assert vidispine.parse_document(JOB, model=vidispine.JobType) == job
    assert vidispine.parse_document(job.to_json(), "application/json", vidispine.JobType) == job
    latin = job.to_json().replace("Checking", "é").encode("latin-1")
    decoded = vidispine.parse_document(latin, "application/json; charset=iso-8859-1", vidispine.JobType)
    assert "é" in decoded.to_json()
    with pytest.raises(vidispine.ApiValueError, match="JSON does not name its model"):
        vidispine.parse_document("{}", "application/json")
    with pytest.raises(vidispine.ApiTypeError, match="body must be text or bytes"):
        vidispine.parse_document(None)  # type: ignore[call-overload]
    with pytest.raises(vidispine.ApiValueError, match="must be JSON or XML, not 'text/plain'"):
        vidispine.parse_document("x", "text/plain")
    with pytest.raises(vidispine.ApiTypeError, match="content_type must be a string"):
        vidispine.parse_document("x", 1)  # type: ignore[call-overload]
    with pytest.raises(vidispine.ApiDecodeError, match="no model has the root element html"):
        vidispine.parse_document("<html/>")
    with pytest.raises(vidispine.ApiDecodeError, match="expected the root element ItemDocument, got JobDocument"):
        vidispine.parse_document(JOB, model=vidispine.ItemType)


# What is written


def test_elements_are_in_the_order_of_the_schema() -> None:
    facts = json.loads((Path(__file__).parent / "xml_order.json").read_text())
    by_name = {"".join(part[0].upper() + part[1:] for part in name.split(".")).lower(): name for name in facts["types"]}

    def expected(name: str) -> tuple[list[str], list[str]]:
        entry = facts["types"][name]
        elements, attributes = expected(entry["base"]) if entry.get("base") in facts["types"] else ([], [])
        return elements + entry["elements"], attributes + entry["attributes"]

    compared = 0
    for model in MODELS:
        name = by_name.get(model.__name__.replace("AllOf", "").lower())
        if name is None:
            continue
        elements, attributes = expected(name)
        declared = [field for field in model.fields().values() if field.wire in {*elements, *attributes}]
        document: dict[str, Any] = {field.wire: _sample(field) for field in declared}
        text = [field.wire for field in declared if field.xml == "text"]
        root = ET.fromstring(model.from_document(document).to_xml())
        assert [child.tag.rpartition("}")[2] for child in root] == [w for w in elements if w in document], name
        assert sorted(root.attrib) == sorted(w for w in attributes if w in document), name
        assert not {*text} & {*elements, *attributes} or facts["types"][name].get("text")
        compared += 1
    assert compared > 400


def _sample(field: Field) -> Any:
    inner = model_in(field.type)
    value: Any = {} if inner is not None else "2020-10-02" if "date" in field.type else "1"
    return [value] if field.type.startswith("list[") else value


def test_each_document_of_the_schema_has_a_model() -> None:
    facts = json.loads((Path(__file__).parent / "xml_order.json").read_text())
    known = {model.__name__ for model in MODELS}
    for root, name in facts["documents"].items():
        if name in known:
            assert type(vidispine.parse_document(f"<{root}/>")).__name__ == name


def test_the_namespace_is_declared_on_the_root() -> None:
    text = vidispine.JobType.from_document({"jobId": "VX-1", "log": {"task": [{"id": 1}]}}).to_xml()
    assert text == (
        '<?xml version="1.0"?>\n'
        f'<JobDocument xmlns="{NAMESPACE}"><jobId>VX-1</jobId><log><task id="1"/></log></JobDocument>'
    )


def test_times_are_written_as_xml_has_them() -> None:
    job = vidispine.JobType.from_document({"started": "2020-10-02T15:36:54.047+0000"})
    assert "<started>2020-10-02T15:36:54.047+00:00</started>" in job.to_xml()
    assert vidispine.JobType.from_xml(job.to_xml()) == job


def test_special_characters() -> None:
    value = "<a> & \"b\" 'c' ]]> \r\n\t é \U0001f600"
    document = {"user": value, "x": [{"y": value}, ""], "log": {"task": [{"id": value}]}}
    job = vidispine.JobType.from_document(document)
    assert vidispine.JobType.from_xml(job.to_xml()).to_document() == document
    assert vidispine.JobType.from_xml(job.to_xml().encode()).to_document() == document


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"user": "a\x00b"}, r"user cannot be written as XML: it contains '\\x00'"),
        ({"data": [{}, {"key": "\uffff"}]}, r"data\[1\]\.key cannot be written"),
        ({"a b": "x"}, "'a b' is not an XML name"),
        ({"1": "x"}, "'1' is not an XML name"),
        ({"": "x"}, "'' is not an XML name"),
        ({"a:b": "x"}, "'a:b' is not an XML name"),
        ({"xmlns>": "x"}, "is not an XML name"),
        ({"µ": "x"}, "'µ' is not an XML name"),
        ({"{}a": "x"}, "is not an XML name"),
        ({"{http://www.w3.org/2000/xmlns/}a": "x"}, "is not an XML name"),
        ({"user": "\ud800"}, "user cannot be written as XML"),
    ],
)
def test_what_xml_cannot_express(document: dict[str, Any], problem: str) -> None:
    with pytest.raises(vidispine.ApiValueError, match=problem) as caught:
        vidispine.JobType.from_document(document).to_xml()
    assert "\n" not in str(caught.value)


def test_a_document_that_contains_itself() -> None:
    job = vidispine.JobType.from_document({})
    job.sub_job = [job]
    with pytest.raises((vidispine.ApiDecodeError, vidispine.ApiValueError), match="nested too deeply"):
        job.to_xml()


# All models

_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=8) | st.sampled_from(
    ["", " ", "a\r\nb\tc", "<&>\"']]>", "true", "7"]
)
_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "str": _TEXT,
    "int": st.integers() | st.sampled_from(["12", "-1", 3.0]),
    "float": st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1, "2.50", "1e3"]),
    "bool": st.booleans() | st.sampled_from(["true", "FALSE"]),
    "datetime": st.sampled_from(TIMES),
}
_ANYTHING = st.recursive(
    _TEXT.filter(lambda text: not text.isspace()),
    lambda inner: st.lists(inner, min_size=2, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, min_size=1),
    max_leaves=4,
).filter(lambda value: not isinstance(value, list) or not any(isinstance(entry, list) for entry in value))


@st.composite
def _documents(draw: st.DrawFn, model: type[Model], depth: int = 3) -> dict[str, Any]:
    """Draw a document that XML can express: no empty lists, no lists of lists, text wherever an element has it."""
    fields = list(model.fields().values())
    chosen = draw(st.lists(st.sampled_from(fields), max_size=5, unique_by=lambda field: field.wire)) if fields else []
    chosen += [field for field in fields if field.xml == "text" and field not in chosen]
    document = {field.wire: draw(_value(field, depth)) for field in chosen}
    if draw(st.booleans()):
        document["unheardOf"] = draw(_TEXT)
    return document


def _text_only(model: type[Model]) -> st.SearchStrategy[dict[str, Any]]:
    return st.just({field.wire: "x" for field in model.fields().values() if field.xml == "text"})


def _value(field: Field, depth: int) -> st.SearchStrategy[Any]:
    inner = model_in(field.type)
    name = field.type[len("list[") : -1] if field.type.startswith("list[") else field.type
    if inner is not None:
        element: st.SearchStrategy[Any] = _documents(inner, depth - 1) if depth > 1 else _text_only(inner)
    else:
        element = _SCALARS.get(name, _TEXT)
    return st.lists(element, min_size=1, max_size=2) if field.type.startswith("list[") else element


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@FEW
@given(data=st.data())
def test_round_trips(model: type[Model], data: st.DataObject) -> None:
    document = model.from_document(data.draw(_documents(model)))
    text = document.to_xml()
    ET.fromstring(text)
    again = model.from_xml(text)
    assert again == document
    assert again.to_xml() == text
    assert model.from_xml(text.encode()) == document
    assert model.from_json(again.to_json()) == document


def test_every_root_element_is_that_of_its_model() -> None:
    for model in MODELS:
        if model.document_name:
            assert type(vidispine.parse_document(f"<{model.document_name}/>")) is model
    assert models.JobType.document_name == "JobDocument"
