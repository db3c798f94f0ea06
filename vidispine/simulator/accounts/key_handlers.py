"""Operations on access keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.user_store import ADMINISTRATOR
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.formats import from_milliseconds
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from sqlite3 import Row

    from vidispine.simulator.http.requests import Request


def _user(request: Request) -> str:
    request.require_role(ADMINISTRATOR)
    return request.users.get(request.arguments["username"]).name


def _key(request: Request) -> Row:
    user, id = _user(request), request.arguments["key-id"]
    row = request.state.database.row("SELECT * FROM access_key WHERE user = ? AND id = ?", user, id)
    if row is None:
        raise not_found("AccessKey", id)
    return row


def _document(row: Row) -> dict[str, Any]:
    document = {
        "id": row["id"],
        "status": "ACTIVE" if row["is_active"] else "INACTIVE",
        "created": from_milliseconds(row["created"]),
    }
    return {**document, **({} if row["name"] is None else {"name": row["name"]})}


@operation()
def create_user_access_key(request: Request) -> Response:
    """Create an access key. Only this response contains the secret."""
    id, secret = request.users.add_key(request.now, _user(request), request.arguments.get("name"))
    request.arguments = {**request.arguments, "key-id": id}
    return Response({**_document(_key(request)), "secret": secret})


@operation()
def get_user_access_keys(request: Request) -> Response:
    rows = request.state.database.rows("SELECT * FROM access_key WHERE user = ? ORDER BY created, id", _user(request))
    keys = [_document(row) for row in rows]
    return Response({"hits": len(keys), **({"key": keys} if keys else {})})


@operation()
def get_user_access_key(request: Request) -> Response:
    return Response(_document(_key(request)))


@operation()
def update_user_access_key(request: Request) -> Response:
    row = _key(request)
    is_active, name = request.body["status"] == "ACTIVE", request.body.get("name", row["name"])
    statement = "UPDATE access_key SET is_active = ?, name = ? WHERE id = ?"
    request.state.database.execute(statement, [is_active, name, row["id"]])
    return Response(_document(_key(request)))


@operation()
def delete_user_access_key(request: Request) -> None:
    request.state.database.delete("access_key", id=_key(request)["id"])
