"""Probes: error responses, unknown parameters and media types."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from vidispine._documents.json import load_json
from vidispine.cli.probes.probe import Probe, shown_name

if TYPE_CHECKING:
    from vidispine.cli.probes.probe import RawResponse, Server

__all__ = ["PROBES"]

MISSING_ID = "VX-2000000001"
"""An id that no server has."""


def _missing_job(server: Server) -> str:
    return _describe_error(server.request("GET", f"/job/{MISSING_ID}"))


def _missing_item(server: Server) -> str:
    return _describe_error(server.request("GET", f"/item/{MISSING_ID}"))


def _missing_job_in_xml(server: Server) -> str:
    response = server.request("GET", f"/job/{MISSING_ID}", accept="application/xml")
    return f"status {response.status}, {response.media_type}"


def _unmatched_route(server: Server) -> str:
    return _describe_error(server.request("GET", "/vidispine-check"))


def _wrong_method(server: Server) -> str:
    return f"status {server.request('PATCH', '/job').status}"


def _unknown_parameter(server: Server) -> str:
    status = server.request("GET", "/job", ("number", "1"), ("vidispine-check", "1")).status
    return "ignored" if status == 200 else f"status {status}"


def _boolean_notation(server: Server) -> str:
    status = server.request("GET", "/job", ("number", "1"), ("user", "False")).status
    return "accepted" if status == 200 else f"status {status}"


def _any_media_type(server: Server) -> str:
    return server.request("GET", "/job", ("number", "1"), accept="*/*").describe_media_type()


def _describe_error(response: RawResponse) -> str:
    """Return the status, and the kind and type of the error document."""
    try:
        document = load_json(response.body)
    except ValueError:
        return f"status {response.status}, {response.media_type or 'no media type'}"
    faults = document if isinstance(document, dict) and response.status >= HTTPStatus.BAD_REQUEST else {}
    types = {kind: details.get("type") for kind, details in faults.items() if isinstance(details, dict)}
    if not types:
        return f"status {response.status}, no error document"
    kinds = " ".join(map(shown_name, types))
    return f"status {response.status}, {kinds} of type {' '.join(sorted({*map(shown_name, types.values())}))}"


PROBES = (
    Probe("errors.job", "Error for a missing job", _missing_job, "status 404, notFound of type Job"),
    Probe("errors.item", "Error for a missing item", _missing_item, "status 404, notFound of type item"),
    Probe(
        "errors.xml", "Media type of an error when XML is accepted", _missing_job_in_xml, "status 404, application/xml"
    ),
    Probe("errors.route", "Error for an unknown path", _unmatched_route, "status 404, no error document"),
    Probe("errors.method", "Error for an unknown method", _wrong_method, "status 405"),
    Probe("parameters.unknown", "Unknown query parameters", _unknown_parameter, "ignored"),
    Probe("parameters.boolean", "Booleans such as False in the query", _boolean_notation, "accepted"),
    Probe("formats.any", "Media type when any is accepted", _any_media_type, "application/json"),
)
