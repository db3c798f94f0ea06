"""JSON is read and written identically with and without orjson."""

from __future__ import annotations

import copy
import enum
import json
import math
import pickle
from collections.abc import Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from test.support.loopback import Loopback, reply
from vidispine import (
    AmountType,
    AnalyzeAudioChannelType,
    ApiClient,
    ApiDecodeError,
    ApiTypeError,
    ApiValueError,
    ItemListType,
    ItemType,
    JobApi,
    KeyValuePairType,
    URIListType,
)
from vidispine._documents import json as json_module
from vidispine._documents.conversion import encode
from vidispine._documents.json import dump_json, load_json
from vidispine._documents.model import restore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vidispine.model import Model


@pytest.fixture(params=["json", "orjson"], autouse=True)
def module(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run every test without orjson, and with it if it is installed."""
    name: str = request.param
    found = pytest.importorskip("orjson", reason="comes with the extra `fast`") if name == "orjson" else None
    monkeypatch.setattr(json_module, "_orjson", lambda: found)
    return name


READ = {
    "whole numbers of 64 bits": b"[18446744073709551615, -9223372036854775808]",
    "whole numbers beyond": b'{"size": 18446744073709551616, "below": -9223372036854775809}',
    "many digits": b"[123456789012345678901234567890.5, 12345678901234567890123e-3]",
    "many digits in a text": b'["123456789012345678901234567890", 1.50]',
    "many digits after a word": b'{"a1234567890123456789012":12345678901234567890123}',
    "many digits of a fraction": b"[0.1234567890123456789012345, 1e-0000000000000000000001]",
    "negative zero": b"[-0, -0.0]",
    "beyond what a float holds": b"[1e400, -1e400, 1e-400, 1.7976931348623159e308]",
    "smallest floats": b"[5e-324, 2.2250738585072011e-308, 9007199254740993.0]",
    "not finite": b"[NaN, Infinity, -Infinity]",
    "UTF-16, least significant byte first": '{"a": "\u00e5"}'.encode("utf-16-le"),
    "UTF-16, most significant byte first": '["\u00e5"]'.encode("utf-16-be"),
    "UTF-32, least significant byte first": '["\u00e5"]'.encode("utf-32-le"),
    "a name twice": b'{"a": 1, "b": 2, "a": 3}',
    "half a surrogate pair": b'"\\ud800"',
    "control characters, escaped": b'"a\\u0000b\\n"',
    "with a byte order mark": b"\xef\xbb\xbf[1]",
    "UTF-16": '["å"]'.encode("utf-16"),
    "not ASCII": '{"på svenska": "åäö 🎬"}'.encode(),
    "text and not bytes": '{"på svenska": [1, 2.0, true, null]}',
    "empty": b"{}",
    "deep": b"[" * 300 + b"]" * 300,
}
REFUSED = {
    "nothing": b"",
    "space": b"  ",
    "two values": b"1 2",
    "a comma too many": b"[1,]",
    "a control character": b'"\x00"',
    "a leading zero": b"01",
    "broken UTF-8": b'"\xff"',
    "an unfinished text": '{"a": "å',
    "a byte order mark in text": "\ufeff[1]",
}


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_reads_the_same_values_as_the_json_module(text: bytes | str) -> None:
    read, expected = load_json(text), json.loads(text)
    assert repr(read) == repr(expected)  # distinguishes 0 from -0.0, 1 from 1.0, and the order of keys


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_rejects_invalid_json_like_the_json_module(text: bytes | str) -> None:
    with pytest.raises(ValueError, match=r"\S") as caught:
        load_json(text)
    with pytest.raises(ValueError, match=r"\S") as expected:
        json.loads(text)
    assert type(caught.value) is type(expected.value)
    assert str(caught.value) == str(expected.value)


def test_rejects_too_deep_nesting_like_the_json_module() -> None:
    with pytest.raises(RecursionError):
        load_json(b"[" * 100_000 + b"]" * 100_000)


class Word(str, enum.Enum):
    """Values that users may assign to a string attribute."""

    READY = "READY"


WRITTEN: dict[str, Any] = {
    "whole numbers": {"size": 2**64, "small": -(2**63) - 1, "usual": 1234567890123},
    "floats": [0.1, 100.0, -0.0, 1.5e300],
    "constants": [True, False, None, "null"],
    "not ASCII": {"på svenska": 'åäö 🎬 \u2028 \x7f \u0000 "\\/'},
    "words": [Word.READY],
    "tuples": {"a": (1, 2)},
    "names that are no text": {1: "a"},
    "nothing": {},
}


@pytest.mark.parametrize("value", WRITTEN.values(), ids=WRITTEN)
def test_writes_the_same_text_as_the_json_module(value: Any) -> None:
    expected = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert json.loads(dump_json(value)) == json.loads(expected)
    assert dump_json(value).decode().replace("1.5e300", "1.5e+300") == expected


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_not_written(number: float) -> None:
    with pytest.raises(ApiValueError, match=r"^the body cannot be serialized as JSON: "):
        dump_json(encode({"a": [number]}))


def _edited(number: float) -> Model:
    tones = AnalyzeAudioChannelType(channel=1, stream=1, tone=[1.5])
    assert tones.tone is not None
    tones.tone.append(number)
    return tones


def _assigned(number: float) -> Model:
    amount = AmountType()
    amount.value = number
    return amount


WITH_A_NUMBER: dict[str, Callable[[float], Model]] = {
    "constructor": lambda number: AmountType(value=number),
    "assignment": _assigned,
    "a list": lambda number: AnalyzeAudioChannelType(channel=1, stream=1, tone=[1.5, number]),
    "a list that was changed": _edited,
    "any value": lambda number: ItemType(terse={"level": [number]}),
    "a document": lambda number: AmountType.from_document({"value": number}),
    "a document within": lambda number: ItemType.from_document({"terse": {"level": number}}),
    "bytes": lambda number: AmountType.from_json(json.dumps({"value": number}).encode()),
    "text": lambda number: AmountType.from_json(json.dumps({"value": number})),
    "a large number": lambda number: AmountType.from_json(b'{"value": %s1e999}' % (b"-" if number < 0 else b"")),
    "a member that is not declared": lambda number: ItemType.from_json(json.dumps({"undeclared": number})),
}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("create", WITH_A_NUMBER.values(), ids=WITH_A_NUMBER)
def test_a_model_with_a_number_that_is_not_finite_is_not_written(
    create: Callable[[float], Model], number: float
) -> None:
    """orjson would write null."""
    model = create(number)
    again = pickle.loads(pickle.dumps(model)), copy.deepcopy(model), copy.copy(model)
    parent = ItemListType(item=[ItemType(terse={"part": model})])
    for one in (model, *again, parent, KeyValuePairType.from_document({"key": "a", "of": [model]})):
        with pytest.raises(ApiValueError, match=r"^the body cannot be serialized as JSON: Out of range"):
            one.to_json()
    if isinstance(model, AmountType):
        assert type(model.value) is float
        assert not math.isfinite(model.value)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_pickle_with_a_plain_number_that_is_not_finite_is_not_written(number: float) -> None:
    """Version 6.0.0 and processes without orjson make such pickles."""
    restored = restore(AmountType, {"value": number})
    with pytest.raises(ApiValueError, match=r"^the body cannot be serialized as JSON: Out of range"):
        restored.to_json()


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_documents_with_numbers_that_are_not_finite_are_equal(number: float) -> None:
    text = json.dumps({"terse": {"level": number}})
    item = ItemType.from_json(text.encode())
    assert item == ItemType.from_json(text.encode()) == copy.deepcopy(item)
    assert b"vidispine._" not in pickle.dumps(item)


class Acting(Mapping[str, Any]):
    """An empty value that calls a function while it is written, as a signal or another thread may do."""

    act: Callable[[], object] | None = None

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[str]:
        if self.act is not None:
            act, self.act = self.act, None
            act()
        return iter(())


@pytest.fixture
def value() -> Acting:
    """Return a value whose function a test sets when the model has been built."""
    return Acting()


def test_an_interrupt_ends_the_writing(value: Acting) -> None:
    """orjson would replace the exception, and the second attempt would succeed."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    item = ItemType(terse=value)
    value.act = interrupt
    with pytest.raises(KeyboardInterrupt):
        item.to_json()


def test_a_list_can_change_while_it_is_written(value: Acting) -> None:
    """orjson would read freed memory if it called Python while it goes through the list itself."""
    items = [ItemType(terse=value), ItemType(id="VX-1"), ItemType(id="VX-2")]
    document = ItemListType(item=items)
    value.act = items.clear
    written = json.loads(document.to_json())["item"]
    assert written == [{"terse": {}}]


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (lambda items: items.append(ItemType(id="VX-2")), [{"id": "VX-1"}, {"id": "VX-2"}]),
        (lambda items: items.insert(0, {"id": "VX-2"}), [{"id": "VX-2"}, {"id": "VX-1"}]),
        (lambda items: items.append({"end": date(2026, 1, 31)}), [{"id": "VX-1"}, {"end": "2026-01-31"}]),
        (lambda items: items.append(None), [{"id": "VX-1"}, None]),
        (lambda items: setattr(items[0], "files", URIListType()), [{"id": "VX-1", "files": {}}]),
        (lambda items: items.clear(), []),
    ],
)
@pytest.mark.parametrize("read", [False, True])
def test_a_list_given_to_a_constructor_can_change_later(
    change: Callable[[list[Any]], object], written: list[Any], read: bool
) -> None:
    """The document contains the list itself, so that what is added to it is sent."""
    items = [ItemType(id="VX-1")]
    document, before = ItemListType(item=items), ItemListType(item=items)
    assert not read or document.item is items
    change(items)
    assert document.item is items or not items
    assert json.loads(document.to_json()) == document.to_document() == {"item": written}
    assert json.loads(before.to_json())["item"] == written  # its list was not read
    assert document == before == copy.deepcopy(document) == pickle.loads(pickle.dumps(document))


@pytest.mark.parametrize("write", [ItemType.to_json, ItemType.to_document])
def test_a_model_can_be_read_while_it_is_written(write: Callable[[ItemType], object], value: Acting) -> None:
    item = ItemType.from_document({"shape": []})
    item.terse = value
    value.act = lambda: item.shape
    write(item)
    assert value.act is None


@pytest.mark.parametrize("value", [math.nan, "\ud800", {1}, b"x"])
def test_an_error_names_the_place(value: Any) -> None:
    with pytest.raises((ApiValueError, ApiTypeError), match=r", at job\[1\].data\[0\].value$"):
        dump_json({"hits": 10**400, "job": [{}, {"data": [{"key": "é", "value": value}], "user": math.nan}]})


def test_rejects_unserializable_values_with_and_without_orjson() -> None:
    itself: list[Any] = []
    itself.append(itself)
    for value in (itself, "\ud800"):
        with pytest.raises(ApiValueError, match=r"^the body cannot be serialized as JSON: "):
            dump_json(value)
    with pytest.raises(TypeError):
        dump_json({"when": datetime(2026, 3, 1)})


@pytest.mark.parametrize(
    "document",
    [
        {"title": "null and void, ,nullified, annullera"},
        {"checksum": "d41d8cd98f00b204e9800998ecf8427e", "of": "a1234567890123456789012345678901"},
        {"value": None, "values": [None, 1.5]},
        None,
    ],
)
def test_words_that_look_like_exceptions_are_left_to_orjson(
    module: str, document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names and checksums must not make documents several times as slow."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def unexpected(*_: Any, **__: Any) -> None:
        pytest.fail("json was used")

    if module == "orjson":
        monkeypatch.setattr(json_module, "json", SimpleNamespace(loads=unexpected, dumps=unexpected))
    assert load_json(text) == document
    assert dump_json(document) == text


def test_calls_read_by_it(module: str, monkeypatch: pytest.MonkeyPatch, server: Loopback, client: ApiClient) -> None:
    """Responses are parsed by the module, and the error for invalid JSON is the same."""
    used: list[bytes] = []
    if module == "orjson":
        import orjson

        class Watched:
            def loads(self, data: bytes) -> Any:
                used.append(data)
                return orjson.loads(data)

        monkeypatch.setattr(json_module, "_orjson", Watched)
    server.responses += [reply('{"jobId": "VX-1"}'), reply('{"jobId": "VX-1"')]
    jobs = JobApi(client)
    assert jobs.get_job("VX-1").job_id == "VX-1"
    with pytest.raises(ApiDecodeError, match=r"not valid JSON: .*line 1 column 17"):
        jobs.get_job("VX-1")
    assert len(used) == (2 if module == "orjson" else 0)
