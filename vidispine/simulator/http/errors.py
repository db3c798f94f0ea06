"""Error responses and their documents."""

from __future__ import annotations

import sqlite3
from http import HTTPStatus
from typing import Any

_ERRORS = {
    "notFound": (404, "A resource could not be found"),
    "internalServer": (500, "The server failed"),
    "forbidden": (403, "This is not allowed"),
    "notYetImplemented": (501, "This is not implemented"),
    "conflict": (409, "This conflicts with what is there"),
    "invalidInput": (400, "An invalid parameter was entered"),
    "licenseFault": (None, "The license does not allow this"),
    "fileAlreadyExists": (409, "There is a file at this path"),
    "notAuthorized": (401, "Credentials are missing or wrong"),
}
"""Statuses and phrases by the members of an error document. In JSON all are present, and exactly one is not null."""

KINDS = {kind: status for kind, (status, _) in _ERRORS.items()}

_LIMITS = ("too large", "too many", "too complex", "too big", "too long", "stack overflow")
"""Parts of the messages of SQLite about statements that exceed a limit."""

_LABELS = {"fileId": "File ID", "id": "ID", "explanation": "Reason"}
"""Labels of members in text. The others have their name, capitalized."""


class ApiError(Exception):
    """An error response with an error document. Handlers raise it."""

    def __init__(self, status: HTTPStatus, kind: str, **members: str | None) -> None:
        super().__init__(f"{status.value} {kind}: {members}")
        self.status = status
        self.kind = kind
        self.members = members

    def to_json(self) -> dict[str, Any]:
        """Return the document for JSON, with all kinds."""
        return {kind: self.members if kind == self.kind else None for kind in KINDS}

    def to_xml(self) -> dict[str, dict[str, str]]:
        """Return the document for XML, without empty members."""
        return {self.kind: {name: value for name, value in self.members.items() if value is not None}}

    def to_text(self) -> str:
        """Return the document as text: the status, then one line for each member that is set."""
        lines = [f"{self.status.value} {_ERRORS[self.kind][1]}"]
        present = {name: value for name, value in self.members.items() if value is not None}
        lines += [f"{_LABELS.get(name, name.capitalize())}: {value}" for name, value in present.items()]
        return "".join(f"{line}\r\n" for line in lines)


def not_found(type: str, id: str) -> ApiError:
    """Return the error for a missing entity."""
    return ApiError(HTTPStatus.NOT_FOUND, "notFound", type=type, id=id, context=None)


def invalid_input(id: str | None, value: str | None, explanation: str, context: str = "parameter") -> ApiError:
    """Return the error for invalid input.

    :param id: name of the parameter, or path within the body
    :param value: the invalid value
    :param explanation: the reason, in one line
    :param context: kind of the input, such as ``parameter`` or ``body``
    """
    members = {"context": context, "id": id, "explanation": explanation, "value": value}
    return ApiError(HTTPStatus.BAD_REQUEST, "invalidInput", **members)


def conflict(type: str, id: str, explanation: str) -> ApiError:
    """Return the error for a request that conflicts with the current state."""
    return ApiError(HTTPStatus.CONFLICT, "conflict", type=type, id=id, explanation=explanation)


def file_already_exists(id: str, explanation: str) -> ApiError:
    """Return the error for a file whose path is used by another one."""
    return ApiError(HTTPStatus.CONFLICT, "fileAlreadyExists", fileId=id, explanation=explanation)


def forbidden(explanation: str) -> ApiError:
    """Return the error for a user without the required role or permission."""
    return ApiError(HTTPStatus.FORBIDDEN, "forbidden", explanation=explanation)


def not_authorized(explanation: str) -> ApiError:
    """Return the error for missing or wrong credentials."""
    return ApiError(HTTPStatus.UNAUTHORIZED, "notAuthorized", explanation=explanation)


def not_implemented(explanation: str) -> ApiError:
    """Return the error for an operation or option that is not simulated."""
    return ApiError(HTTPStatus.NOT_IMPLEMENTED, "notYetImplemented", explanation=explanation)


def internal_server_error(explanation: str = "the simulator failed; see its log") -> ApiError:
    """Return the error for a bug in the simulator or in a callable of a test."""
    return ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, "internalServer", explanation=explanation)


def is_too_complex(error: Exception) -> bool:
    """Return whether an error says that a statement exceeds a limit of Python or SQLite."""
    if isinstance(error, sqlite3.Error):
        return any(part in str(error) for part in _LIMITS)
    return isinstance(error, RecursionError)
