"""Operations on libraries that start jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.accounts.entities import EntityRef, listed_entities
from vidispine.simulator.catalog.library_handlers import WRITE, delete, requested_library
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response
from vidispine.simulator.media.effects import DeleteLibraries, Effect, UpdateLibrary
from vidispine.simulator.media.job_effects import JobAction, JobActionError, JobRun
from vidispine.simulator.media.job_requests import start_job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.catalog.library_store import Library
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.state import ServerState


@operation(WRITE)
def delete_library(request: Request) -> Response:
    """Delete one library, at once or by a job."""
    return _delete(request, [requested_library(request, "WRITE")])


@operation(WRITE)
def delete_libraries(request: Request) -> Response:
    """Delete several libraries, at once or by a job. Unknown ids are ignored."""
    return _delete(request, listed_entities(request, request.state.libraries, "WRITE"))


def _delete(request: Request, libraries: Sequence[Library]) -> Response:
    if request.arguments.get("async", False):
        ids = [library.id for library in libraries]
        return start_job(request, "DELETE_LIBRARY", DeleteLibraries(ids), {})
    for library in libraries:
        delete(request.state, library)
    return Response()


@operation("_metadata_write")
def update_library_item_metadata(request: Request) -> Response:
    library = requested_library(request, "READ")
    for item in request.state.libraries.items(library):
        request.state.access.check(EntityRef("item", item), request.user, "WRITE")
    for timespan in request.body.get("timespan", ()):
        for field in timespan.get("field", ()):
            request.state.fields.get(field["name"])
    effect = UpdateLibrary(library.id, request.body)
    return start_job(request, "UPDATE_LIBRARY_ITEM_METADATA", effect, {"libraryId": library.id})


def library_actions(state: ServerState) -> dict[type[Effect], JobAction]:
    """Return the actions of these jobs, by the class of the effect."""

    def delete_all(run: JobRun[DeleteLibraries]) -> None:
        for library in map(state.libraries.find, run.effect.libraries):
            if library is not None:
                delete(state, library)

    def update_items(run: JobRun[UpdateLibrary]) -> None:
        library = state.libraries.find(run.effect.library)
        if library is None:
            raise JobActionError(f"library {run.effect.library} no longer exists")
        for item in state.libraries.items(library):
            state.metadata.write_as(run.job.user, run.at, EntityRef("item", item), run.effect.document)

    return {DeleteLibraries: JobAction(delete_all), UpdateLibrary: JobAction(update_items)}
