"""The views of metadata, searches, time codes, notifications and tables, on documents of real servers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import vidispine
from vidispine import ItemListType, ItemType, MetadataType, SearchResultType, ShapeListType, TimeCode, records
from vidispine.notifications import parse

RECORDED: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "documents.yaml").read_text(encoding="utf-8"))


def test_metadata_is_read_edited_and_sent_back() -> None:
    metadata = MetadataType.from_document(RECORDED["metadata"])
    assert metadata["title"] == "Foo"
    assert metadata.to_plain() == {"title": "Foo"}
    assert metadata["__user"] == "admin"
    assert metadata.groups() == []
    assert metadata.timed() == []
    metadata["title"] = "Bar"
    changes = metadata.changes()
    assert changes is not None
    assert changes.to_document() == {
        "revision": "VX-792,VX-794",
        "timespan": [
            {
                "start": "-INF",
                "end": "+INF",
                "field": [
                    {
                        "name": "title",
                        "uuid": "5b7d7c1e-0f8e-4ac0-8a55-2a9d1f0c6e43",
                        "value": [{"uuid": "0b6a1c1e-27e5-4f7b-9a52-2f1f0c9d7a11", "value": "Bar"}],
                    }
                ],
            }
        ],
    }
    metadata["title"] = "Foo"
    assert metadata.changes() is None
    assert metadata.to_document() == RECORDED["metadata"]


def test_hits_of_a_search() -> None:
    found = SearchResultType.from_document(RECORDED["search"])
    assert (len(found), found.hits, found.facets, found[0].highlights) == (1, 1, {}, {})
    assert list(records(found, ["id", "type", "item.id"])) == [{"id": "VX-126", "type": "Item", "item.id": "VX-126"}]
    assert ItemListType.from_document(RECORDED["facets"]).facets == {"mediaType": {"video": 3}}
    shapes = ShapeListType.from_document(RECORDED["shapes"])
    assert list(records(shapes, ["id", "item.id"])) == [{"id": "VX-216", "item.id": "VX-153"}]


def test_the_short_form_of_metadata() -> None:
    item = ItemType.from_document(RECORDED["terse"])
    assert list(records(item)) == [{"id": "VX-93", "title": "x", "marker": "goal"}]


def test_durations_of_a_shape() -> None:
    (shape,) = ItemType.from_document(RECORDED["shape"]).shape or []
    assert shape.container_component is not None
    (audio,) = shape.audio_component or []
    durations = (shape.container_component.duration, audio.duration)
    assert [round(one.seconds, 3) for one in durations if one is not None] == [5519.265, 5519.265]
    assert str(TimeCode(durations[0])) == "5519265000@1000000"  # type: ignore[arg-type]
    assert TimeCode(audio.duration) > TimeCode(shape.container_component.duration)  # type: ignore[arg-type]
    assert shape.metadata is not None
    assert shape.metadata.values["originalFilename"] == "b.mp4"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_notification_about_a_job(form: str) -> None:
    document = vidispine.SimpleMetadataType.from_document(RECORDED["notification"])
    body = json.dumps(RECORDED["notification"]) if form == "json" else document.to_xml()
    event = parse(body, f"application/{form}")
    assert (event.kind, event.action, event.job_id, event.item_id, event.status) == (
        "job",
        "STOP",
        "VX-12",
        "VX-6",
        "FINISHED",
    )
    assert event.is_final
    assert event.values["type"] == "THUMBNAIL"
    assert TimeCode(event.values["transcodeMediaTimes"]).seconds == 6


@pytest.mark.parametrize("name", ["metadata", "search", "facets", "shapes", "shape", "terse"])
def test_they_are_shown_and_sent_back_as_they_are(name: str) -> None:
    models: dict[str, Any] = {
        "metadata": MetadataType,
        "search": SearchResultType,
        "facets": ItemListType,
        "shapes": ShapeListType,
    }
    document = models.get(name, ItemType).from_document(RECORDED[name])
    assert repr(document).count("\n") < 24
    assert document._repr_html_().startswith("<table>")
    assert document.to_document() == RECORDED[name]
