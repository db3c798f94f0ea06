"""What the simulated server does with access controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.access_documents import entry_of, merged_access
from vidispine.simulator.accounts.access_store import LEVELS
from vidispine.simulator.accounts.entities import Subject, entity_of
from vidispine.simulator.accounts.user_store import SUPER_USER
from vidispine.simulator.http.errors import invalid, not_found
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer, lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.accounts.access_store import AccessControl
    from vidispine.simulator.http.requests import Call

__all__ = ["ACCESS"]

READ, WRITE = "_accesscontrol_read", "_accesscontrol_write"


def _check(call: Call, document: Mapping[str, Any]) -> None:
    permission = document["permission"]
    if permission not in LEVELS[:-1]:
        raise invalid("permission", permission, f"permission is one of {', '.join(LEVELS[:-1])}", context="access")
    if ("user" in document) == ("group" in document):
        raise invalid("user", None, "an access control is for a user or for a group", context="access")
    if "user" in document and call.users.find(document["user"]) is None:
        raise not_found("User", document["user"])
    if "group" in document and not call.users.groups.exists(document["group"]):
        raise not_found("Group", document["group"])


def _add(call: Call, subject: Subject, document: Mapping[str, Any], allow_duplicate: bool = True) -> AccessControl:
    _check(call, document)
    if not allow_duplicate:
        for control in call.world.access.of(subject):
            present = control.to_json(call.root)
            if all(present.get(name) == value for name, value in document.items()):
                return control
    return call.world.access.add(subject, call.user.name, document)


def create_access_control(call: Call) -> Answer:
    """Give a user or a group access to an entity."""
    call.need(WRITE)
    control = _add(call, entity_of(call, "ALL"), call.body, call.arguments.get("allowDuplicate", True))
    document = control.to_json(call.root)
    return Answer(document, document["id"])


def create_access_controls(call: Call) -> Answer:
    """Add several access controls to an entity."""
    call.need(WRITE)
    subject = entity_of(call, "ALL")
    documents = [_add(call, subject, entry).to_json(call.root) for entry in call.body.get("access", ())]
    return _list(documents)


def create_access_control_for_all_items(call: Call) -> Answer:
    """Add an access control to every item."""
    call.need(SUPER_USER)
    for row in call.world.database.rows("SELECT serial FROM item"):
        _add(call, Subject("item", row["serial"]), call.body)
    return Answer()


def _list(documents: list[dict[str, Any]]) -> Answer:
    return Answer({"access": documents} if documents else {}, lines([document["id"] for document in documents]))


def get_access_controls(call: Call) -> Answer:
    """Answer with the access controls of an entity itself."""
    call.need(READ)
    subject = entity_of(call, "READ")
    return _list([control.to_json(call.root) for control in call.world.access.of(subject)])


def get_access_control(call: Call) -> Answer:
    """Answer with one access control of an entity."""
    call.need(READ)
    document = call.world.access.get(entity_of(call, "READ"), call.arguments["access-id"]).to_json(call.root)
    return Answer(document, document["id"])


def _remove(call: Call, control: AccessControl) -> None:
    if control.permission == "OWNER":
        raise invalid("access-id", control.permission, "the owner's own access moves with update_owner", "access")
    call.world.access.remove(control)


def delete_access_control(call: Call) -> Answer:
    """Remove an access control from an entity."""
    call.need(WRITE)
    _remove(call, call.world.access.get(entity_of(call, "ALL"), call.arguments["access-id"]))
    return Answer()


def delete_access_controls(call: Call) -> Answer:
    """Remove the access controls of a list, by their ids, from an entity."""
    call.need(WRITE)
    subject = entity_of(call, "ALL")
    for entry in call.body.get("access", ()):
        _remove(call, call.world.access.get(subject, entry.get("id", "")))
    return Answer()


def delete_access_controls_from_all_items(call: Call) -> Answer:
    """Remove all access controls, but for those of owners, from every item."""
    call.need(SUPER_USER)
    call.world.database.execute("DELETE FROM access_control WHERE kind = 'item' AND permission <> 'OWNER'")
    return Answer()


def update_owner(call: Call) -> Answer:
    """Hand an entity on to another user."""
    call.need(WRITE)
    subject = entity_of(call, "OWNER")
    name = call.arguments["username"]
    if call.users.find(name) is None:
        raise not_found("User", name)
    for control in call.world.access.of(subject):
        if control.permission == "OWNER":
            call.world.access.remove(control)
    owner = call.world.access.add_owner(subject, name)
    call.world.database.execute(f"UPDATE {subject.kind} SET user = ? WHERE serial = ?", [name, subject.serial])  # noqa: S608
    return Answer(owner.to_json(call.root))


def get_merged_access(call: Call) -> Answer:
    """Answer with the access controls by which a user gets at an entity."""
    call.need(READ)
    name = call.arguments.get("username", call.user.name)
    user = call.users.find(name)
    if user is None:
        raise not_found("User", name)
    return Answer(merged_access(call, entity_of(call, "READ"), user))


def get_merged_access_for_group(call: Call) -> Answer:
    """Answer with the access controls by which groups get at an entity."""
    call.need(READ)
    subject = entity_of(call, "READ")
    entries = [entry_of(control, subject) for control in call.world.access.inherited(subject) if control.user_group]
    for entry in entries:
        entry.pop("matches", None)
    return Answer({"access": entries} if entries else {})


ACCESS = table(
    [
        create_access_control,
        create_access_control_for_all_items,
        create_access_controls,
        delete_access_control,
        delete_access_controls,
        delete_access_controls_from_all_items,
        get_access_control,
        get_access_controls,
        get_merged_access,
        get_merged_access_for_group,
        update_owner,
    ]
)
