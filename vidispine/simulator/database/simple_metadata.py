"""Key-value metadata of entities, and its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.requests import register
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.http.requests import Request


class SimpleMetadataStore:
    """Stores key-value metadata. Owners are a type and a number, such as ``file:40``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pairs(self, owner: str) -> list[dict[str, str]]:
        """Return all pairs in wire form, by key."""
        rows = self._database.rows("SELECT key, value FROM simple_metadata WHERE owner = ? ORDER BY key", owner)
        return [{"key": row["key"], "value": row["value"]} for row in rows]

    def value(self, owner: str, key: str) -> str | None:
        """Return a value, ``None`` when it is missing."""
        values = self._database.column("SELECT value FROM simple_metadata WHERE owner = ? AND key = ?", owner, key)
        return values[0] if values else None

    def put(self, owner: str, key: str, value: str) -> None:
        """Set a value."""
        self._database.put("simple_metadata", owner=owner, key=key, value=value)

    def put_pairs(self, owner: str, pairs: Iterable[Mapping[str, str]]) -> None:
        """Set the values of pairs in wire form."""
        for pair in pairs:
            self.put(owner, pair["key"], pair.get("value", ""))

    def remove(self, owner: str, key: str) -> bool:
        """Delete a key. Return whether it existed."""
        return self._database.delete("simple_metadata", owner=owner, key=key) > 0

    def clear(self, owner: str) -> None:
        """Delete all keys."""
        self._database.delete("simple_metadata", owner=owner)


def _get(request: Request, owner: str) -> Response:
    pairs = request.state.simple_metadata.pairs(owner)
    return Response({"field": pairs} if pairs else {})


def _update(request: Request, owner: str) -> None:
    request.state.simple_metadata.put_pairs(owner, request.body.get("field", ()))


def _delete(request: Request, owner: str) -> None:
    request.state.simple_metadata.clear(owner)


def _get_key(request: Request, owner: str) -> Response:
    key = request.arguments["keypath"]
    value = request.state.simple_metadata.value(owner, key)
    if value is None:
        raise not_found("metadata-key", key)
    return Response(text=value)


def _update_key(request: Request, owner: str) -> None:
    text = (request.body or b"").decode(errors="replace")
    request.state.simple_metadata.put(owner, request.arguments["keypath"], text)


def _delete_key(request: Request, owner: str) -> None:
    key = request.arguments["keypath"]
    if not request.state.simple_metadata.remove(owner, key):
        raise not_found("metadata-key", key)


def register_simple_metadata(
    name: str, owner: Callable[[Request], str], read_role: str | None, write_role: str, status: int = 200
) -> None:
    """Add the handlers of an entity's key-value metadata.

    :param name: entity type in operation names: ``file`` for ``get_file_metadata``
    :param owner: returns the owner for a request, or raises :class:`ApiError`
    :param read_role: role needed to read. ``None``: no role
    :param status: status code of the response to an update
    """

    def add(verb: str, ending: str, role: str | None, act: Callable[[Request, str], Response | None]) -> None:
        def handle(request: Request) -> Response:
            response = act(request, owner(request))
            return response or Response(status=status if act is _update else 200)

        register(f"{verb}_{name}_metadata{ending}", handle, role)

    add("get", "", read_role, _get)
    add("update", "", write_role, _update)
    add("delete", "", write_role, _delete)
    add("get", "_key", read_role, _get_key)
    add("update", "_key", write_role, _update_key)
    add("delete", "_key", write_role, _delete_key)
