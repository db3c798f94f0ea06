"""A script with searches as users write it; type checkers must infer each type in ``assert_type``."""

from __future__ import annotations

from typing import Any

from typing_extensions import assert_type

import vidispine
from vidispine import Facet, Field, ItemSearchType, ItemType, Pages, Search
from vidispine.search import Condition, FieldCondition, has_group, has_shape

title = Field("title").contains("news")
assert_type(title, FieldCondition)
assert_type(Field("title") == "news", FieldCondition)
assert_type(title.boost(2), FieldCondition)
assert_type(Field("title") != "news", Condition)
assert_type(title & ((Field("length") > 60) | ~Field("genre").one_of("a", 1)), Condition)
assert_type(has_group("acme_person", title) & has_shape(title), Condition)

search = Search(title, sort=["-created"], facets=["genre", Facet("length", ranges=[0, 60, None])], highlight=["title"])
assert_type(search.where(title), Search)
assert_type(search.document, ItemSearchType)
assert_type(Search.from_document(search.document), Search)

client = vidispine.Client("http://localhost:8080")
hits = client.item.iterate_search_items(search)
assert_type(hits, Pages[ItemType])
assert_type(hits.facets, dict[str, dict[Any, int]])
assert_type(hits.facets["genre"]["news"], int)
assert_type(next(hits).highlights, dict[str, list[str]])
assert_type(client.item.search_items(search).facets["length"][0, 60], int)
assert_type(client.item.iterate_search_items(title), Pages[ItemType])
client.item.search_items(Field("title") == "news")
client.metadata.update_many("item", Field("title") == "news", {"title": "News"})
client.collection.search_collections(search)
client.search.search_files(search)
client.search.search_shapes(search)
client.document.search_documents(search)
