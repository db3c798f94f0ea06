"""A script with metadata as users write it; type checkers must infer each type in ``assert_type``."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Optional, Union

from typing_extensions import assert_type

import vidispine
from vidispine import Metadata, MetadataType, TimeCode, TimeSpan
from vidispine.metadata import MetadataGroup, MetadataSchema, MetadataSelection, MetadataSpan

md = Metadata({"title": "News", "rating": 4, "keyword": ["a", "b"], "person": [{"name": "Ada"}], "live": True})
assert_type(md, Metadata)
assert_type(md["title"], str)
assert_type(md.get("title"), Any)
assert_type(md.get("rating", type=int), Optional[int])
assert_type(md.get("rating", 0, type=int), int)
assert_type(md.get("when", type=datetime), Optional[datetime])
assert_type(md.get("start", None, type=TimeCode), Optional[TimeCode])
assert_type(md.get_all("keyword"), list[str])
assert_type(md.get_all("rating", type=int), list[int])
assert_type("title" in md, bool)
assert_type(list(md), list[str])
assert_type(md.groups("person"), list[MetadataGroup])
assert_type(md.groups("person")[0]["name"], str)
assert_type(md.add_group("person", {"name": "Bob"}), MetadataGroup)
assert_type(md.language("sv_SE"), MetadataSelection)
assert_type(md.timed("comment"), list[MetadataSpan])
assert_type(md.at("0@PAL", TimeCode("25@PAL")).start, TimeCode)
assert_type(md.to_plain(), dict[str, Any])
assert_type(md.changes(), Optional[MetadataType])
assert_type(md.document, MetadataType)
md["title"] = "Late news"
md["keyword"] = ["a", 5, Fraction(1, 2), Path("clip.mov"), TimeCode("25@PAL")]
md["keyword"] = (name.upper() for name in md)
md["person"] = [{"name": "Ada"}, {"name": "Bob", "role": "host"}]
md.add("keyword", "c", 1, ["d", 2], {"e": 3}.keys())
md.remove("keyword", "a")
del md["rating"]


def edit(client: vidispine.Client) -> None:
    with client.metadata.edit("item", "VX-1") as edited:
        assert_type(edited, MetadataType)
        assert_type(edited["title"], str)
    loaded = client.metadata.load("item", "VX-1", schema=client.metadata.schema())
    assert_type(loaded, MetadataType)
    assert_type(client.metadata.schema(), MetadataSchema)
    assert_type(client.metadata.save(loaded), MetadataType)
    results = client.metadata.update_many("item", {"VX-1": {"title": "x"}})
    assert_type(results, dict[str, Union[MetadataType, Exception]])
    client.metadata.update_many("item", ["VX-1"], lambda one: one.add("keyword", "x"))
    client.import_.create_placeholder(md, container=1)
    client.metadata.update_metadata("item", "VX-1", md)


def pass_what_is_at_hand(client: vidispine.Client, item: vidispine.ItemType) -> None:
    assert_type(client.metadata.load("item", item, interval=TimeSpan("0@PAL", "25@PAL")), MetadataType)
    assert_type(client.metadata.load("item", item, revision="VX-398"), MetadataType)
    assert_type(client.metadata.save({"title": "News", "rating": 4}, "item", item), MetadataType)
    client.metadata.update_metadata("item", "VX-1", {"title": "News"})
    client.import_.create_placeholder({"title": "News"}, container=1)
