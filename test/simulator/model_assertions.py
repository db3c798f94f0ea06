"""Assertions that compare documents from the simulator with the SDK's models."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from test.simulator.http_client import NAMESPACE
from vidispine._documents.model import Model

__all__ = ["assert_json_matches", "assert_xml_matches"]


def assert_json_matches(document: dict[str, Any], model: Model) -> None:
    """Assert that a JSON document and a model have the same members and values."""
    fields = type(model).fields()
    assert model.additional_properties == {}
    assert set(document) <= {field.wire for field in fields.values()}
    for name, field in fields.items():
        raw, value = document.get(field.wire), getattr(model, name)
        raw_values, values = _as_list(raw), _as_list(value)
        assert len(raw_values) == len(values), (name, raw, value)
        for raw_item, item in zip(raw_values, values):
            if isinstance(item, Model):
                assert_json_matches(raw_item, item)
            elif isinstance(item, datetime):
                assert item == datetime.strptime(raw_item, "%Y-%m-%dT%H:%M:%S.%f%z"), name
            else:
                assert (type(item), item) == (type(raw_item), raw_item), name


def assert_xml_matches(element: ET.Element, model: Model) -> None:
    """Assert that an XML document and a model have the same members and values."""
    fields = type(model).fields()
    attributes, elements = set(), 0
    for name, field in fields.items():
        values = _as_list(getattr(model, name))
        if field.xml == "attribute":
            attributes.update([field.wire] if values else [])
            texts = [element.attrib[field.wire]] if values else []
        elif field.xml == "text":
            texts = [element.text or ""] if values else []
        else:
            children = element.findall(f"{{{NAMESPACE}}}{field.wire}")
            elements += len(children)
            texts = [child.text or "" for child in children]
        assert len(texts) == len(values), name
        for index, item in enumerate(values):
            if isinstance(item, Model):
                assert_xml_matches(children[index], item)
            else:
                _assert_text_matches(texts[index], item)
    assert set(element.attrib) == attributes
    assert len(element) == elements


def _assert_text_matches(text: str, value: Any) -> None:
    if isinstance(value, datetime):
        assert datetime.fromisoformat(text.replace("Z", "+00:00")) == value
    elif isinstance(value, bool):
        assert text == ("true" if value else "false")
    else:
        assert text == str(value)


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
