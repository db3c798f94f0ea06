"""Documents as bytes, in the media type that the client wants: JSON, XML or text."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vidispine.operation import JSON, TEXT, XML
from vidispine.simulator.formats import json_time
from vidispine.simulator.http.validation import BadDocumentError, check_document, model_named
from vidispine.simulator.http.xml_documents import read_xml, write_fault, write_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.datastructures import MIMEAccept

    from vidispine.simulator.http.errors import Fault

__all__ = ["Answer", "choose", "choose_for_error", "content_type", "encode", "encode_fault", "lines", "read_document"]

FORMS = (JSON, XML, TEXT)


class Answer:
    """What an operation answers: a document in wire form, its text form where it has one, and the status."""

    __slots__ = ("document", "model", "status", "text")

    def __init__(
        self,
        document: dict[str, Any] | None = None,
        text: str | None = None,
        status: int = 200,
        model: str | None = None,
    ) -> None:
        """Take what there is to answer.

        :param model: name of the document's model, where it is not the one that the operation declares
        """
        self.document = document
        self.text = text
        self.status = status
        self.model = model


def lines(values: Sequence[str]) -> str:
    """Return a list as text: one value a line."""
    return "".join(f"{value}\r\n" for value in values)


def choose(accept: MIMEAccept, offered: Sequence[str]) -> str | None:
    """Return the media type to answer with: the client's first choice among those offered, and where it does not
    care the first one offered. ``None`` when it wants none of them.
    """
    if not accept:
        return offered[0]
    return accept.best_match(list(offered))


def choose_for_error(accept: MIMEAccept, offered: Sequence[str]) -> str:
    """Return the media type of an error document; there is always one, whatever the client wants."""
    forms = [form for form in offered if form in FORMS]
    forms += [form for form in FORMS if form not in forms]
    return choose(accept, forms) or JSON


def content_type(media_type: str) -> str:
    """Return the header's value; JSON and XML name their encoding themselves."""
    return f"{media_type};charset=UTF-8" if media_type.startswith("text/") else media_type


def encode(answer: Answer, result: str | None, media_type: str) -> bytes:
    """Return an answer as bytes.

    :param result: name of the model that the operation answers with, ``... | None`` when it may answer with nothing
    """
    if answer.document is None or media_type not in (JSON, XML):
        return (answer.text or "").encode()
    if media_type == XML:
        name = answer.model or (result or "").partition(" | ")[0]
        return write_xml(model_named(name), answer.document)
    return _json(answer.document)


def encode_fault(fault: Fault, media_type: str) -> bytes:
    """Return an error document as bytes."""
    if media_type == XML:
        return write_fault(fault.to_xml())
    return fault.to_text().encode() if media_type == TEXT else _json(fault.to_json())


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_json_value).encode()


def _json_value(value: Any) -> str:
    if isinstance(value, datetime):
        return json_time(value)
    raise TypeError(f"{type(value).__name__} cannot stand in JSON")


def read_document(model_name: str, data: bytes, media_type: str) -> dict[str, Any]:
    """Return the document in a request's body, in wire form.

    :raises BadDocumentError: it cannot be read, or does not have the model's shape
    """
    model = model_named(model_name)
    if media_type == XML:
        return check_document(model, read_xml(model, data))
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadDocumentError(None, f"this is no JSON: {str(error).splitlines()[0]}") from None
    return check_document(model, document)
