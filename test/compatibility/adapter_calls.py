"""Calls of ``vidispine-adapter``, in a separate environment: prints the result of each as JSON. A failed call has the
name of its error and, if the server sent one, the kind of error.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from vidispine import Vidispine  # type: ignore[attr-defined] # of the adapter, which has this name too

if TYPE_CHECKING:
    from collections.abc import Callable

FOUND: dict[str, Any] = {}


def note(name: str, call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Make a call and record its result."""
    try:
        FOUND[name] = call(*arguments, **options)
    except Exception as error:  # noqa: BLE001 - any error is a result
        fault = re.search(r'"(\w+)":\{', str(error))
        FOUND[name] = [type(error).__name__, fault[1] if fault else None]
    return FOUND[name]


def generic(**fields: str) -> dict[str, Any]:
    listed = [{"name": name, "value": [{"value": value}]} for name, value in fields.items()]
    return {"timespan": [{"start": "-INF", "end": "+INF", "field": listed}]}


def main(url: str, clip: str) -> None:
    """Call every method of the adapter."""
    vidispine = Vidispine(url=url, user="admin", password="admin")
    note("version", vidispine.version)

    fields, groups = vidispine.metadata_field, vidispine.metadata_field_group
    note("field create", fields.create, {"type": "string"}, "field_one")
    note("field without a namespace", fields.create, {"type": "string"}, "fieldone")
    note("field update", fields.update, {"type": "integer"}, "field_one")
    note("field get", fields.get, "field_one")
    note("field list", lambda: [field["name"] for field in fields.list()["field"]])
    note("group create", groups.create, "group_one")
    groups.create("group_two")
    note("group add field", groups.add_field_to_group, "group_one", "field_one")
    note("group add group", groups.add_group_to_group, "group_one", "group_two")
    note("group get", groups.get, "group_one")
    note("group list", groups.list)
    note("group remove field", groups.remove_field_from_group, "group_one", "field_one")
    note("group remove group", groups.remove_group_from_group, "group_one", "group_two")
    note("group delete", groups.delete, "group_two")
    note("group get unknown", groups.get, "group_two")

    items, shapes = vidispine.item, vidispine.item_shape
    note("item create", items.create_placeholder, generic(title="Foo"), {"container": 1})
    note("item get", items.get, "VX-1")
    note("item get alone", items.get, "VX-1", metadata=False)
    note("item update", items.update_metadata, "VX-1", generic(title="Bar", field_one="123"))
    note("item update unknown field", items.update_metadata, "VX-1", generic(field_two="x"))
    note("item get unknown", items.get, "VX-1000000")
    note("import", items.import_to_placeholder, "VX-1", "container", {"uri": clip})
    note("import no more", items.import_to_placeholder, "VX-1", "video", {"uri": clip})

    note("job get", vidispine.job.get, "VX-1")
    note("job problems", vidispine.job.list_problems)
    note("job get unknown", vidispine.job.get, "VX-1000000")

    note("shape create", shapes.create, {"metadata": {"field": [{"key": "test", "value": "test"}]}}, "VX-1")
    note("shape list", shapes.list, "VX-1")
    note("shape get", shapes.get, "VX-1", "VX-2")
    note("shape import", shapes.import_shape, "VX-1", {"uri": clip})
    query = {"field": [{"name": "test", "value": [{"value": "test"}]}]}
    note("shape search", vidispine.search.shape, query)
    note("shape search page", vidispine.search.shape, query, matrix_params={"number": 0})
    note("shape delete", shapes.delete, "VX-1", "VX-2")
    note("shape delete all", shapes.delete_all, "VX-1")
    note("shape list after", shapes.list, "VX-1")

    collections = vidispine.collection
    note("collection create", collections.create, {"name": "Foo"})
    collections.create()
    note("collection update", collections.update_metadata, "VX-1", generic(title="Bar"))
    note("collection get", collections.get, "VX-1")
    note("collection list", collections.list)
    note("collection list page", collections.list, matrix_params={"first": 2, "number": 1})
    note("collection delete", collections.delete, "VX-1")
    note("collection delete multiple", collections.delete_multiple, ["VX-2", "VX-77"])
    note("collection delete unknown", collections.delete, "VX-1")

    tags = vidispine.shape_tag
    note("tag create", tags.create, "lowres", {"format": "mp4"})
    note("tag update", tags.update, "lowres", {"format": "mov"})
    note("tag get", tags.get, "lowres")
    note("tag list", tags.list)
    note("tag delete", tags.delete, "lowres")
    note("tag get unknown", tags.get, "lowres")

    storages = vidispine.storage
    note("storage create", storages.create, {"type": "LOCAL", "capacity": "1500000"})
    note("storage update", storages.update, "VX-2", {"type": "LOCAL", "capacity": "2000000"})
    note("storage get", storages.get, "VX-2")
    note("storage list", lambda: [storage["id"] for storage in storages.list()["storage"]])
    note("storage delete", storages.delete, "VX-2")
    note("storage get unknown", storages.get, "VX-2")

    note("item delete", items.delete, "VX-1")
    note("item delete unknown", items.delete, "VX-1")
    note("field delete", fields.delete, "field_one")
    note("log", vidispine.log.list)


if __name__ == "__main__":
    main(*sys.argv[1:])
    json.dump(FOUND, sys.stdout)
