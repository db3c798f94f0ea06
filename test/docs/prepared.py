"""Creates the items, fields, collections and users that the examples of the catalogue name."""

from __future__ import annotations

from typing import Any

import vidispine
from vidispine.simulator import Simulator

__all__ = ["prepare"]

FIELDS = {
    "acme_city": "string-exact",
    "acme_comment": "string",
    "acme_genre": "string-exact",
    "acme_language": "string-exact",
    "acme_licensor": "string",
    "acme_name": "string",
    "acme_priority": "integer",
    "acme_role": "string-exact",
    "acme_season": "integer",
    "acme_series": "string",
}
USER_GROUPS = (
    "archive_readers", "editors", "newsroom", "sports_desk", "sports_editors", "staff",
    "summer_interns", "winter_interns",
)  # fmt: skip
GROUPS = ("acme_marker", "acme_person", "acme_programme", "acme_contact")
ENTRY = "7e9bd6e2-53a0-4b69-8e3b-0a6bf0a4d5c1"
"""UUID of the entry that examples change."""
OTHER_ENTRY = "0b1f6c55-2f14-4a0e-9c0e-7d2b8f3a1e90"

COUNTED_FROM = {"item": 92, "collection": 110, "access_control": 21}
"""The last id that is in use, by table."""


def prepare(simulator: Simulator, example: str) -> None:
    """Bring it about in a new simulator."""
    database = simulator._state.database
    with simulator._state.timeline.transaction():
        for table, number in COUNTED_FROM.items():
            database.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", [table, number])
    with vidispine.ApiClient(simulator.configuration()) as client:
        _prepare_fields(client)
        _prepare_accounts(client, example)
        _prepare_entities(client)
        _prepare_history(simulator, client, example)
        _prepare_access(client, example)
        if "playout_service" in example:
            made = vidispine.AccessKeyApi(client).create_user_access_key("playout_service", name="playout-2023")
            with simulator._state.timeline.transaction():
                database.execute("UPDATE access_key SET id = 'VSIDA1B2C3D4E5F6G7H8' WHERE id = ?", [made.id])


def _prepare_fields(client: vidispine.ApiClient) -> None:
    fields, groups = vidispine.MetadataFieldApi(client), vidispine.MetadataFieldGroupsApi(client)
    for name, kind in FIELDS.items():
        fields.update_or_create_metadata_field(name, {"type": kind})
        fields.update_metadata_field_metadata_key(name, "acme_label", name)
    choices = {"field": [{"key": "sv_SE", "value": "Swedish"}, {"key": "en_GB", "value": "English"}]}
    fields.update_metadata_field_enumeration("acme_language", choices)
    for name in GROUPS:
        groups.update_or_create_metadata_field_group(name, {"data": [{"key": "acme_label", "value": name}]})
    groups.add_metadata_field_group_to_field_group("acme_programme", "acme_person")
    groups.update_metadata_field_group("acme_programme", "acme_season")


def _prepare_accounts(client: vidispine.ApiClient, example: str) -> None:
    users, groups = vidispine.UserApi(client), vidispine.GroupApi(client)
    for name in ("alice", "archive_bot", "chief_editor", "playout_service"):
        users.create_user({"userName": name})
    for name in USER_GROUPS:
        groups.update_or_create_group(name, {"metadata": {"field": [{"key": "cost_centre", "value": "4711"}]}})
    groups.add_group_to_group("newsroom", "editors")
    groups.add_user_to_group("editors", "alice")
    if "create_user(" not in example:
        department = {"field": [{"key": "department", "value": "sports"}]}
        groups_of_bob = {"group": [{"groupName": "editors"}, {"groupName": "_job_read"}]}
        users.create_user({"userName": "bob", "realName": "Bob", "groupList": groups_of_bob, "metadata": department})


def _metadata(**fields: str) -> dict[str, Any]:
    written = [{"name": name, "value": [{"value": value}]} for name, value in fields.items()]
    return {"timespan": [{"start": "-INF", "end": "+INF", "field": written}]}


def _prepare_entities(client: vidispine.ApiClient) -> None:
    imports = vidispine.ImportApi(client)
    for number in range(93, 97):
        imports.create_placeholder(_metadata(title=f"Marathon {number}"), container=1)
    collections = vidispine.CollectionApi(client)
    content = [{"id": "VX-93", "type": "item"}, {"id": "VX-94", "type": "item"}]
    collections.create_collection({"content": content}, name="Marathon 2024")
    collections.create_collection({}, name="Marathon 2025")
    collections.create_collection({}, name="Trailers")
    collections.add_to_collection("VX-111", "VX-95")
    collections.add_to_collection("VX-111", "VX-113", type="collection")
    collections.add_to_collection("VX-112", "VX-111", type="collection")
    delivery = {"field": [{"key": "acme_delivery", "value": "approved"}]}
    vidispine.ShapeApi(client).create_shape_placeholder("VX-93", delivery, container=1)
    vidispine.DocumentApi(client).update_or_create_document("rights_marathon", _metadata(acme_licensor="Acme"))


def _prepare_history(simulator: Simulator, client: vidispine.ApiClient, example: str) -> None:
    """Let VX-93 have the change sets VX-792 and VX-794, and the entry that examples change."""
    state = simulator._state
    item = state.items.get("VX-93")
    with state.timeline.transaction() as now:
        state.metadata.set_fields(item, now, {"mediaType": ["video"]})
        state.database.execute("UPDATE sqlite_sequence SET seq = 791 WHERE name = 'change_set'")
    metadata = vidispine.MetadataApi(client)
    for number, title in ((93, "First"), (94, "Other"), (93, "Second")):
        metadata.update_metadata("item", f"VX-{number}", _metadata(title=title, acme_comment=title))
    entries = [ENTRY, OTHER_ENTRY] if "metadata_entr" in example else [ENTRY]
    node = "value" if "metadata_entr" in example else "field"
    with state.timeline.transaction():
        for uuid, name in zip(entries, ("title", "acme_comment")):
            state.database.execute(
                "UPDATE metadata SET uuid = ? WHERE kind = 'item' AND owner = 93 AND name = ? AND node = ?"
                " AND removed IS NULL",
                [uuid, name, node],
            )


def _prepare_access(client: vidispine.ApiClient, example: str) -> None:
    """Add the entries VX-29 and VX-30 to the entity of the example."""
    access = vidispine.AccessApi(client)
    entity = ("collection", "VX-111") if '"collection"' in example else ("item", "VX-93")
    access.create_access_control(*entity, {"permission": "READ", "group": "sports_editors"})
    access.create_access_control(*entity, {"permission": "WRITE", "user": "alice"})
