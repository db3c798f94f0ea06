"""Operations on files that are named by their path on a storage, or by their URI."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vidispine.simulator.http.requests import register
from vidispine.simulator.media.file_data_handlers import get_file_data, update_file_data
from vidispine.simulator.media.file_handlers import create_file_delete_job, get_file
from vidispine.simulator.media.import_handlers import import_file

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Handler, Request
    from vidispine.simulator.http.responses import Response


def _register(name: str, handler: Handler, key: str = "path") -> None:
    """Add the handler of an operation that does the same for a file named by its path or URI.

    :param key: name of the path parameter, ``path`` or ``uri``
    """

    def handle(request: Request) -> Response:
        storage, value = request.arguments.get("storage-id"), request.arguments[key]
        id = request.state.media.file_id(storage, key, value)
        return handler(replace(request, arguments={**request.arguments, "file-id": id}))

    register(name, handle)


_register("create_storage_file_delete_job_by_path", create_file_delete_job)
_register("get_file_by_uri", get_file, "uri")
_register("get_storage_file_by_path", get_file)
_register("get_storage_file_data_by_path", get_file_data)
_register("import_storage_file_by_path", import_file)
_register("update_storage_file_data_by_path", update_file_data)
