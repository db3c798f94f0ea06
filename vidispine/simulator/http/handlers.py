"""Operations on the server itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.requests import handlers_by_operation
from vidispine.simulator.http.responses import Response, text_lines
from vidispine.version import __version__

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request

__all__ = ["SYSTEM"]


def get_version(_: Request) -> Response:
    """Get the version of the simulator."""
    version = f"{__version__}-simulator"
    document = {"component": [{"name": "API", "version": version}], "licenseInfo": {"licenseStatus": "valid"}}
    return Response(document, text_lines([f"API\t{version}"]))


SYSTEM = handlers_by_operation([get_version])
