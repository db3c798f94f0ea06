"""Arguments of a type that is nearly right: text instead of a file's content, models of another class."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from test.support.loopback import Loopback
from vidispine import (
    ApiClient,
    ApiTypeError,
    ImportApi,
    JobApi,
    models,
)
from vidispine.models import JobType, KeyValuePairType, KeyValueType, SimpleMetadataType

UPLOADS: dict[str, Any] = {
    "import_item_raw": lambda client, body: ImportApi(client).import_item_raw(body),
    "import_sidecar_raw": lambda client, body: ImportApi(client).import_sidecar_raw("VX-1", body),
    "import_placeholder_raw": lambda client, body: ImportApi(client).import_placeholder_raw("VX-1", "video", body),
}


@pytest.mark.parametrize("name", UPLOADS)
@pytest.mark.parametrize(
    "text", ["clip.mov", "/no/such/clip.mov", "", " ", "clip.mov\n", "C:\\clip.mov", "a b", "x" * 9999]
)
def test_text_that_may_be_a_path_is_rejected(client: ApiClient, server: Loopback, name: str, text: str) -> None:
    with pytest.raises(ApiTypeError, match=r"pass a pathlib\.Path, or bytes") as caught:
        UPLOADS[name](client, text)
    assert len(str(caught.value)) < 200
    assert server.requests == []


@pytest.mark.parametrize("name", ["<clip>", "two\nlines", "clip.mov"])
def test_text_that_names_a_file_is_rejected(
    client: ApiClient, server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(b"content")
    for text in (name, str(Path(name).absolute())):
        with pytest.raises(ApiTypeError, match=r"pass a pathlib\.Path, or bytes"):
            ImportApi(client).import_item_raw(text)
    assert server.requests == []
    ImportApi(client).import_item_raw(Path(name))
    assert server.only.body == b"content"


@pytest.mark.parametrize("name", UPLOADS)
@pytest.mark.parametrize("text", ["<tt>\u00fc</tt>", "1\n00:00:01,000 --> 00:00:02,000\n\u00fc\n", "a\nb\0"])
def test_other_text_is_sent_with_a_warning(client: ApiClient, server: Loopback, name: str, text: str) -> None:
    with pytest.warns(DeprecationWarning, match=r"which 7\.0\.0 rejects: pass a pathlib\.Path, or bytes") as caught:
        UPLOADS[name](client, text)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert server.only.body == text.encode()


def test_bytes_and_paths_cause_no_warning(client: ApiClient, server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "clip").write_bytes(b"clip.mov")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bodies: list[Any] = [b"clip.mov", bytearray(b"clip.mov"), tmp_path / "clip"]
        for body in bodies:
            ImportApi(client).import_item_raw(body)
    assert [request.body for request in server.requests] == [b"clip.mov"] * 3


# Models of another class with the same members


def same_members() -> list[tuple[str, str]]:
    """Return pairs of models whose members have the same names, from each model to the next."""
    by_members: dict[frozenset[str], list[str]] = {}
    for name in dir(models):
        model: Any = getattr(models, name)
        if getattr(model, "_fields", None):
            by_members.setdefault(frozenset(model.attribute_map.values()), []).append(name)
    return [(one, other) for names in by_members.values() for one, other in zip(names, names[1:])]


def test_pairs_of_another_class(client: ApiClient, server: Loopback) -> None:
    """As scripts for 5.0.4 build them."""
    pair: Any = KeyValuePairType(key="a", value="b")
    document = SimpleMetadataType(field=[pair])
    JobApi(client).create_custom_job("X", simple_metadata_type=document)
    assert json.loads(server.last.body) == {"field": [{"key": "a", "value": "b"}]}
    pair.value = "changed later"
    assert document.to_document() == {"field": [{"key": "a", "value": "changed later"}]}
    assert document.field is not None
    document.field.append(KeyValueType(key="c", value="d"))
    assert json.loads(document.to_json())["field"][1] == {"key": "c", "value": "d"}
    assert "changed later" in document.to_xml()


def test_document_of_another_class(client: ApiClient, server: Loopback) -> None:
    pairs = same_members()
    assert len(pairs) >= 3
    for one, other in pairs:
        given = getattr(models, one).from_document({})
        assert getattr(models, other)._is_like(given), (one, other)


@pytest.mark.parametrize("wrong", [JobType.from_document({}), SimpleMetadataType(), 5, "text", [1], object()])
def test_model_with_other_members_is_rejected(client: ApiClient, server: Loopback, wrong: Any) -> None:
    with pytest.raises(ApiTypeError, match="KeyValueType or a mapping"):
        SimpleMetadataType(field=[wrong])
    if not isinstance(wrong, SimpleMetadataType):
        with pytest.raises(ApiTypeError):
            JobApi(client).create_custom_job("X", simple_metadata_type=wrong)
    assert server.requests == []
