"""Helpers for tests of the catalog, which use the SDK over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import vidispine
from vidispine.simulator import Simulator

if TYPE_CHECKING:
    from typing_extensions import Self

GENERIC = {"start": "-INF", "end": "+INF"}


def metadata(*groups: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a metadata document. A list is several values; ``None`` removes the values of a field."""
    lists = {
        name: value if isinstance(value, list) else [] if value is None else [value] for name, value in fields.items()
    }
    entries = [{"name": name, "value": [{"value": value} for value in values]} for name, values in lists.items()]
    return {"timespan": [{**GENERIC, "field": entries, **({"group": list(groups)} if groups else {})}]}


def group(name: str, **fields: Any) -> dict[str, Any]:
    """Return a group for :func:`metadata`. Arguments such as ``_mode`` are members of the group."""
    members = {key[1:]: fields.pop(key) for key in [key for key in fields if key.startswith("_")]}
    return {"name": name, "field": metadata(**fields)["timespan"][0]["field"], **members}


class CatalogHarness:
    """The SDK's classes for the catalog, as one user."""

    def __init__(self, vidicore: Simulator, username: str = "admin", password: str = "admin") -> None:
        configuration = vidispine.Configuration(host=f"{vidicore.url}/API", username=username, password=password)
        # Any: which members are present is for the tests to check, not for the type checker.
        self.client = vidispine.ApiClient(configuration)
        self.items: Any = vidispine.ItemApi(self.client)
        self.metadata: Any = vidispine.MetadataApi(self.client)
        self.collections: Any = vidispine.CollectionApi(self.client)
        self.fields: Any = vidispine.MetadataFieldApi(self.client)
        self.groups: Any = vidispine.MetadataFieldGroupsApi(self.client)

    def define(self, **types: str) -> None:
        for name, kind in types.items():
            self.fields.update_or_create_metadata_field(name, {"type": kind})

    def item(self, **fields: Any) -> str:
        """Create an item and return its id."""
        created = vidispine.ImportApi(self.client).create_placeholder(metadata(**fields), container=1)
        assert created.id is not None
        return created.id

    def write(self, item_id: str, document: dict[str, Any], **options: Any) -> Any:
        return self.metadata.update_metadata("item", item_id, document, **options).item[0].metadata

    def terse(self, item_id: str, *fields: str, **options: Any) -> dict[str, list[str]]:
        """Return the values of an item's fields."""
        item = self.items.get_item(item_id, content="metadata", terse="yes", field=list(fields) or None, **options)
        return {name: [entry["value"] for entry in entries] for name, entries in item.terse.items()}

    def search(self, **document: Any) -> list[str]:
        """Return the ids of the hits, in order."""
        return [item.id for item in self.items.search_items(document).item or []]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
