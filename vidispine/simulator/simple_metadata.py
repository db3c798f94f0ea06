"""Keys and values on storages, files, shapes and the like, and the six operations that each of these has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.responses import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine.simulator.database import Database
    from vidispine.simulator.http.requests import Call, Handler

__all__ = ["SimpleMetadata", "metadata_handlers"]


class SimpleMetadata:
    """Reads and writes keys and values. An owner is a word and a number, such as ``file:40``."""

    def __init__(self, database: Database) -> None:
        """Speak about what is in this database."""
        self._database = database

    def pairs(self, owner: str) -> list[dict[str, str]]:
        """Return all keys with their values as they stand in documents, by key."""
        rows = self._database.rows("SELECT key, value FROM simple_metadata WHERE owner = ? ORDER BY key", owner)
        return [{"key": row["key"], "value": row["value"]} for row in rows]

    def value(self, owner: str, key: str) -> str | None:
        """Return one value, ``None`` when there is none."""
        value: str | None = self._database.value(
            "SELECT value FROM simple_metadata WHERE owner = ? AND key = ?", owner, key
        )
        return value

    def put(self, owner: str, key: str, value: str) -> None:
        """Set one value."""
        self._database.execute("INSERT OR REPLACE INTO simple_metadata VALUES (?, ?, ?)", [owner, key, value])

    def remove(self, owner: str, key: str) -> bool:
        """Remove a key and return whether it was there."""
        cursor = self._database.execute("DELETE FROM simple_metadata WHERE owner = ? AND key = ?", [owner, key])
        return cursor.rowcount > 0

    def clear(self, owner: str) -> None:
        """Remove all keys."""
        self._database.execute("DELETE FROM simple_metadata WHERE owner = ?", [owner])


def _get(call: Call, owner: str) -> Answer:
    pairs = call.world.simple_metadata.pairs(owner)
    return Answer({"field": pairs} if pairs else {})


def _update(call: Call, owner: str) -> None:
    for pair in call.body.get("field", ()):
        call.world.simple_metadata.put(owner, pair["key"], pair.get("value", ""))


def _delete(call: Call, owner: str) -> None:
    call.world.simple_metadata.clear(owner)


def _get_key(call: Call, owner: str) -> Answer:
    key = call.arguments["keypath"]
    value = call.world.simple_metadata.value(owner, key)
    if value is None:
        raise not_found("metadata-key", key)
    return Answer(text=value)


def _update_key(call: Call, owner: str) -> None:
    text = (call.body or b"").decode(errors="replace")
    call.world.simple_metadata.put(owner, call.arguments["keypath"], text)


def _delete_key(call: Call, owner: str) -> None:
    key = call.arguments["keypath"]
    if not call.world.simple_metadata.remove(owner, key):
        raise not_found("metadata-key", key)


def metadata_handlers(
    name: str, owner: Callable[[Call], str], read_role: str | None, write_role: str, status: int = 200
) -> list[Handler]:
    """Return the handlers of an entity's metadata.

    :param name: the entity's in the names of the operations: ``file`` for ``get_file_metadata``
    :param owner: returns the owner that a call is about, or raises the fault that there is none
    :param read_role: needed to read; ``None`` when everybody may
    :param status: of the answer to a document that was written
    """

    def handler(verb: str, ending: str, role: str | None, act: Callable[[Call, str], Answer | None]) -> Handler:
        def handle(call: Call) -> Answer:
            if role is not None:
                call.need(role)
            answer = act(call, owner(call))
            return answer or Answer(status=status if act is _update else 200)

        handle.__name__ = f"{verb}_{name}_metadata{ending}"
        return handle

    return [
        handler("get", "", read_role, _get),
        handler("update", "", write_role, _update),
        handler("delete", "", write_role, _delete),
        handler("get", "_key", read_role, _get_key),
        handler("update", "_key", write_role, _update_key),
        handler("delete", "_key", write_role, _delete_key),
    ]
