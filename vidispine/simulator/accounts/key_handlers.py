"""What the simulated server does with access keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.accounts.user_store import ADMINISTRATOR
from vidispine.simulator.formats import from_milliseconds
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer

if TYPE_CHECKING:
    from sqlite3 import Row

    from vidispine.simulator.http.requests import Call

__all__ = ["KEYS"]


def _user(call: Call) -> str:
    call.need(ADMINISTRATOR)
    name: str = call.arguments["username"]
    if call.users.find(name) is None:
        raise not_found("User", name)
    return name


def _key(call: Call) -> Row:
    user, id = _user(call), call.arguments["key-id"]
    row = call.world.database.row("SELECT * FROM access_key WHERE user = ? AND id = ?", user, id)
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


def create_user_access_key(call: Call) -> Answer:
    """Make a key for a user; this answer alone has its secret."""
    id, secret = call.users.add_key(call.now, _user(call), call.arguments.get("name"))
    call.arguments = {**call.arguments, "key-id": id}
    return Answer({**_document(_key(call)), "secret": secret})


def get_user_access_keys(call: Call) -> Answer:
    """Answer with the keys of a user."""
    rows = call.world.database.rows("SELECT * FROM access_key WHERE user = ? ORDER BY created, id", _user(call))
    keys = [_document(row) for row in rows]
    return Answer({"hits": len(keys), **({"key": keys} if keys else {})})


def get_user_access_key(call: Call) -> Answer:
    """Answer with one key of a user."""
    return Answer(_document(_key(call)))


def update_user_access_key(call: Call) -> Answer:
    """Change the status and name of a key."""
    row = _key(call)
    call.world.database.execute(
        "UPDATE access_key SET is_active = ?, name = ? WHERE id = ?",
        [call.body["status"] == "ACTIVE", call.body.get("name", row["name"]), row["id"]],
    )
    return Answer(_document(_key(call)))


def delete_user_access_key(call: Call) -> Answer:
    """Remove a key."""
    call.world.database.execute("DELETE FROM access_key WHERE id = ?", [_key(call)["id"]])
    return Answer()


KEYS = table(
    [
        create_user_access_key,
        delete_user_access_key,
        get_user_access_key,
        get_user_access_keys,
        update_user_access_key,
    ]
)
