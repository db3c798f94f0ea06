"""A simulator with the fields and groups of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vidispine import Client
from vidispine.simulator import Simulator

FIELDS = {
    "acme_comment": "string",
    "acme_email": "string",
    "acme_genre": "string",
    "acme_keyword": "string",
    "acme_live": "boolean",
    "acme_name": "string",
    "acme_rating": "integer",
    "acme_role": "string",
    "acme_seconds": "float",
    "acme_start": "timeCode",
    "acme_when": "date",
}


@pytest.fixture
def vidicore() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def sdk(vidicore: Simulator) -> Iterator[Client]:
    """A client of a simulator that has the fields and groups of the tests."""
    with Client(configuration=vidicore.configuration()) as client:
        for name, type_ in FIELDS.items():
            client.metadata_field.update_or_create_metadata_field(name, {"type": type_})
        for name in ("acme_person", "acme_contact"):
            client.metadata_field_groups.update_or_create_metadata_field_group(name, {"name": name})
        yield client


@pytest.fixture
def item(sdk: Client) -> str:
    title = {"name": "title", "value": [{"value": "Draft"}]}
    return sdk.import_.create_placeholder({"timespan": [{"field": [title]}]}, container=1).id or ""
