"""Documents in XML: the same document as in JSON.

The children and the attributes of an element are the members of a document, and its text is one of them. Which member
is which, and the order of elements, is part of a model's declaration; both are read leniently and written as declared.
Attributes of ``xsi`` are not part of the document, except for ``xsi:nil``, which is ``null``. ``xsi:type`` is written
back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from vidispine._documents.content_type import beginning, decode_json, parse_content_type
from vidispine._documents.xml_parser import parse_xml, xml_error
from vidispine._documents.xml_reader import check_xml, model_of_root, read_document, read_xml
from vidispine._documents.xml_writer import UNWRITABLE, write_xml
from vidispine.exceptions import ApiTypeError, ApiValueError, short_repr

if TYPE_CHECKING:
    from vidispine._documents.model import Model

__all__ = ["UNWRITABLE", "check_xml", "parse_document", "read_xml", "write_xml"]

M = TypeVar("M", bound="Model")


@overload
def parse_document(body: str | bytes, content_type: str | None = ..., *, model: type[M]) -> M: ...
@overload
def parse_document(body: str | bytes, content_type: str | None, model: type[M]) -> M: ...
@overload
def parse_document(body: str | bytes, content_type: str | None = ..., model: None = ...) -> Any: ...
def parse_document(body: str | bytes, content_type: str | None = None, model: type[Model] | None = None) -> Any:
    """Return the model of a document that a server sent, for example to a callback.

    ::

        job = vidispine.parse_document(b"<JobDocument><jobId>VX-29</jobId></JobDocument>", "application/xml")
        print(job.job_id)

    In XML, the root element names the model. JSON does not name it, so ``model`` is required there.

    :param body: the document: text, or bytes in the encoding that the content type or the XML declares
    :param content_type: its media type: ``application/json``, ``application/xml``, ``text/xml``, or another that ends
        with ``+json`` or ``+xml``, with or without a ``charset``. Default, also if empty: JSON if the body begins with
        ``{`` or ``[``, else XML
    :param model: the class of the result, such as :class:`vidispine.JobType`. Default: that of the root element
    :raises ApiDecodeError: the body is not valid, or its root element is unknown
    :raises ApiTypeError: the body is neither text nor bytes
    :raises ApiValueError: the content type is neither JSON nor XML, or is JSON without ``model``
    """
    if not isinstance(body, (str, bytes, bytearray, memoryview)):
        raise ApiTypeError(f"body must be text or bytes, not {type(body).__name__}")
    if not isinstance(content_type, (str, type(None))):
        raise ApiTypeError(f"content_type must be a string, not {type(content_type).__name__}")
    if not (model is None or hasattr(model, "from_json")):
        raise ApiTypeError(f"model must be a class such as JobType, not {short_repr(model)}")
    if not content_type:
        content_type = "application/json" if beginning(body).startswith(("{", "[")) else "application/xml"
    kind, charset = parse_content_type(content_type)
    if kind.endswith("json"):
        if model is None:
            raise ApiValueError("JSON does not name its model: pass it as model=, such as model=JobType")
        try:
            return model.from_json(body if isinstance(body, str) else decode_json(bytes(body), charset))
        except UnicodeDecodeError as error:
            raise xml_error(f"not valid text: {error}") from None
    if not kind.endswith("xml"):
        raise ApiValueError(f"content_type must be JSON or XML, not {content_type!r}")
    root = parse_xml(body, charset)
    cls = model or model_of_root(root)
    return cls._view(read_document(root, cls), cls._origin)
