"""Operations on access control."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.access_store import LEVELS
from vidispine.simulator.accounts.documents import access_entry, merged_access
from vidispine.simulator.accounts.entities import EntityRef, requested_entity
from vidispine.simulator.accounts.user_store import SUPER_USER
from vidispine.simulator.http.errors import invalid_input
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.accounts.access_store import AccessControl
    from vidispine.simulator.http.requests import Request

READ, WRITE = "_accesscontrol_read", "_accesscontrol_write"


def _check(request: Request, document: Mapping[str, Any]) -> None:
    permission = document["permission"]
    if permission not in LEVELS[:-1]:
        explanation = f"permission is one of {', '.join(LEVELS[:-1])}"
        raise invalid_input("permission", permission, explanation, context="access")
    if ("user" in document) == ("group" in document):
        raise invalid_input("user", None, "an access control applies to a user or to a group", context="access")
    if "user" in document:
        request.users.get(document["user"])
    else:
        request.users.groups.check(document["group"])


def _add(
    request: Request, entity: EntityRef, document: Mapping[str, Any], allow_duplicate: bool = True
) -> AccessControl:
    _check(request, document)
    if not allow_duplicate:
        for control in request.state.access.of(entity):
            present = control.to_json(request.base_url)
            if all(present.get(name) == value for name, value in document.items()):
                return control
    control = request.state.access.add(entity, request.user.name, document)
    _notify(request, "create", entity, control)
    return control


def _notify(request: Request, event: str, entity: EntityRef, control: AccessControl) -> None:
    request.state.media.notifier.access(event, entity, {"permission": control.permission, "user": request.user.name})


@operation(WRITE)
def create_access_control(request: Request) -> Response:
    allow_duplicate = request.arguments.get("allowDuplicate", True)
    control = _add(request, requested_entity(request, "ALL"), request.body, allow_duplicate)
    document = control.to_json(request.base_url)
    return Response(document, document["id"])


@operation(WRITE)
def create_access_controls(request: Request) -> Response:
    entity = requested_entity(request, "ALL")
    documents = [_add(request, entity, entry).to_json(request.base_url) for entry in request.body.get("access", ())]
    return _list(documents)


@operation(SUPER_USER)
def create_access_control_for_all_items(request: Request) -> None:
    for serial in request.state.database.column("SELECT serial FROM item"):
        _add(request, EntityRef("item", serial), request.body)


def _list(documents: list[dict[str, Any]]) -> Response:
    return Response({"access": documents} if documents else {}, text_lines([document["id"] for document in documents]))


@operation(READ)
def get_access_controls(request: Request) -> Response:
    """List the access controls of an entity, without inherited ones."""
    entity = requested_entity(request, "READ")
    return _list([control.to_json(request.base_url) for control in request.state.access.of(entity)])


@operation(READ)
def get_access_control(request: Request) -> Response:
    control = request.state.access.get(requested_entity(request, "READ"), request.arguments["access-id"])
    document = control.to_json(request.base_url)
    return Response(document, document["id"])


def _remove(request: Request, control: AccessControl) -> None:
    if control.permission == "OWNER":
        raise invalid_input("access-id", control.permission, "use update_owner to change the owner", "access")
    _notify(request, "delete", requested_entity(request, "ALL"), control)
    request.state.access.remove(control)


@operation(WRITE)
def delete_access_control(request: Request) -> None:
    _remove(request, request.state.access.get(requested_entity(request, "ALL"), request.arguments["access-id"]))


@operation(WRITE)
def delete_access_controls(request: Request) -> None:
    """Remove several access controls from an entity, by id."""
    entity = requested_entity(request, "ALL")
    for entry in request.body.get("access", ()):
        _remove(request, request.state.access.get(entity, entry.get("id", "")))


@operation(SUPER_USER)
def delete_access_controls_from_all_items(request: Request) -> None:
    """Remove all access controls from every item, except those of owners."""
    request.state.database.execute("DELETE FROM access_control WHERE kind = 'item' AND permission <> 'OWNER'")


@operation(WRITE)
def update_owner(request: Request) -> Response:
    entity = requested_entity(request, "OWNER")
    name = request.arguments["username"]
    request.users.get(name)
    for control in request.state.access.of(entity):
        if control.permission == "OWNER":
            request.state.access.remove(control)
    owner = request.state.access.add_owner(entity, name)
    request.state.database.execute(f"UPDATE {entity.kind} SET user = ? WHERE serial = ?", [name, entity.serial])  # noqa: S608
    return Response(owner.to_json(request.base_url))


@operation(READ)
def get_merged_access(request: Request) -> Response:
    user = request.users.get(request.arguments.get("username", request.user.name))
    return Response(merged_access(request, requested_entity(request, "READ"), user))


@operation(READ)
def get_merged_access_for_group(request: Request) -> Response:
    entity = requested_entity(request, "READ")
    controls = request.state.access.with_inherited(entity)
    entries = [access_entry(control, entity) for control in controls if control.user_group]
    return Response({"access": entries} if entries else {})
