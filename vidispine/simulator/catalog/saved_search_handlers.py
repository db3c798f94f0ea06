"""Searches that are saved, and repeated by their hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.requests import HANDLERS, operation
from vidispine.simulator.http.responses import Response

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


def save_search(request: Request, response: Response, operation: str, path: str) -> Response:
    """Save the search of a request if requested, and return the redirect to its results. An equal search is saved once.

    :param response: the response without saving
    :param operation: the operation that searches
    :param path: path of the list that is searched, such as ``item``
    """
    if not request.arguments.get("save", False):
        return response
    arguments = {name: value for name, value in request.arguments.items() if name != "save"}
    document = json.dumps([arguments, request.body], sort_keys=True)
    digest = hashlib.sha1(f"{operation} {document}".encode(), usedforsecurity=False).hexdigest()
    values = [digest, operation, document]
    request.state.database.execute("INSERT OR IGNORE INTO saved_search VALUES (?, ?, ?)", values)
    return Response(status=303, location=f"{request.base_url}/{path}/saved/{digest}")


def _repeat(request: Request, operation: str) -> Response | None:
    digest = request.arguments["hash"]
    statement = "SELECT document FROM saved_search WHERE hash = ? AND operation = ?"
    saved = request.state.database.value(statement, digest, operation)
    if saved is None:
        raise not_found("saved-search", digest)
    arguments: dict[str, Any]
    arguments, body = load_json(saved)
    asked = {name: value for name, value in request.arguments.items() if name != "hash"}
    return HANDLERS[operation](replace(request, arguments={**arguments, **asked}, body=body))


@operation()
def get_saved_search(request: Request) -> Response | None:
    return _repeat(request, "search")


@operation()
def get_saved_item_search(request: Request) -> Response | None:
    return _repeat(request, "search_items")


@operation()
def get_saved_collection_item_search(request: Request) -> Response | None:
    return _repeat(request, "search_items_in_collection")
