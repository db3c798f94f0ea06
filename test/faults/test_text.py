"""Text and times in requests and responses: charsets, times without a time zone, times as text, leap seconds."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import unquote

import pytest

from test.support.loopback import PASSWORD, Loopback, raw
from vidispine import (
    ApiClient,
    ApiDecodeError,
    ApiException,
    ApiValueError,
    Client,
    Field,
    JobApi,
    JobType,
    Metadata,
    Search,
    parse_document,
)
from vidispine.cli import main
from vidispine.models import KeyValuePairType, SimpleMetadataType

USER = "Gr\u00fc\u00dfe \u20ac"


def respond(body: bytes, content_type: str | None, status: int = 200) -> Any:
    header = f"Content-Type: {content_type}\r\n" if content_type else ""
    return raw(f"HTTP/1.1 {status} X\r\n{header}Content-Length: {len(body)}\r\n\r\n".encode() + body)


CHARSETS = [
    ("application/json; charset=iso-8859-15", "iso-8859-15"),
    ("application/json;charset=ISO-8859-15", "iso-8859-15"),
    ('application/json; charset="windows-1252"', "windows-1252"),
    ("application/problem+json; q=1; CharSet=cp1252", "cp1252"),
    ("application/json; charset=utf-8", "utf-8"),
    ("application/json; charset=utf8", "utf-8-sig"),
    ("application/json; charset=utf-16", "utf-16"),
    ("application/json; charset=utf-16", "utf-16-le"),
    ("application/json; charset=utf-16be", "utf-16-be"),
    ("application/json; charset=utf-32", "utf-32"),
    ("application/json; charset=us-ascii", "utf-8"),
    ("application/json; charset=no-such", "utf-8"),
    ("application/json; charset=idna", "utf-8"),
    ("application/json; charset=hex", "utf-8"),
    ("application/json; charset=iso-8859-1", "utf-8-sig"),
    ("application/json; charset=", "utf-8"),
    ("application/json", "utf-16"),
    (None, "utf-8"),
]


@pytest.mark.parametrize(("content_type", "encoding"), CHARSETS)
def test_json_is_decoded_in_its_charset(
    client: ApiClient, server: Loopback, content_type: str | None, encoding: str
) -> None:
    text = json.dumps({"user": USER}, ensure_ascii=False)
    server.otherwise = respond(text.encode(encoding), content_type)
    assert JobApi(client).get_job("VX-1").user == USER
    if content_type is not None:
        with Client(configuration=client.configuration) as other:
            assert other.text(other.job.get_job, "VX-1") == text
        assert parse_document(text.encode(encoding), content_type, JobType).user == USER


@pytest.mark.parametrize(("content_type", "encoding"), CHARSETS)
def test_errors_in_json_are_decoded_in_their_charset(
    client: ApiClient, server: Loopback, content_type: str | None, encoding: str
) -> None:
    body = json.dumps({"notFound": {"type": "Job", "id": USER}}, ensure_ascii=False)
    server.otherwise = respond(body.encode(encoding), content_type, 404)
    with pytest.raises(ApiException) as caught:
        JobApi(client).get_job("VX-1")
    assert caught.value.body == body
    assert caught.value.error is not None
    assert caught.value.error.id == USER


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "shift_jis", None])
def test_json_that_is_not_in_its_charset(client: ApiClient, server: Loopback, charset: str | None) -> None:
    server.otherwise = respond(b'{"user": "\xff\xff\xff"}', f"application/json; charset={charset}" if charset else None)
    with pytest.raises(ApiDecodeError) as caught:
        JobApi(client).get_job("VX-1")
    assert len(str(caught.value).splitlines()) == 1


# Times without a time zone

NAIVE = datetime(2026, 1, 31, 12, 30)
AWARE = NAIVE.replace(tzinfo=timezone.utc)


def naive_calls(client: ApiClient, time: datetime) -> list[tuple[Callable[[], Any], str]]:
    """Return calls with a time, and what each sends of it."""
    jobs: Any = JobApi(client)
    text = time.isoformat()
    pairs = SimpleMetadataType(field=[])
    pairs.values["k"] = "v"
    return [
        (lambda: jobs.get_jobs(starttime_from=time), text),
        (lambda: jobs.get_jobs(starttime_from=time, starttime_to=time), text),
        (lambda: jobs.get_job("VX-1", field=[time]), text),
        (lambda: jobs.get_job(time), text),
        (lambda: jobs.create_custom_job("X", jobmetadata={"when": time}), text),
        (lambda: jobs.create_custom_job("X", jobmetadata={"when": [time, time]}), text),
        (lambda: jobs.create_custom_job("X", simple_metadata_type={"when": time}), text),
        (lambda: jobs.create_custom_job("X", simple_metadata_type={"field": [{"key": "a", "value": time}]}), text),
    ]


@pytest.mark.parametrize("index", range(8))
def test_naive_time_is_sent_unchanged_with_one_warning(client: ApiClient, server: Loopback, index: int) -> None:
    call, text = naive_calls(client, NAIVE)[index]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert [one.category for one in caught] == [UserWarning]
    assert "without a time zone is sent unchanged" in str(caught[0].message)
    assert caught[0].filename == __file__
    sent = unquote(server.only.target) + server.only.body.decode()
    assert text in sent
    assert f"{text}+" not in sent
    assert f"{text}Z" not in sent


@pytest.mark.parametrize("index", range(8))
def test_time_with_a_time_zone_causes_no_warning(client: ApiClient, server: Loopback, index: int) -> None:
    for time in (AWARE, AWARE.astimezone(timezone(timedelta(hours=-5)))):
        naive_calls(client, time)[index][0]()
    assert len(server.requests) == 2


def test_date_causes_no_warning(client: ApiClient, server: Loopback) -> None:
    jobs: Any = JobApi(client)
    jobs.get_jobs(starttime_from=date(2026, 1, 31))
    assert ("starttime-from", "2026-01-31") in server.last.query


def test_naive_time_of_a_model(client: ApiClient) -> None:
    with pytest.warns(UserWarning, match=r"^JobType\.started: a datetime without a time zone") as caught:
        job = JobType(job_id="VX-1", status="FINISHED", type="X", priority="HIGH", user="a", started=NAIVE)
    assert caught[0].filename == __file__
    assert job.to_document()["started"] == "2026-01-31T12:30:00"
    with pytest.warns(UserWarning, match="without a time zone"):
        KeyValuePairType.from_document({}).value = NAIVE  # type: ignore[assignment] # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    "use",
    [
        lambda: Metadata({"when": NAIVE}),
        lambda: Metadata().add("when", NAIVE),
        lambda: Search(Field("when") > NAIVE).document,
        lambda: Search(Field("when").between(NAIVE, AWARE)).document,
    ],
)
def test_metadata_and_search_reject_naive_times(use: Callable[[], Any]) -> None:
    with pytest.raises(ApiValueError, match="time zone"):
        use()


@pytest.mark.parametrize("time", ["2026-01-31T12:30", "2026-01-31 12:30:00", "20260131T123000", "2016-12-31T23:59:60"])
@pytest.mark.parametrize("command", [["jobs", "list", "--started-after"], ["call", "job", "get_jobs"]])
def test_command_rejects_naive_times(
    server: Loopback, capsys: pytest.CaptureFixture[str], time: str, command: list[str]
) -> None:
    if command[0] == "call":
        time = f"starttime_from={time}"
    assert main([*command, time, "--host", server.url]) == 2
    assert "has no time zone" in capsys.readouterr().err.replace("\n", " ")
    assert server.requests == []


# Times as text


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:30:00Z",
        "2026-01-31T12:30:00.1+0000",
        "2026-01-31T12:30",
        "20260131T123000Z",
        "2026-01-31T24:00:00Z",
        "2016-12-31T23:59:60Z",
        "2026-01-31",
    ],
)
def test_text_for_a_time_is_sent_as_given(client: ApiClient, server: Loopback, text: str) -> None:
    job = JobType(job_id="VX-1", status="FINISHED", type="X", priority="HIGH", user="a", started=text)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert isinstance(job.started, datetime)
    assert job.to_document()["started"] == text
    job.started = None
    job.started = text  # type: ignore[assignment] # pyright: ignore[reportAttributeAccessIssue]
    assert job.to_document()["started"] == text
    JobApi(client).get_jobs(starttime_from=text)
    assert [value for _, value in server.last.query if value == text] == [text]


def test_text_for_a_time_of_the_command_is_sent_as_given(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HOST", server.url), ("USERNAME", "admin"), ("PASSWORD", PASSWORD)):
        monkeypatch.setenv(f"VIDISPINE_{name}", value)
    main(["call", "job", "get_jobs", "starttime_from=2026-01-31T12:30:00.1+0000"])
    assert "2026-01-31T12:30:00.1+0000" in dict(server.last.query).values()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=timezone.utc)),
        ("2016-12-31T23:59:60.250Z", datetime(2017, 1, 1, 0, 0, 0, 250000, tzinfo=timezone.utc)),
        ("2016-12-31T23:59:60+0000", datetime(2017, 1, 1, tzinfo=timezone.utc)),
        ("2017-01-01T05:29:60.000+0530", datetime(2017, 1, 1, tzinfo=timezone.utc)),
        ("2016-12-31T23:59:60", datetime(2017, 1, 1)),
        ("20161231T235960Z", datetime(2017, 1, 1, tzinfo=timezone.utc)),
    ],
)
def test_leap_second(client: ApiClient, server: Loopback, text: str, expected: datetime) -> None:
    server.otherwise = respond(json.dumps({"started": text}).encode(), "application/json")
    job = JobApi(client).get_job("VX-1")
    assert job.started == expected
    assert job.to_document() == {"started": text}


@pytest.mark.parametrize("text", ["9999-12-31T23:59:60Z", "2016-12-31T23:59:61Z", "2016-12-31T60:60:60", "60", "T2360"])
def test_second_that_does_not_exist(client: ApiClient, server: Loopback, text: str) -> None:
    server.otherwise = respond(json.dumps({"started": text}).encode(), "application/json")
    with pytest.raises(ApiDecodeError, match="started"):
        _ = JobApi(client).get_job("VX-1").started
