"""Operations on the server itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.simulator.http.requests import table
from vidispine.simulator.http.responses import Answer, lines
from vidispine.version import __version__

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Call

__all__ = ["SYSTEM"]


def get_version(_: Call) -> Answer:
    """Answer with what runs here: no VidiCore."""
    version = f"{__version__}-simulator"
    document = {"component": [{"name": "API", "version": version}], "licenseInfo": {"licenseStatus": "valid"}}
    return Answer(document, lines([f"API\t{version}"]))


SYSTEM = table([get_version])
