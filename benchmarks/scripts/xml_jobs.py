"""The jobs in XML, which are written here by hand, so that contenders without models have them too."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
ATTRIBUTES = {"task": ("id",), "progress": ("total", "unit")}


def as_xml(jobs: bytes) -> bytes:
    """Return a ``JobListDocument`` in XML."""
    root = ET.Element("JobListDocument", xmlns=NAMESPACE)
    _fill(root, json.loads(jobs))
    return ET.tostring(root)


def _fill(element: ET.Element, document: dict[str, Any]) -> None:
    for name, value in document.items():
        if name in ATTRIBUTES.get(element.tag, ()):
            element.set(name, str(value))
        elif element.tag == "progress":
            element.text = str(value)
        else:
            for one in value if isinstance(value, list) else [value]:
                child = ET.SubElement(element, name)
                if isinstance(one, dict):
                    _fill(child, one)
                else:
                    child.text = str(one)
