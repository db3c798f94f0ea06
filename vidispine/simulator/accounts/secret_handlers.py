"""Operations on secrets. Only which keys have a value is stored, since values cannot be read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.models import SecretKey
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request

ROLE = "_administrator"


def _document(request: Request, alias: str) -> dict[str, Any]:
    stored = request.state.database.column("SELECT key FROM secret WHERE alias = ? ORDER BY key", alias)
    if not stored:
        raise not_found("secret", alias)
    keys = [key for key in stored if key]
    return {"alias": alias, **({"key": keys} if keys else {})}


@operation(ROLE)
def get_secrets(request: Request) -> Response:
    aliases = request.state.database.column("SELECT DISTINCT alias FROM secret ORDER BY alias")
    secrets = [_document(request, alias) for alias in aliases]
    return Response({"secret": secrets} if secrets else {})


@operation(ROLE)
def get_secret(request: Request) -> Response:
    return Response(_document(request, request.arguments["alias"]))


@operation(ROLE)
def create_secret(request: Request) -> Response:
    alias = request.arguments["alias"]
    request.state.database.execute("INSERT OR IGNORE INTO secret VALUES (?, '')", [alias])
    return Response(_document(request, alias))


@operation(ROLE)
def delete_secret(request: Request) -> None:
    _document(request, request.arguments["alias"])
    request.state.database.delete("secret", alias=request.arguments["alias"])


@operation(ROLE)
def update_secret_value(request: Request) -> None:
    alias, key = request.arguments["alias"], request.arguments["key"]
    _document(request, alias)
    if key not in SecretKey.values():
        raise invalid_input("key", key, f"key must be one of {', '.join(SecretKey.values())}", context="secret")
    request.state.database.execute("INSERT OR IGNORE INTO secret VALUES (?, ?)", [alias, key])


@operation(ROLE)
def delete_secret_value(request: Request) -> None:
    alias, key = request.arguments["alias"], request.arguments["key"]
    if not key or not request.state.database.delete("secret", alias=alias, key=key):
        raise not_found("secret", f"{alias}/{key}")
