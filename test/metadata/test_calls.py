"""Metadata is loaded, edited and saved over HTTP, and only what has changed is sent."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from vidispine import (
    ApiKeyError,
    ApiTypeError,
    ApiValueError,
    Client,
    ConflictException,
    Field,
    Metadata,
    MetadataType,
    NotFoundException,
    Search,
    TimeCode,
)
from vidispine.simulator import Simulator

PEOPLE = [
    {"acme_name": "Ada", "acme_role": "host", "acme_contact": {"acme_email": "ada@example.com"}},
    {"acme_name": "Bob"},
]


def writes(vidicore: Simulator) -> list[Any]:
    return [
        request
        for request in vidicore.requests
        if request.method == "PUT" and "/metadata" in request.path and "metadata-field" not in request.path
    ]


def test_metadata_that_is_built_is_what_an_import_stores(sdk: Client) -> None:
    metadata = Metadata({"title": "News", "acme_keyword": ["a", "b"], "acme_person": PEOPLE})
    item = sdk.import_.create_placeholder(metadata, container=1).id
    assert item
    loaded = sdk.metadata.load("item", item)
    assert loaded["title"] == "News"
    assert loaded.get_all("acme_keyword") == ["a", "b"]
    assert [group.to_plain() for group in loaded.groups("acme_person")] == PEOPLE


def test_edit_without_with_is_an_error(vidicore: Simulator, sdk: Client, item: str) -> None:
    before = len(vidicore.requests)
    edit: Any = sdk.metadata.edit("item", item)
    for use in (lambda: setattr(edit, "title", "Draft"), lambda: edit.changes()):
        with pytest.raises(AttributeError, match=r"^edit takes effect in a with statement"):
            use()
    for use in (lambda: edit.__setitem__("title", "Draft"), lambda: edit["title"]):
        with pytest.raises(ApiTypeError, match=r"in a with statement"):
            use()
    assert len(vidicore.requests) == before


def test_edit_sends_the_smallest_change_and_nothing_if_nothing_changed(
    vidicore: Simulator, sdk: Client, item: str
) -> None:
    with sdk.metadata.edit("item", item) as metadata:
        metadata["title"] = "Draft"
        metadata.add("acme_keyword")
    assert writes(vidicore) == []
    with sdk.metadata.edit("item", item) as metadata:
        metadata["acme_rating"] = 4
        revision = metadata.revision
    (request,) = writes(vidicore)
    assert json.loads(request.body) == {
        "revision": revision,
        "timespan": [{"start": "-INF", "end": "+INF", "field": [{"name": "acme_rating", "value": [{"value": "4"}]}]}],
    }
    assert metadata.revision != revision
    assert metadata.changes() is None


def test_an_exception_in_the_block_sends_nothing(vidicore: Simulator, sdk: Client, item: str) -> None:
    def fail(metadata: MetadataType) -> None:
        metadata["title"] = "x"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), sdk.metadata.edit("item", item) as metadata:
        fail(metadata)
    assert writes(vidicore) == []


def test_metadata_can_be_edited_and_saved_repeatedly(sdk: Client, item: str) -> None:
    metadata = sdk.metadata.load("item", item)
    group = metadata.add_group("acme_person", {"acme_name": "Ada"})
    assert sdk.metadata.save(metadata) is metadata
    with pytest.raises(ApiValueError, match="before the metadata was saved"):
        group["acme_role"] = "host"
    metadata.groups("acme_person")[0]["acme_role"] = "host"
    metadata.at("0@PAL", "25@PAL")["acme_comment"] = "dark"
    sdk.metadata.save(metadata)
    assert sdk.metadata.load("item", item).to_plain() == metadata.to_plain()
    assert metadata.to_plain()["acme_person"] == {"acme_name": "Ada", "acme_role": "host"}
    assert [span["acme_comment"] for span in metadata.timed("acme_comment")] == ["dark"]


def test_values_of_all_types_are_stored_as_text_and_read_by_definition(sdk: Client, item: str) -> None:
    when = datetime(2026, 3, 1, 12, 30, tzinfo=timezone.utc)
    values = {
        "acme_rating": 4,
        "acme_live": True,
        "acme_seconds": 1.5,
        "acme_when": when,
        "acme_start": TimeCode("250@PAL"),
    }
    with sdk.metadata.edit("item", item) as metadata:
        metadata.update(values)
    loaded = sdk.metadata.load("item", item, schema=sdk.metadata.schema())
    assert {name: loaded.get(name) for name in values} == values
    assert loaded["acme_live"] == "true"
    assert loaded.get("acme_rating", type=float) == 4.0
    with pytest.raises(ApiKeyError, match="did you mean 'acme_rating'"):
        loaded.get("acme_ratng")
    with pytest.raises(ApiKeyError, match="did you mean 'acme_rating'"):
        loaded["acme_ratng"] = 5
    with pytest.raises(ApiKeyError, match="did you mean 'acme_person'"):
        loaded.add_group("acme_persn")
    with pytest.raises(ApiKeyError, match="did you mean 'acme_comment'"):
        loaded.timed("acme_coment")
    with pytest.raises(ApiKeyError, match="'acme_person' is a metadata field group, not a field"):
        loaded["acme_person"] = "Ada"
    with pytest.raises(ApiKeyError, match="'acme_name' is a metadata field, not a field group"):
        loaded.add_group("acme_name")
    assert loaded.timed("acme_comment") == loaded.timed("acme_person") == []


def test_the_schema_is_requested_once(vidicore: Simulator, sdk: Client) -> None:
    schema = sdk.metadata.schema()
    number = len(vidicore.requests)
    assert sdk.metadata.schema() is schema
    assert len(vidicore.requests) == number
    assert sdk.metadata.schema(refresh=True) is not schema
    assert schema.fields["acme_rating"].type == "integer"
    assert "acme_person" in schema.groups


def test_a_conflict_names_what_both_sides_changed(sdk: Client, item: str) -> None:
    mine = sdk.metadata.load("item", item)
    with sdk.metadata.edit("item", item) as theirs:
        theirs["title"] = "Theirs"
        theirs["acme_rating"] = 1
    mine["title"] = "Mine"
    mine["acme_genre"] = "news"
    for retry in (False, True):
        with pytest.raises(ConflictException, match="both sides changed title: ") as caught:
            sdk.metadata.save(mine, retry_on_conflict=retry)
        assert caught.value.changed_by_both == ("title",)
    assert sdk.metadata.load("item", item)["title"] == "Theirs"


def test_changes_that_have_nothing_in_common_are_merged_on_request(sdk: Client, item: str) -> None:
    with sdk.metadata.edit("item", item) as metadata:
        metadata["acme_person"] = [{"acme_name": "Ada"}, {"acme_name": "Bob"}]
    mine = sdk.metadata.load("item", item)
    with sdk.metadata.edit("item", item) as theirs:
        theirs["acme_rating"] = 1
        theirs.groups("acme_person")[0]["acme_role"] = "host"
    mine["acme_genre"] = "news"
    mine.groups("acme_person")[1]["acme_role"] = "guest"
    with pytest.raises(ConflictException, match="retry_on_conflict=True keeps both") as caught:
        sdk.metadata.save(mine)
    assert caught.value.changed_by_both == ()
    sdk.metadata.save(mine, retry_on_conflict=True)
    assert mine.to_plain()["acme_person"] == [
        {"acme_name": "Ada", "acme_role": "host"},
        {"acme_name": "Bob", "acme_role": "guest"},
    ]
    assert (mine["acme_rating"], mine["acme_genre"]) == ("1", "news")


def test_changes_in_different_languages_are_merged(sdk: Client, item: str) -> None:
    with sdk.metadata.edit("item", item) as metadata:
        metadata.language("sv")["acme_comment"] = "B\u00e5t"
        metadata.language("de")["acme_comment"] = "Boot"
        metadata.language("fr")["acme_comment"] = "bateau"
    mine = sdk.metadata.load("item", item)
    with sdk.metadata.edit("item", item) as theirs:
        theirs.language("de")["acme_comment"] = "Schiff"
        theirs.language("en")["acme_comment"] = "ship"
        theirs.language("en")["acme_keyword"] = "sea"
    mine.language("sv")["acme_comment"] = "Skepp"
    mine.language("sv")["acme_keyword"] = "hav"
    del mine.language("fr")["acme_comment"]
    sdk.metadata.save(mine, retry_on_conflict=True)
    found = sdk.metadata.load("item", item)
    comments = {code: found.language(code).get_all("acme_comment") for code in ("sv", "de", "fr", "en")}
    assert comments == {"sv": ["Skepp"], "de": ["Schiff"], "fr": [], "en": ["ship"]}
    assert sorted(found.get_all("acme_keyword")) == ["hav", "sea"]


def test_changes_in_the_same_language_are_a_conflict(sdk: Client, item: str) -> None:
    with sdk.metadata.edit("item", item) as metadata:
        metadata.language("sv")["title"] = "B\u00e5t"
    changes: list[tuple[Any, Any, str]] = [
        (lambda md: md.language("sv").add("title", "a"), lambda md: md.language("sv").add("title", "b"), "title in sv"),
        (lambda md: md.language("sv").add("title", "c"), lambda md: md.update({"title": "d"}), "title in sv"),
        (lambda md: md.language("de").add("title", "e"), lambda md: md.__delitem__("title"), "title in de"),
    ]
    for change_mine, change_theirs, both in changes:
        mine = sdk.metadata.load("item", item)
        with sdk.metadata.edit("item", item) as theirs:
            change_theirs(theirs)
        change_mine(mine)
        with pytest.raises(ConflictException) as caught:
            sdk.metadata.save(mine, retry_on_conflict=True)
        assert caught.value.changed_by_both == (both,)


def test_collections_and_documents_work_like_items(sdk: Client) -> None:
    collection = sdk.collection.create_collection(name="Cuts").id
    assert collection
    sdk.metadata.save(Metadata({"title": "Notes"}), "document", "notes")
    for kind, id in (("collection", collection), ("document", "notes")):
        with sdk.metadata.edit(kind, id) as metadata:
            metadata["acme_genre"] = "news"
        assert sdk.metadata.load(kind, id)["acme_genre"] == "news"
        assert sdk.metadata.load(kind, id)["title"] in ("Cuts", "Notes")


def test_metadata_of_a_search_hit_is_edited_and_saved(sdk: Client, item: str) -> None:
    (hit,) = sdk.item.iterate_search_items({}, content="metadata")
    assert isinstance(hit.metadata, MetadataType)
    hit.metadata["title"] = "Found"
    with pytest.raises(ApiValueError, match="pass its kind and its id"):
        sdk.metadata.save(hit.metadata)
    sdk.metadata.save(hit.metadata, "item", hit.id)
    assert sdk.metadata.load("item", item)["title"] == "Found"


def test_metadata_is_not_saved_to_another_entity(vidicore: Simulator, sdk: Client, item: str) -> None:
    """Its UUIDs and its revision belong to the first one, so a copy would not be complete."""
    other = sdk.import_.create_placeholder(Metadata({"title": "Other"}), container=1).id
    new = Metadata({"title": "Twice"})
    sdk.metadata.save(new, "item", item)
    loaded = sdk.metadata.load("item", item)
    for metadata in (new, loaded):
        number = len(vidicore.requests)
        with pytest.raises(ApiValueError, match=f"this is the metadata of item {item}: to copy it, edit"):
            sdk.metadata.save(metadata, "item", other)
        assert len(vidicore.requests) == number
    loaded["title"] = "Again"
    sdk.metadata.save(loaded, "item", item)


# Many


def test_update_many_updates_each_and_reports_errors(sdk: Client, item: str) -> None:
    other = sdk.import_.create_placeholder(Metadata({"acme_keyword": "a"}), container=1).id
    assert other
    progress: list[tuple[int, int]] = []
    results = sdk.metadata.update_many(
        "item",
        {
            item: {"title": "One"},
            "VX-999": {"title": "None"},
            other: lambda metadata: metadata.add("acme_keyword", "b"),
        },
        on_progress=lambda done, total: progress.append((done, total)),
    )
    assert list(results) == [item, "VX-999", other]
    assert progress == [(1, 3), (2, 3), (3, 3)]
    first, missing, second = results.values()
    assert isinstance(first, MetadataType)
    assert first["title"] == "One"
    assert isinstance(missing, NotFoundException)
    assert isinstance(second, MetadataType)
    assert second.get_all("acme_keyword") == ["a", "b"]


def test_update_many_takes_the_items_of_a_collection_and_of_a_search(sdk: Client) -> None:
    collection = sdk.collection.create_collection(name="Cuts").id
    assert collection
    ids = []
    for number in range(25):
        item = sdk.import_.create_placeholder(Metadata({"title": f"Cut {number}"}), container=1).id
        assert item
        sdk.collection.add_to_collection(collection, item, type="item")
        ids.append(item)
    found = sdk.metadata.update_many(
        "item", sdk.collection.iterate_collection_items(collection, page_size=10), {"acme_genre": "news"}
    )
    assert sorted(found) == sorted(ids)
    search = {"field": [{"name": "acme_genre", "value": [{"value": "news"}]}]}
    # The update changes the results, so a search during the update would miss items.
    found = sdk.metadata.update_many(
        "item", sdk.item.iterate_search_items(search, page_size=10), {"acme_genre": "sport"}, workers=3
    )
    assert sorted(found) == sorted(ids)
    assert {sdk.metadata.load("item", id)["acme_genre"] for id in ids} == {"sport"}
    found = sdk.metadata.update_many("item", Search(Field("acme_genre") == "sport"), {"title": "x"})
    assert sorted(found) == sorted(ids)
    assert list(sdk.metadata.update_many("collection", Search(), {"title": "x"})) == [collection]
    with pytest.raises(ApiValueError, match="finds items or collections, not a library"):
        sdk.metadata.update_many("library", Search(), {"title": "x"})


def test_the_keys_and_values_of_a_library_are_its_metadata(vidicore: Simulator, sdk: Client) -> None:
    (uri,) = sdk.library.create_library({"item": []}).uri or []
    library = uri.rpartition("/")[2]
    with sdk.metadata.edit("library", library) as md:
        md.update({"team": "sports", "purpose": "weekly \u00e5"})
    with sdk.metadata.edit("library", library) as md:
        md["team"] = "news"
        del md["purpose"]
    md = sdk.metadata.load("library", library)
    assert md.to_plain() == {"team": "news"}
    assert md.changes() is None
    with sdk.metadata.edit("library", library) as md:
        del md["team"]
    assert not sdk.library.get_library_metadata(library).field
    changes: list[Any] = [
        lambda md: md.add("team", "a", "b"),
        lambda md: md.add_group("g", {"a": 1}),
        lambda md: md.at("0", "1").add("team", "a"),
        lambda md: md.track("A1").add("team", "a"),
        lambda md: md.language("sv").add("team", "a"),
    ]
    for change in changes:
        sent = len(vidicore.requests)
        with pytest.raises(ApiValueError, match="metadata of a library"), sdk.metadata.edit("library", library) as md:
            change(md)
        assert [request.method for request in list(vidicore.requests)[sent:]] == ["GET", "GET"]


@pytest.mark.parametrize("has_schema", [False, True])
def test_an_empty_list_removes_all_groups(sdk: Client, item: str, has_schema: bool) -> None:
    schema = sdk.metadata.schema() if has_schema else None
    with sdk.metadata.edit("item", item, schema=schema) as metadata:
        metadata["acme_person"] = [{"acme_name": "Ada", "acme_role": [], "acme_contact": []}, {"acme_name": "Bob"}]
        metadata.add_group("acme_person", {"acme_name": "Cy", "acme_contact": []})
    assert [person.to_plain() for person in metadata.groups("acme_person")] == [
        {"acme_name": "Ada"}, {"acme_name": "Bob"}, {"acme_name": "Cy"},
    ]  # fmt: skip
    for _ in range(2):
        with sdk.metadata.edit("item", item, schema=schema) as metadata:
            metadata["acme_person"] = []
            metadata.update({"acme_keyword": []})
        assert sdk.metadata.load("item", item).groups("acme_person") == []
    new = Metadata({"title": "x", "acme_person": [], "acme_keyword": []}, schema=sdk.metadata.schema())
    assert [field["name"] for field in new.to_document()["timespan"][0]["field"]] == ["title", "acme_keyword"]
    created = sdk.import_.create_placeholder(new, container=1)
    assert sdk.metadata.load("item", created)["title"] == "x"


def test_update_many_adds_values_and_groups(sdk: Client, item: str) -> None:
    for _ in range(2):
        sdk.metadata.update_many("item", [item], {"acme_keyword": "a", "acme_person": {"acme_name": "Ada"}}, mode="add")
    loaded = sdk.metadata.load("item", item)
    assert loaded.get_all("acme_keyword") == ["a", "a"]
    assert len(loaded.groups("acme_person")) == 2


def test_update_many_sends_nothing_for_values_that_an_entity_has(vidicore: Simulator, sdk: Client, item: str) -> None:
    values = {"acme_keyword": ["a", "b"], "acme_person": [{"acme_name": "Ada", "acme_contact": {"acme_email": "a@x"}}]}
    for methods in (["GET", "PUT"], ["GET"]):
        sent = len(vidicore.requests)
        sdk.metadata.update_many("item", [item], values)
        assert [request.method for request in list(vidicore.requests)[sent:]] == methods


def test_update_many_sends_metadata_as_it_is(vidicore: Simulator, sdk: Client, item: str) -> None:
    update = Metadata({"acme_keyword": ["b"], "acme_person": {"acme_name": "Ada"}}, mode="add")
    number = len(vidicore.requests)
    for _ in range(2):
        sdk.metadata.update_many("item", [item], update)
    assert len(vidicore.requests) == number + 2
    sdk.metadata.update_many("item", [item], Metadata({"acme_keyword": "b"}, mode="remove"))
    loaded = sdk.metadata.load("item", item)
    assert "acme_keyword" not in loaded
    assert len(loaded.groups("acme_person")) == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("item", "VX-1", {}), "iterable of ids"),
        (("item", {"VX-1": {"a": None}}), "None is not a value"),
        (("item", ["VX-1"], {"a": datetime(2026, 1, 1)}), "time zone"),
        (("item", {"VX-1": {}}, {}), "either"),
        (("item", [1], {}), "an id must be"),
        (("item", ["VX-1"], None), "values are missing"),
        (("items", ["VX-1"], {}), "no kind of entity 'items': did you mean 'item'"),
        (("VX-1", ["item"], {}), "pass the kind of entity first"),
        (("global", ["VX-1"], {}), "global metadata has no id"),
    ],
)
def test_update_many_checks_everything_before_it_sends(
    vidicore: Simulator, sdk: Client, arguments: Any, expected: str
) -> None:
    number = len(vidicore.requests)
    with pytest.raises((ApiTypeError, ApiValueError), match=expected):
        sdk.metadata.update_many(*arguments)
    assert len(vidicore.requests) == number


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda api: api.load("item"), "pass the id"),
        (lambda api: api.load("global", "VX-1"), "has no id"),
        (lambda api: api.load(1, "VX-1"), "must be a string"),
        (lambda api: api.load("VX-1", "item"), "pass the kind of entity first, such as 'item', and then the id"),
        (lambda api: api.load("Item", "VX-1"), "no kind of entity 'Item': did you mean 'item'"),
        (lambda api: api.load("item", "VX-1", schema={"title": "string"}), "a schema must be the result of"),
        (lambda api: api.edit("item", "VX-1", schema=True).__enter__(), "a schema must be the result of"),
        (
            lambda api: Metadata(schema="x"),  # type: ignore[arg-type]
            "a schema must be the result of",
        ),
        (
            lambda api: Metadata().use_schema(5),  # type: ignore[arg-type]
            "a schema must be the result of .*, not int",
        ),
        (lambda api: api.update_many("item", ["VX-1"], {}, on_progress=5), "on_progress must be callable, not int"),
        (lambda api: api.update_many("item", ["VX-1"], {}, worker=5), "no parameter 'worker': did you mean 'workers'"),
        (lambda api: api.load("items", "VX-1"), "no kind of entity 'items': did you mean 'item'"),
        (lambda api: api.save("item"), "save takes metadata"),
        (lambda api: Metadata({"timespan": [{"field": []}]}), "a metadata document, not values by name"),
        (lambda api: api.save(Metadata({"title": "x"})), "was not loaded"),
    ],
)
def test_wrong_arguments_send_nothing(vidicore: Simulator, sdk: Client, call: Any, expected: str) -> None:
    number = len(vidicore.requests)
    with pytest.raises((ApiTypeError, ApiValueError), match=expected):
        call(sdk.metadata)
    assert len(vidicore.requests) == number


def test_a_mapping_of_values_is_accepted_as_a_document(vidicore: Simulator, sdk: Client) -> None:
    item = sdk.import_.create_placeholder({"title": "News", "acme_person": PEOPLE, "__user": "x"}, container=1).id or ""
    (request,) = vidicore.requests.of("create_placeholder")
    assert [field["name"] for field in json.loads(request.body)["timespan"][0]["field"]] == ["title"]
    assert [group.to_plain() for group in sdk.metadata.load("item", item).groups("acme_person")] == PEOPLE
    sdk.metadata.update_metadata("item", item, {"title": "A"})
    assert sdk.metadata.load("item", item)["title"] == "A"
    assert sdk.metadata.save({"title": "B"}, "item", item)["title"] == "B"
    document = {"timespan": [{"field": [{"name": "title", "value": [{"value": "C"}]}]}]}
    assert sdk.metadata.save(document, "item", item)["title"] == "C"
    sent = len(vidicore.requests)
    with pytest.raises(ApiTypeError, match="title: None is not a value"):
        sdk.metadata.update_metadata("item", item, {"title": None})
    with pytest.raises(ApiValueError, match="pass its kind and its id"):
        sdk.metadata.save({"title": "B"})
    with pytest.raises(ApiTypeError, match="save takes metadata, then the kind and the id"):
        sdk.metadata.save("item", item, {"title": "B"})  # type: ignore[arg-type]
    assert len(vidicore.requests) == sent


def test_an_entity_is_named_by_its_id_or_its_document(sdk: Client, item: str) -> None:
    document = sdk.item.get_item(item)
    with sdk.metadata.edit("item", document) as metadata:
        metadata["title"] = "Late news"
    assert sdk.metadata.save(metadata, "item", document) is metadata
    assert sdk.metadata.load("item", document)["title"] == "Late news"
    for arguments, message in (
        (("VX-93",), "pass a kind of entity and an id, such as 'item' and 'VX-93', not only 'VX-93'"),
        (("items", "VX-93"), "did you mean 'item'"),
        (("item",), "pass the id of the item"),
        (("item", type(document)()), "pass the id of the item"),
    ):
        with pytest.raises(ApiValueError, match=message):
            sdk.metadata.load(*arguments)
    for wrong in ((document,), ("item", 5.5), ("item", object())):
        with pytest.raises(ApiTypeError, match="not"):
            sdk.metadata.load(*wrong)


def test_terse_metadata_is_not_loaded(vidicore: Simulator, sdk: Client, item: str) -> None:
    sent = len(vidicore.requests)
    with pytest.raises(ApiTypeError, match="terse metadata has no groups and cannot be edited"):
        sdk.metadata.load("item", item, terse=True)  # type: ignore[call-arg]
    assert len(vidicore.requests) == sent


def test_metadata_of_an_earlier_revision(sdk: Client, item: str) -> None:
    with sdk.metadata.edit("item", item) as metadata:
        metadata["acme_rating"] = 4
    revisions = [one.id or "" for one in sdk.metadata.iterate_metadata_change_sets("item", item)]
    loaded = [sdk.metadata.load("item", item, revision=revision) for revision in revisions]
    assert [(one.get("title"), one.get("acme_rating")) for one in loaded[-2:]] == [("Draft", None), ("Draft", "4")]
    # A conflict names the changes since then.
    loaded[-2]["acme_rating"] = 3
    with pytest.raises(ConflictException) as conflict:
        sdk.metadata.save(loaded[-2])
    assert conflict.value.changed_by_both == ("acme_rating",)


def test_a_schema_checks_numbers(vidicore: Simulator, sdk: Client, item: str) -> None:
    schema = sdk.metadata.schema()
    metadata = sdk.metadata.load("item", item, schema=schema)
    metadata["acme_rating"] = 4
    metadata["acme_seconds"] = 1.5
    metadata["acme_when"] = "tomorrow"  # the server knows which texts are dates
    sent = len(vidicore.requests)
    for name, value in (("acme_rating", "four"), ("acme_rating", 4.5), ("acme_seconds", "long")):
        with pytest.raises(ApiValueError, match=f"{name}: '{value}' cannot be converted to"):
            metadata[name] = value
        with pytest.raises(ApiValueError, match=f"{name}: '{value}' cannot be converted to"):
            metadata.add_group("acme_person", {name: value})
        with pytest.raises(ApiValueError, match=f"{name}: '{value}' cannot be converted to"):
            Metadata({name: [1, value]}, schema=schema)
    assert metadata.get("acme_rating") == 4
    assert len(vidicore.requests) == sent
