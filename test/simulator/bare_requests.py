"""Requests with urllib3 alone, and what they are answered held against the SDK's models."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import urllib3

from vidispine._documents.model import Model

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["JSON", "NAMESPACE", "TEXT", "XML", "Bare", "assert_json_says", "assert_xml_says"]

JSON, TEXT, XML = "application/json", "text/plain", "application/xml"
NAMESPACE = "http://xml.vidispine.com/schema/vidispine"


class Bare:
    """One user's requests, of which nothing is the SDK's."""

    def __init__(self, url: str, password: str = "admin") -> None:
        self.url = f"{url}/API"
        self.headers = urllib3.make_headers(basic_auth=f"admin:{password}")
        self.pool = urllib3.PoolManager(retries=False, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.clear()

    def send(self, method: str, target: str, accept: str = JSON, body: bytes | None = None, kind: str = JSON) -> Any:
        """Return urllib3's answer to a request."""
        headers = {**self.headers, "Accept": accept, **({"Content-Type": kind} if body is not None else {})}
        return self.pool.request(method, self.url + target, body=body, headers=headers)

    def text(self, target: str, accept: str = TEXT) -> str:
        """Return the text of an answer in some media type."""
        answer = self.send("GET", target, accept)
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, accept), answer.data
        return str(answer.data.decode())

    def json(self, target: str) -> Any:
        return json.loads(self.text(target, JSON))


def assert_json_says(document: dict[str, Any], model: Model) -> None:
    """Every attribute is what stands in the JSON, and nothing stands there that is no attribute."""
    fields = type(model).fields()
    assert model.additional_properties == {}
    assert set(document) <= {field.wire for field in fields.values()}
    for name, field in fields.items():
        raw, value = document.get(field.wire), getattr(model, name)
        raws, values = _listed(raw), _listed(value)
        assert len(raws) == len(values), (name, raw, value)
        for one_raw, one in zip(raws, values):
            if isinstance(one, Model):
                assert_json_says(one_raw, one)
            elif isinstance(one, datetime):
                assert one == datetime.strptime(one_raw, "%Y-%m-%dT%H:%M:%S.%f%z"), name
            else:
                assert (type(one), one) == (type(one_raw), one_raw), name


def assert_xml_says(element: ET.Element, model: Model) -> None:
    """Every attribute is what stands in the XML, and nothing stands there that is no attribute."""
    fields = type(model).fields()
    attributes, elements = set(), 0
    for name, field in fields.items():
        values = _listed(getattr(model, name))
        if field.xml == "attribute":
            attributes.update([field.wire] if values else [])
            texts = [element.attrib[field.wire]] if values else []
        else:
            children = element.findall(f"{{{NAMESPACE}}}{field.wire}")
            elements += len(children)
            texts = [child.text or "" for child in children]
        assert len(texts) == len(values), name
        for number, one in enumerate(values):
            if isinstance(one, Model):
                assert_xml_says(children[number], one)
            else:
                _assert_text_says(texts[number], one)
    assert set(element.attrib) == attributes
    assert len(element) == elements


def _assert_text_says(text: str, value: Any) -> None:
    if isinstance(value, datetime):
        assert datetime.fromisoformat(text.replace("Z", "+00:00")) == value
    elif isinstance(value, bool):
        assert text == ("true" if value else "false")
    else:
        assert text == str(value)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
