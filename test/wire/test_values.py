"""Any value is either sent unchanged, or rejected before sending."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from test.support.loopback import Loopback, reply
from vidispine import ApiClient, ApiTypeError, ApiValueError, Configuration, ItemType, JobApi, TimeCode, TimeSpan
from vidispine._calls.operation import JSON, TEXT, Operation, body, header, query

SENDING = settings(max_examples=60)
WORDS = st.text(max_size=30)
EVERYTHING: Operation[Any] = Operation(
    "try_everything",
    "GET",
    "/everything",
    "str",
    (TEXT,),
    query("text"),
    query("whole", "int"),
    query("real", "float"),
    query("yes", "bool"),
    query("moment", "datetime"),
    query("many", "multi"),
    query("one.by-one", "csv"),
    query("pairs", "pairs"),
    header("X-Header"),
)

WRITE: Operation[Any] = Operation("write_text", "PUT", "/text", None, (), body("str", (TEXT,)))
SAVE: Operation[Any] = Operation("save_job", "PUT", "/job", None, (), body("JobType", (JSON,)))


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback() as loopback:
        loopback.otherwise = reply("{}")
        yield loopback


@pytest.fixture(scope="module")
def client(server: Loopback) -> Iterator[ApiClient]:
    with ApiClient(Configuration(host=server.url, timeout=20)) as api_client:
        yield api_client


@SENDING
@given(WORDS)
def test_path_value_is_one_segment(client: ApiClient, server: Loopback, value: str) -> None:
    assume(value not in ("", ".", ".."))
    JobApi(client).get_job(value)
    assert server.last.segments == ["API", "job", value]
    assert "?" not in server.last.target
    assert "#" not in server.last.target


@SENDING
@given(
    WORDS,
    WORDS,
    st.lists(WORDS, max_size=4),
    # A key ends at the first "=", so a key with "=" is refused.
    st.dictionaries(WORDS.filter(lambda key: "=" not in key), WORDS, max_size=3),
    st.integers(),
)
def test_query_values_arrive_unchanged(
    client: ApiClient, server: Loopback, text: str, other: str, many: list[str], pairs: dict[str, str], whole: int
) -> None:
    arguments = (text, whole, None, None, other, many, None, pairs, None)
    client.call(EVERYTHING, arguments)
    expected = [("text", text), ("whole", str(whole)), ("moment", other)]
    expected += [("many", one) for one in many]
    expected += [("pairs", f"{key}={value}") for key, value in pairs.items()]
    assert server.last.query == expected


@SENDING
@given(st.lists(WORDS.filter(lambda word: "," not in word), min_size=1, max_size=5))
def test_list_values_arrive_unchanged(client: ApiClient, server: Loopback, words: list[str]) -> None:
    client.call(EVERYTHING, (None, None, None, None, None, None, words, None, None))
    ((key, text),) = server.last.query
    assert key == "one.by-one"
    assert text.split(",") == words


@SENDING
@given(WORDS | st.builds("{}{}{}".format, WORDS, st.sampled_from(["\ud800", "\udfff"]), WORDS))
@pytest.mark.parametrize("way", ["path", "query", "multi", "csv", "pairs", "key", "moment", "body", "document"])
def test_any_text_is_sent_unchanged_or_rejected(client: ApiClient, server: Loopback, way: str, value: str) -> None:
    """Half of a surrogate pair is text in Python only."""
    count = len(server.requests)
    try:
        value.encode()
    except UnicodeEncodeError:
        with pytest.raises(ApiValueError) as caught:
            sending_text(client, way, value)
        assert str(caught.value).isprintable()
        assert len(server.requests) == count
        return
    assume(way != "path" or value not in ("", ".", ".."))
    assume(way != "key" or "=" not in value)
    sending_text(client, way, value)
    assert len(server.requests) == count + 1
    assert seen_text(server, way) == value


def sending_text(client: ApiClient, way: str, value: str) -> None:
    if way == "path":
        JobApi(client).get_job(value)
    elif way == "body":
        client.call(WRITE, (value,))
    elif way == "document":
        client.call(SAVE, ({"name": value},))
    else:
        place = {"query": 0, "moment": 4, "multi": 5, "csv": 6, "pairs": 7, "key": 7}[way]
        given = {"multi": [value], "csv": [value], "pairs": {"a": value}, "key": {value: "a"}}
        client.call(EVERYTHING, tuple(given.get(way, value) if index == place else None for index in range(9)))


def seen_text(server: Loopback, way: str) -> str:
    if way == "path":
        return server.last.segments[-1]
    if way == "body":
        return server.last.body.decode()
    if way == "document":
        text: str = json.loads(server.last.body)["name"]
        return text
    ((_, seen),) = server.last.query
    return {"pairs": seen.partition("=")[2], "key": seen.rpartition("=")[0]}.get(way, seen)


@SENDING
@pytest.mark.filterwarnings("ignore:.* a datetime without a time zone")
@given(st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.datetimes())
def test_rejects_values_that_are_no_text(
    client: ApiClient, server: Loopback, real: float, yes: bool, moment: datetime
) -> None:
    client.call(EVERYTHING, (None, None, real, yes, moment, None, None, None, None))
    sent = dict(server.last.query)
    assert float(sent["real"]) == real
    assert sent["yes"] == ("true" if yes else "false")
    assert datetime.fromisoformat(sent["moment"]) == moment


@SENDING
@pytest.mark.filterwarnings("ignore:run_as must not be empty:DeprecationWarning")
@given(st.text(st.characters(max_codepoint=0xFF), max_size=30) | WORDS)
@pytest.mark.parametrize("way", ["parameter", "option", "default", "cookie", "run as"])
def test_header_values(client: ApiClient, server: Loopback, way: str, value: str) -> None:
    # HTTP strips blanks around a header's value.
    assume(value == value.strip(" \t"))
    count = len(server.requests)
    printable = all(" " <= character <= "\xff" and character != "\x7f" for character in value)
    send = sending_header(client, way, value)
    if not printable:
        with pytest.raises(ApiValueError):
            send()
        assert len(server.requests) == count
        return
    send()
    name = {"cookie": "Cookie", "run as": "RunAs"}.get(way, "X-Header")
    assert server.last.header(name) == (value if value or name == "X-Header" else None)


def sending_header(client: ApiClient, way: str, value: str) -> Any:
    nothing = (None,) * 8
    if way == "parameter":
        return lambda: client.call(EVERYTHING, (*nothing, value))
    if way == "option":
        return lambda: client.call(EVERYTHING, (*nothing, None), {"_headers": {"X-Header": value}})
    other = ApiClient(client.configuration)
    if way == "run as":
        other.configuration = Configuration(host=client.configuration.host, timeout=20, run_as=value)
    elif way == "cookie":
        other.cookie = value
    else:
        other.default_headers["X-Header"] = value

    def send() -> None:
        with other:
            other.call(EVERYTHING, (*nothing, None))

    return send


@pytest.mark.parametrize("name", ["", "A B", "A:", "A\r\nB", "Ä", "A\x00"])
@pytest.mark.parametrize("way", ["option", "default", "set"])
def test_rejects_an_invalid_header_name(client: ApiClient, server: Loopback, way: str, name: str) -> None:
    count = len(server.requests)

    def send() -> None:
        if way == "set":
            other.set_default_header(name, "value")
        elif way == "default":
            other.default_headers[name] = "value"
        other.call(EVERYTHING, (None,) * 9, {"_headers": {name: "value"}} if way == "option" else {})

    with ApiClient(client.configuration) as other, pytest.raises(ApiValueError, match="name"):
        send()
    assert len(server.requests) == count


def test_time_codes_are_sent_as_text(client: ApiClient, server: Loopback) -> None:
    span = TimeSpan("100@25", "250@PAL")
    client.call(EVERYTHING, (TimeCode("100@25"), None, None, None, None, [TimeCode("1"), "x"], span, None, None))
    sent = [("text", "100@25"), ("many", "1"), ("many", "x"), ("one.by-one", "100@25-250@PAL")]
    assert server.last.query == sent


def test_an_entity_is_not_an_id(client: ApiClient, server: Loopback) -> None:
    number = len(server.requests)
    with pytest.raises(ApiTypeError, match=r"^get_job: job_id must be text, not ItemType: pass its id$"):
        JobApi(client).get_job(ItemType(id="VX-1"))  # type: ignore[arg-type]
    with pytest.raises(ApiTypeError, match=r"^get_job: job_id must be text, not ItemType$"):
        JobApi(client).get_job(ItemType())  # type: ignore[arg-type]
    for accept in ("xml", "json", " "):
        with pytest.raises(ApiValueError, match="get_job: _accept must be a media type such as 'application/xml'"):
            JobApi(client).get_job("VX-1", _accept=accept)
    assert len(server.requests) == number
