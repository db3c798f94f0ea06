"""Operations on libraries, and libraries of the hits of searches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vidispine.models import LibraryUpdateMode
from vidispine.simulator.accounts.entities import requested_item
from vidispine.simulator.catalog.library_store import in_library
from vidispine.simulator.database.simple_metadata import register_simple_metadata
from vidispine.simulator.http.arguments import read_page
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.formats import site_id
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidispine.simulator.catalog.library_store import Library
    from vidispine.simulator.database.conditions import Condition
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.state import ServerState

READ, WRITE = "_library_read", "_library_write"


def requested_library(request: Request, permission: str) -> Library:
    """Return the library that the path addresses, refreshed when that is due.

    :raises ApiError: the library is missing, or the user does not have the permission
    """
    return _library(request, request.arguments["library-id"], permission)


def _library(request: Request, id: str, permission: str) -> Library:
    library = request.state.libraries.get(id)
    request.state.access.check(library.ref, request.user, permission)
    if request.state.libraries.is_due(library, request.now):
        _refresh(request, library)
    return library


def _refresh(request: Request, library: Library) -> None:
    """Repeat the search of a library, as the user that its settings name."""
    settings = request.state.libraries.settings(library)
    user = request.users.find(settings["username"])
    if user is not None:
        found = request.state.search_engine.search(["item"], user, settings["query"]).serials("item")
        if settings.get("updateMode", "REPLACE") == "MERGE":
            request.state.libraries.add_items(library, found)
        else:
            request.state.libraries.replace_items(library, found)
    # A transient library is searched each time that it is read.
    request.state.libraries.set(library, refreshed=request.now if settings.get("updateMode") != "TRANSIENT" else None)


def items_of_library(request: Request, id: str) -> Condition:
    """Return the condition for the items of a library, for a search within it.

    :raises ApiError: the library is missing, or the user may not read it
    """
    return in_library(_library(request, id, "READ").serial)


def store_hits(request: Request, serials: list[int], query: Mapping[str, Any]) -> str:
    """Store the hits of a search in a library: the one that the request names, or a new one. Return its id."""
    request.require_role(WRITE)
    given = request.arguments
    settings = {name: given[name] for name in ("autoRefresh", "updateMode", "updateFrequency") if name in given}
    if "updateFrequency" in settings:
        settings["updateFrequency"] = _seconds(settings["updateFrequency"])
    settings = _checked({**settings, "query": query, "username": request.user.name})
    if "libraryId" in given:
        library = _library(request, given["libraryId"], "WRITE")
        request.state.libraries.set(library, document=json.dumps(settings))
    else:
        library = _create(request, settings)
    request.state.libraries.replace_items(library, serials)
    request.state.libraries.set(library, refreshed=request.now)
    return library.id


def _seconds(text: str) -> int:
    if not text.isdecimal():
        raise invalid_input("updateFrequency", text, "updateFrequency must be a number of seconds")
    return int(text)


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    mode = settings.get("updateMode")
    if mode is not None and mode not in LibraryUpdateMode.values():
        explanation = f"updateMode must be one of {', '.join(LibraryUpdateMode.values())}"
        raise invalid_input("updateMode", mode, explanation, context="library")
    return {name: value for name, value in settings.items() if name not in ("id", "lastUpdate")}


def _create(request: Request, settings: Mapping[str, Any]) -> Library:
    library = request.state.libraries.create(request.now, request.user.name)
    request.state.libraries.set(library, document=json.dumps(settings))
    request.state.access.add_owner(library.ref, request.user.name)
    return library


def delete(state: ServerState, library: Library) -> None:
    """Delete a library and what belongs to it."""
    state.external_ids.forget(library.ref)
    state.access.forget(library.ref)
    state.libraries.delete(library)


# Operations


@operation(WRITE)
def create_library(request: Request) -> Response:
    items = _listed_items(request)
    library = _create(request, {})
    if "externalId" in request.arguments:
        request.state.external_ids.add(library.ref, request.arguments["externalId"])
    request.state.libraries.replace_items(library, items)
    return Response({"uri": [library.id]}, text_lines([library.id]))


def _listed_items(request: Request) -> list[int]:
    items = [request.state.items.get(item.get("id", "")) for item in request.body.get("item", ())]
    for item in items:
        request.state.access.check(item.ref, request.user, "READ")
    return [item.serial for item in items]


@operation(READ)
def get_libraries(request: Request) -> Response:
    first, number, _ = read_page(request)
    visible = request.state.access.visible("library", request.user)
    statement = f"SELECT serial FROM library WHERE {visible.text}"  # noqa: S608 - values are bound
    serials = set(request.state.database.column(statement, *visible.values))
    ids = [each.id for each in request.state.libraries.all() if each.serial in serials and _fits(request, each)]
    page = ids[max(first - 1, 0) :][:number]
    return Response({"uri": page} if page else {}, text_lines(page))


def _fits(request: Request, library: Library) -> bool:
    given, settings = request.arguments, request.state.libraries.settings(library)
    frequency = settings.get("updateFrequency", 0)
    wanted = {name: given[name] for name in ("autoRefresh", "updateMode") if name in given}
    in_range = given.get("frequencyFrom", frequency) <= frequency <= given.get("frequencyTo", frequency)
    return bool(in_range and wanted.items() <= settings.items())


@operation(WRITE)
def update_library_content(request: Request) -> None:
    library = requested_library(request, "WRITE")
    request.state.libraries.replace_items(library, _listed_items(request))


@operation(WRITE)
def add_item_to_library(request: Request) -> None:
    request.state.libraries.add_items(requested_library(request, "WRITE"), [requested_item(request).serial])


@operation(WRITE)
def delete_item_from_library(request: Request) -> None:
    library, item = requested_library(request, "WRITE"), request.state.items.get(request.arguments["item-id"])
    if not request.state.libraries.remove_item(library, item.serial):
        raise not_found("Item", item.id)


@operation(READ)
def get_libraries_containing_item(request: Request) -> Response:
    ids = [site_id(serial) for serial in request.state.libraries.containing(requested_item(request).serial)]
    return Response({"uri": ids} if ids else {}, text_lines(ids))


@operation(READ)
def get_library_settings(request: Request) -> Response:
    return Response(request.state.libraries.settings(requested_library(request, "READ")))


@operation(WRITE)
def update_library_settings(request: Request) -> None:
    """Set how a library follows its search. The search is repeated when the library is read next."""
    library = requested_library(request, "WRITE")
    settings = {**request.state.libraries.settings(library), **request.body}
    if settings["username"] != request.user.name:
        request.require_role("_super_access_user")
    for field in settings.get("query", {}).get("field", ()):
        request.state.fields.get(field["name"])
    request.state.libraries.set(library, document=json.dumps(_checked(settings)), refreshed=None)


register_simple_metadata("library", lambda request: requested_library(request, "READ").owner, READ, WRITE)
