"""Operations on users and their tokens, and the simple search for users and groups."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.documents import group_list, user_document, user_list
from vidispine.simulator.accounts.group_store import is_role
from vidispine.simulator.accounts.user_store import ADMINISTRATOR, digest_password
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.arguments import read_page, split_values
from vidispine.simulator.http.errors import conflict, forbidden, invalid_input, not_implemented
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vidispine.simulator.http.requests import Request


READ = "_user_read"


def _user(request: Request, role: str | None = None) -> str:
    """Return the name of the user that the path addresses.

    :param role: the role needed to access another user
    """
    name: str = request.arguments["username"]
    if name != request.user.name:
        request.require_role(role or ADMINISTRATOR)
    return request.users.get(name).name


def _digest(text: str, form: str | None) -> str:
    """Return the digest of a password in one of the formats that clients send.

    :param form: ``md5`` or ``raw``. ``None``: an MD5 hash if it looks like one, else the password itself
    """
    if form is None:
        form = "md5" if re.fullmatch("[0-9a-fA-F]{32}", text) else "raw"
    if form == "raw" and text:
        return digest_password(text)
    if form == "md5" and re.fullmatch("[0-9a-fA-F]{32}", text):
        return text.lower()
    if form not in ("raw", "md5"):
        raise invalid_input("type", form, "a password is raw or md5")
    explanation = "the password is empty or not an MD5 hash; for a plain password, use the type raw"
    raise invalid_input("password", None, explanation, context="user")


@operation(ADMINISTRATOR)
def create_user(request: Request) -> None:
    name = request.body["userName"]
    if not name or ":" in name or not name.isprintable() or name.startswith("VSID"):
        raise invalid_input("userName", name, "the name of a user is text without a colon", context="user")
    if request.users.find(name) is not None:
        raise conflict("User", name, "the user already exists")
    request.state.database.execute("INSERT INTO user (name, enabled) VALUES (?, 1)", [name])
    _write(request, name, request.body)


@operation()
def update_user(request: Request) -> Response:
    name = _user(request)
    document = request.body or {}
    if document.get("userName", name) != name:
        raise invalid_input("userName", document["userName"], "a user cannot be renamed", context="user")
    _write(request, name, document)
    return Response(user_document(request, name))


def _write(request: Request, name: str, document: Mapping[str, Any]) -> None:
    if "password" in document:
        request.users.set_password(name, _digest(document["password"], request.arguments.get("passwordType")))
    if "realName" in document:
        _set_real_name(request, name, document["realName"])
    if "groupList" in document:
        request.require_role(ADMINISTRATOR)
        _update_groups(request, name, document["groupList"].get("group", ()))
    request.state.simple_metadata.put_pairs(f"user:{name}", document.get("metadata", {}).get("field", ()))


def _set_real_name(request: Request, name: str, text: str) -> None:
    request.state.database.execute("UPDATE user SET real_name = ? WHERE name = ?", [text, name])


def _update_groups(request: Request, name: str, groups: Iterable[Mapping[str, Any]]) -> None:
    for group in groups:
        parent = request.users.groups.check(group.get("groupName", ""))
        if group.get("remove", False):
            request.users.groups.remove_member(parent, "user", name)
        else:
            request.users.groups.add_member(parent, "user", name)


@operation(ADMINISTRATOR)
def disable_user(request: Request) -> Response:
    if request.arguments.get("hard", False):
        raise not_implemented("the simulator does not delete users permanently; it disables them")
    name = _user(request)
    if name == request.user.name:
        raise forbidden("users cannot disable themselves")
    request.state.database.execute("UPDATE user SET enabled = 0 WHERE name = ?", [name])
    # The server returns the id of a job here; this one starts none.
    return Response(status=204)


@operation(ADMINISTRATOR)
def enable_user(request: Request) -> None:
    request.state.database.execute("UPDATE user SET enabled = 1 WHERE name = ?", [_user(request)])


@operation()
def get_user(request: Request) -> Response:
    return Response(user_document(request, _user(request, READ)))


@operation(READ)
def get_users(request: Request) -> Response:
    names = request.state.database.column("SELECT name FROM user ORDER BY name")
    wanted = split_values(request.arguments.get("name"))
    names = [name for name in names if not wanted or name in wanted]
    return _page(request, names, len(names))


@operation(READ)
def search_users(request: Request) -> Response:
    users = request.state.database.rows("SELECT name, real_name FROM user ORDER BY name")
    rows = [{"username": user["name"], "realname": user["real_name"] or ""} for user in users]
    return _page(request, [row["username"] for row in find_matches(request.body, rows)], 10)


def _page(request: Request, names: list[str], number: int) -> Response:
    first, number, _ = read_page(request, number)
    page = names[max(first - 1, 0) :][:number]
    return Response({**user_list(request, page), "hits": len(names)}, text_lines(page))


# Groups and roles


@operation()
def get_user_groups(request: Request) -> Response:
    name = _user(request, READ)
    found = request.users.groups.parents("user", name, request.arguments.get("traverse", False))
    every = request.arguments.get("allgroups", False)
    return Response(group_list(request, [group for group in found if every or not is_role(group)]))


@operation()
def get_user_groups_and_roles(request: Request) -> Response:
    """List the groups and roles of a user, including indirect ones."""
    return Response(group_list(request, request.users.groups.groups_of_user(_user(request, READ))))


@operation()
def get_user_roles(request: Request) -> Response:
    """List the roles of a user, including indirect ones."""
    return Response(group_list(request, request.users.groups.roles_of(_user(request, READ))))


@operation(ADMINISTRATOR)
def add_user_to_groups(request: Request) -> None:
    """Add a user to groups. With ``move``, remove it from all others."""
    name = _user(request)
    if request.arguments.get("move", False):
        for group in request.users.groups.parents("user", name):
            request.users.groups.remove_member(group, "user", name)
    _update_groups(request, name, request.body.get("group", ()))


# Properties


@operation()
def get_user_real_name(request: Request) -> Response:
    name = _user(request, READ)
    return Response(text=request.state.database.value("SELECT real_name FROM user WHERE name = ?", name) or "")


@operation()
def update_user_real_name(request: Request) -> None:
    _set_real_name(request, _user(request), _text(request))


@operation()
def update_user_password(request: Request) -> None:
    request.users.set_password(_user(request), _digest(_text(request), request.arguments.get("type", "md5")))


@operation()
def validate_user_password(request: Request) -> Response:
    name = _user(request)
    is_right = request.users.has_password(name, _digest(_text(request), request.arguments.get("type", "md5")))
    return Response(text="true" if is_right else "false")


def _text(request: Request) -> str:
    text: str = (request.body or b"").decode(errors="replace")
    return text


def _owner(request: Request) -> str:
    return f"user:{request.users.get(request.arguments['username']).name}"


register_simple_metadata("user", _owner, READ, "_user_metadata_write")


# Tokens


@operation()
def get_auth_token(request: Request) -> Response:
    token = _token(request, request.user.name)
    return Response({"token": token, "user": request.user.name}, token)


@operation()
def get_user_auth_token(request: Request) -> Response:
    return Response(text=_token(request, request.arguments["username"]))


def _token(request: Request, name: str) -> str:
    seconds, refreshing = request.arguments.get("seconds"), request.arguments.get("autoRefresh", False)
    return request.users.new_token(request.now, request.user, name, seconds, refreshing)


@operation()
def get_who_am_i(request: Request) -> Response:
    return Response(text=request.user.name)


# Simple search


def find_matches(document: Mapping[str, Any], rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows that match a search document, sorted as requested.

    The number of users and groups is small, so this scans all of them. ``*`` matches any text.

    :raises ApiError: the document names an unknown field
    """
    known = list(rows[0]) if rows else None
    for entry in (*_fields(document), *({"name": sort["field"]} for sort in document.get("sort", ()))):
        if known is not None and entry["name"].lower() not in known:
            raise invalid_input("field", entry["name"], f"the search supports {', '.join(known)}", context="search")
    found = [row for row in rows if _matches_document(document, row)]
    for sort in reversed(document.get("sort", ())):
        name = sort["field"].lower()
        found.sort(key=lambda row: row[name].casefold(), reverse=sort["order"] == "descending")
    return found


def _fields(document: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return [*document.get("field", ()), *document.get("operator", {}).get("field", ())]


def _matches_document(document: Mapping[str, Any], row: Mapping[str, str]) -> bool:
    if not all(_matches_field(field, row) for field in document.get("field", ())):
        return False
    operator = document.get("operator", {"operation": "AND"})
    results = [_matches_field(field, row) for field in operator.get("field", ())]
    return any(results) if operator["operation"] == "OR" else all(results)


def _matches_field(field: Mapping[str, str], row: Mapping[str, str]) -> bool:
    pattern = field["value"].casefold().replace("[", "[[]")
    return fnmatchcase(row[field["name"].lower()].casefold(), pattern)
