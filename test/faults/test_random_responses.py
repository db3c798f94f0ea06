"""Random responses: a result or an error of the package, also when the whole result is read."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from functools import partial
from typing import Any, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from test.support.document_strategies import ANYTHING, WORDS, documents, model_in
from test.support.loopback import Loopback, reply
from test.support.operations import EVERY
from vidispine import ApiClient, ApiDecodeError, ApiException, ApiValueError, Configuration, OpenApiException
from vidispine._calls.operation import JSON, Operation
from vidispine._documents.model import Model
from vidispine.exceptions import ServerError, exception_class

RESULTS = sorted({case.operation.result for case in EVERY} - {None, "str", "file"}, key=str)
"""The types of all results that are decoded from JSON."""

FEW = settings(
    max_examples=4,
    derandomize=True,
)
# Valid JSON that servers should not send: NaN, surrogates, numbers out of range.
ODD = st.sampled_from(
    [
        float("nan"),
        float("inf"),
        "\ud800",
        10**400,
        -1e308,
        "1e999",
        "\x00",
        "9" * 5000,
        " 7 ",
        "\u0667",
        "0000-00-00T99:99",
    ]
)
VALUES = ANYTHING | ODD


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


@pytest.fixture(scope="module")
def client(server: Loopback) -> Iterator[ApiClient]:
    with ApiClient(Configuration(host=server.url, timeout=20, retries=0)) as api_client:
        yield api_client


def one_line(error: BaseException) -> str:
    text = str(error)
    assert text.isprintable()
    assert len(text) <= 400
    return text


# Results


@st.composite
def responses(draw: st.DrawFn, result: str) -> Any:
    """Draw a response to an operation, from entirely wrong to nearly right."""
    # Null is a result of some calls.
    model = model_in(result.partition(" | ")[0])
    wires = [field.wire for field in model.fields().values()] if model is not None else []
    members = st.sampled_from(wires) | WORDS if wires else WORDS
    anything = st.dictionaries(members, VALUES, max_size=4)
    promised = documents(model) if model is not None else ANYTHING
    return draw(promised | anything | VALUES | st.tuples(promised, anything).map(_merged))


def _merged(pair: tuple[Any, Any]) -> Any:
    document, more = pair
    return {**document, **more} if isinstance(document, dict) else more


@pytest.mark.slow
@pytest.mark.parametrize("result", RESULTS)
@FEW
@given(data=st.data())
def test_random_response_is_a_result_or_an_api_error(
    client: ApiClient, server: Loopback, result: str, data: st.DataObject
) -> None:
    body = json.dumps(data.draw(responses(result))).encode()
    cut = data.draw(st.integers(0, len(body)) | st.none())
    server.otherwise = reply(body[:cut])
    operation: Operation[Any] = Operation("get_something", "GET", "/something", result, (JSON,))
    try:
        found = client.call(operation, ())
    except ApiDecodeError as error:
        check(error)
    else:
        visit(found)


def visit(value: Any) -> None:
    """Use a result in every way; only errors of the package are allowed."""
    if isinstance(value, list):
        for element in value:
            visit(element)
    elif isinstance(value, Model):
        use(value)
        assert copy.copy(value).to_document().keys() == copy.deepcopy(value).to_document().keys()
        assert pickle.loads(pickle.dumps(value)).to_document().keys() == value.to_document().keys()
        for name in value.fields():
            visit(attempt(partial(getattr, value, name)))


def use(model: Model) -> None:
    """Use a model as a whole."""
    assert repr(model).startswith(type(model).__name__)
    assert model.to_str()

    def same() -> bool:
        return model == copy.copy(model)

    for way in (model.to_dict, model.validate, model.to_document, same):
        attempt(way)
    try:
        attempt(model.to_json)
    except ApiValueError as error:  # a number that is none, half a character: JSON for others must not have them
        check(error, "the body cannot be serialized as JSON: ")


def attempt(way: Callable[[], Any]) -> Any:
    try:
        return way()
    except ApiDecodeError as error:
        check(error)
        return None


def check(error: OpenApiException, start: str = "get_something: 200: ") -> None:
    assert one_line(error).startswith(start)
    if isinstance(error, ApiDecodeError) and error.place:
        assert error.place in str(error)
    elif isinstance(error, ApiDecodeError):
        assert error.body is not None


@pytest.mark.slow
@pytest.mark.parametrize("depth", [10, 100, 300, 900, 3_000, 30_000])
@pytest.mark.parametrize(
    ("result", "opening", "closing"),
    [
        ("JobType", '{"subJob": [', "]}"),
        ("JobType", '{"unheardOf": [', "]}"),
        ("object", "[", "]"),
    ],
    ids=["models", "what nobody described", "lists"],
)
def test_deeply_nested_response_is_a_result_or_an_api_error(
    client: ApiClient, server: Loopback, result: str, opening: str, closing: str, depth: int
) -> None:
    server.otherwise = reply(opening * depth + closing * depth)
    operation: Operation[Any] = Operation("get_something", "GET", "/something", result, (JSON,))
    try:
        found = client.call(operation, ())
    except ApiDecodeError as error:
        check(error)
        if depth <= 100:
            raise
        return
    if isinstance(found, Model):
        use(found)
        assert found.fields()
    if depth <= 10:
        visit(found)


# Errors

KINDS = st.sampled_from(["notFound", "invalidInput", "conflict", "forbidden", "licenseFault"]) | WORDS
MEMBERS = st.sampled_from(["id", "type", "context", "value", "explanation"]) | WORDS


def _xml(kind: str, members: dict[str, Any]) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in members.items())
    return f"<ExceptionDocument><{kind}>{inner}</{kind}></ExceptionDocument>"


def _text(kind: str, members: dict[str, Any]) -> str:
    return "\r\n".join([f"400 {kind}", *(f"{name}: {value}" for name, value in members.items())])


def _json(kind: str, members: dict[str, Any]) -> str:
    return json.dumps({kind: members})


NOTATIONS: st.SearchStrategy[Callable[[str, dict[str, Any]], str]] = st.sampled_from([_json, _xml, _text])
FAULTS = st.builds(
    lambda write, kind, members: write(kind, members),
    NOTATIONS,
    KINDS,
    st.dictionaries(MEMBERS, VALUES, max_size=4),
)
BODIES = (
    FAULTS.map(lambda text: text.encode(errors="surrogatepass"))
    | VALUES.map(lambda value: json.dumps(value).encode())
    | st.binary(max_size=30)
    | st.text(max_size=30).map(str.encode)
)
TYPES = st.sampled_from(
    ["application/json", "application/xml", "text/plain", "text/html", "text/plain; charset=latin-1", "x", None]
)
REASONS = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20).map(str.strip)


@pytest.mark.slow
@settings(FEW, max_examples=150)
@given(status=st.integers(300, 999), body=BODIES, media_type=TYPES, reason=REASONS, cut=st.none() | st.integers(0, 60))
def test_random_error_response_is_an_api_exception(
    client: ApiClient,
    server: Loopback,
    status: int,
    body: bytes,
    media_type: str | None,
    reason: str,
    cut: int | None,
) -> None:
    server.otherwise = reply(body[:cut], status, reason=reason, media_type=media_type)
    operation: Operation[Any] = Operation("get_something", "GET", "/something", "JobType", (JSON,))
    with pytest.raises(ApiException) as caught:
        client.call(operation, ())
    error = caught.value
    assert type(error) is exception_class(status)
    assert error.status == status
    assert error.error is None or isinstance(error.error, ServerError)
    assert one_line(error).startswith(f"get_something: {status}")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.error) == (type(error), str(error), error.error)
    repr(error.error)
