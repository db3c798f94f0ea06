"""The errors that the server answers with, and their documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

__all__ = ["Fault", "conflict", "forbidden", "invalid", "not_authorized", "not_found", "not_implemented"]

KINDS = (
    "notFound",
    "internalServer",
    "forbidden",
    "notYetImplemented",
    "conflict",
    "invalidInput",
    "licenseFault",
    "fileAlreadyExists",
    "notAuthorized",
)
"""The members of an error document: all are there in JSON, and one of them is not null."""

_PHRASES = {
    "notFound": "A resource could not be found",
    "internalServer": "The server failed",
    "forbidden": "This is not allowed",
    "notYetImplemented": "This is not implemented",
    "conflict": "This conflicts with what is there",
    "invalidInput": "An invalid parameter was entered",
    "notAuthorized": "Credentials are missing or wrong",
}

_LABELS = {"type": "Type", "context": "Context", "id": "ID", "value": "Value", "explanation": "Reason"}


class Fault(Exception):  # noqa: N818 - the word that the server has for it
    """An error answer with the server's error document."""

    def __init__(self, status: HTTPStatus, kind: str, **members: str | None) -> None:
        super().__init__(f"{status.value} {kind}: {members}")
        self.status = status
        self.kind = kind
        self.members = members

    def to_json(self) -> dict[str, Any]:
        """Return the document as it is in JSON: every kind of fault, null but for this one."""
        return {kind: self.members if kind == self.kind else None for kind in KINDS}

    def to_xml(self) -> dict[str, dict[str, str]]:
        """Return the document as it is in XML: this fault alone, and of its members those that say something."""
        return {self.kind: {name: value for name, value in self.members.items() if value is not None}}

    def to_text(self) -> str:
        """Return the document as it is in text: a line for the status, and one for each member that says something."""
        lines = [f"{self.status.value} {_PHRASES[self.kind]}"]
        lines += [f"{_LABELS[name]}: {value}" for name, value in self.members.items() if value is not None]
        return "".join(f"{line}\r\n" for line in lines)


def not_found(type: str, id: str) -> Fault:
    """Return the fault for an entity that does not exist."""
    return Fault(HTTPStatus.NOT_FOUND, "notFound", type=type, id=id, context=None)


def invalid(id: str | None, value: str | None, explanation: str, context: str = "parameter") -> Fault:
    """Return the fault for input that cannot be used.

    :param id: name of the parameter, or place in the body
    :param value: what was given
    :param explanation: what is wrong with it, in one line
    :param context: what kind of input this is
    """
    return Fault(HTTPStatus.BAD_REQUEST, "invalidInput", context=context, id=id, explanation=explanation, value=value)


def conflict(type: str, id: str, explanation: str) -> Fault:
    """Return the fault for what cannot be done in the present state."""
    return Fault(HTTPStatus.CONFLICT, "conflict", type=type, id=id, explanation=explanation)


def forbidden(explanation: str) -> Fault:
    """Return the fault for a user who may not do this."""
    return Fault(HTTPStatus.FORBIDDEN, "forbidden", explanation=explanation)


def not_authorized(explanation: str) -> Fault:
    """Return the fault for credentials that are missing or wrong."""
    return Fault(HTTPStatus.UNAUTHORIZED, "notAuthorized", explanation=explanation)


def not_implemented(explanation: str) -> Fault:
    """Return the fault for what the API has and the simulator has not."""
    return Fault(HTTPStatus.NOT_IMPLEMENTED, "notYetImplemented", explanation=explanation)


def internal_server() -> Fault:
    """Return the fault for a mistake of the simulator's own; what it was is in the log."""
    return Fault(HTTPStatus.INTERNAL_SERVER_ERROR, "internalServer", explanation="the simulator failed; see its log")
