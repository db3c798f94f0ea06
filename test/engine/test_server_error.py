"""The server's error document in each format that servers and proxies use."""

from __future__ import annotations

import json

import pytest

from vidispine._calls.server_error import parse_server_error
from vidispine.exceptions import ServerError

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
KINDS = [
    "notFound",
    "internalServer",
    "forbidden",
    "notYetImplemented",
    "conflict",
    "invalidInput",
    "licenseFault",
    "fileAlreadyExists",
    "notAuthorized",
]


def json_fault(kind: str, **members: object) -> str:
    """Return a document as servers write it: with all kinds, all but one of them null."""
    return json.dumps({**dict.fromkeys(KINDS), kind: members})


def xml_fault(kind: str, **members: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in members.items())
    return f'<?xml version="1.0"?><ExceptionDocument xmlns="{NAMESPACE}"><{kind}>{inner}</{kind}></ExceptionDocument>'


@pytest.mark.parametrize("kind", KINDS)
def test_parses_each_fault_in_json(kind: str) -> None:
    error = parse_server_error(json_fault(kind, id="VX-1", context=None), "application/json")
    assert error == ServerError(kind, id="VX-1")


@pytest.mark.parametrize("kind", KINDS)
def test_parses_each_fault_in_xml(kind: str) -> None:
    assert parse_server_error(xml_fault(kind, id="VX-1"), "application/xml") == ServerError(kind, id="VX-1")


@pytest.mark.parametrize(
    ("kind", "members", "text"),
    [
        ("notFound", {"type": "Job", "id": "VX-1000000"}, "no Job with id VX-1000000"),
        ("notFound", {"type": "item"}, "no such item"),
        ("notFound", {"id": "VX-1"}, "id VX-1"),
        ("notFound", {}, "notFound"),
        ("conflict", {"type": "user", "id": "ann"}, "type user, id ann"),
        (
            "invalidInput",
            {"context": "job", "value": "VIDEO_COMPONENT", "explanation": "No room left."},
            "job, value VIDEO_COMPONENT: No room left.",
        ),
        (
            "invalidInput",
            {"context": "metadata-field", "id": "fieldone", "value": "fieldone", "explanation": "No prefix."},
            "metadata-field, id fieldone, value fieldone: No prefix.",
        ),
        ("licenseFault", {"explanation": "It ran out."}, "It ran out."),
        ("internalServer", {}, "internalServer"),
    ],
)
@pytest.mark.parametrize("notation", ["json", "xml"])
def test_message_says_what_a_fault_is_about(kind: str, members: dict[str, str], text: str, notation: str) -> None:
    write = json_fault if notation == "json" else xml_fault
    error = parse_server_error(write(kind, **members), f"application/{notation}")
    assert error == ServerError(kind, **members)
    assert str(error) == text


def test_non_text_members_are_kept_as_json() -> None:
    error = parse_server_error(json_fault("invalidInput", id=7, value=["a", 1]), "application/json")
    assert error == ServerError("invalidInput", id="7", value='["a", 1]')


def test_xml_fault_may_be_indented_and_lack_the_namespace() -> None:
    text = "\n<ExceptionDocument>\n  <conflict>\n    <id>a &amp; b</id>\n  </conflict>\n</ExceptionDocument>\n"
    assert parse_server_error(text, "application/xml") == ServerError("conflict", id="a & b")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "400 An invalid parameter was entered\r\nContext: storage\r\nID: VX-1\r\nReason: no such: method\r\n",
            ServerError("invalidInput", context="storage", id="VX-1", explanation="no such: method"),
        ),
        (
            "404 A resource could not be found\r\nType: Storage\r\nID: VX-9\r\n",
            ServerError("notFound", type="Storage", id="VX-9"),
        ),
        ("404 A resource could not be found\nType: Job\nID:\n", ServerError("notFound", type="Job")),
        ("503 No server available", ServerError(None, explanation="No server available")),
        ("418 Tea\nReason: the pot\nColor: red", ServerError(None, explanation="the pot")),
    ],
)
def test_parses_text(text: str, error: ServerError) -> None:
    assert parse_server_error(text, "text/plain") == error


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/octet-stream"])
def test_format_is_detected_without_a_media_type(media_type: str) -> None:
    expected = ServerError("notFound", id="VX-1")
    assert parse_server_error(json_fault("notFound", id="VX-1"), media_type) == expected
    assert parse_server_error(xml_fault("notFound", id="VX-1"), media_type) == expected


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("", "text/plain"),
        ("   ", ""),
        ("{}", "application/json"),
        ("[]", "application/json"),
        ("null", "application/json"),
        ('{"notFound"', "application/json"),
        ("{" * 3, "application/json"),
        (json.dumps(dict.fromkeys(KINDS)), "application/json"),
        ('{"code":404,"message":"HTTP 404 Not Found"}', "application/json"),
        ("<html><body>Bad Gateway</body></html>", "text/html"),
        ("<html><p>unclosed", "application/xml"),
        ("<ExceptionDocument/>", "application/xml"),
        ("<ExceptionDocument></ExceptionDocument", "application/xml"),
        ("No server available", "text/plain"),
        ("Just\nwords", ""),
        ("[" * 100_000, "application/json"),
        ('{"a":' * 100_000, "application/json"),
    ],
)
def test_other_bodies_are_no_error_document(text: str, media_type: str) -> None:
    assert parse_server_error(text, media_type) is None


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE ExceptionDocument [
  <!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">
  <!ENTITY file SYSTEM "file:///etc/hostname">
]>
<ExceptionDocument><conflict><id>%s</id></conflict></ExceptionDocument>"""


@pytest.mark.parametrize("entity", ["&c;", "&file;", "plain"])
def test_xml_entities_are_never_expanded(entity: str) -> None:
    assert parse_server_error(LAUGHS % entity, "application/xml") is None


def test_doctype_in_another_encoding_is_detected() -> None:
    text = (LAUGHS % "&c;").replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?>')
    assert parse_server_error(text, "application/xml") is None


def test_message_of_a_document_is_one_line() -> None:
    error = parse_server_error(json_fault("invalidInput", explanation="a\nb" * 999), "application/json")
    assert error is not None
    assert len(str(error).splitlines()) == 1
    assert len(str(error)) <= 400


def test_repr_and_comparison() -> None:
    error = ServerError("notFound", type="Job")
    assert repr(error) == "ServerError(kind='notFound', type='Job')"
    assert error != ServerError("notFound", type="Item")
    assert error != "notFound"
