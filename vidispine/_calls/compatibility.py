"""Helper methods of ``ApiClient`` in 5.0.4 that scripts call, as functions that take the client. New code does not need
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vidispine._calls.operation import JSON
from vidispine._calls.parameters import to_header, to_header_name, to_path
from vidispine._calls.request import Request, encode_query
from vidispine._documents.conversion import Origin, decode, encode, encode_json
from vidispine._documents.json import load_json
from vidispine.exceptions import ApiKeyError, ApiValueError, hides_arguments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol, Union

    from vidispine.configuration import Configuration

    Pairs = Union[Mapping[str, Any], Iterable[tuple[str, Any]]]

    class _Response(Protocol):
        data: Any

    class HelperClient(Protocol):
        """The members of ``ApiClient`` that the helpers use."""

        configuration: Configuration

        @property
        def pool(self) -> Any:
            """The thread pool of ``async_req``."""

        def perform(
            self,
            operation: str | None,
            request: Request,
            result: str | None,
            options: Mapping[str, Any] = ...,
            *,
            as_text: bool = ...,
            host: str | None = ...,
        ) -> Any:
            """Send a request and return its result."""


__all__ = [
    "call_api",
    "deserialize",
    "files_parameters",
    "parameters_to_tuples",
    "request",
    "sanitize_for_serialization",
    "select_header_accept",
    "select_header_content_type",
    "update_params_for_auth",
]

_SEPARATORS = {"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|"}


@hides_arguments
def call_api(
    client: HelperClient,
    resource_path: str,
    method: str,
    path_params: Mapping[str, Any] | None = None,
    query_params: Pairs | None = None,
    header_params: Mapping[str, Any] | None = None,
    body: Any = None,
    post_params: Pairs | None = None,
    files: Mapping[str, Any] | None = None,
    response_type: str | None = None,
    auth_settings: Sequence[str] | None = None,  # noqa: ARG001 - the signature of 5.0.4
    async_req: bool | None = None,
    _return_http_data_only: bool | None = None,
    collection_formats: Mapping[str, str] | None = None,
    _preload_content: bool = True,
    _request_timeout: Any = None,
    _host: str | None = None,
) -> Any:
    """Send a request that no operation describes; credentials are added as for every call.

    :param resource_path: path below the host, with ``{name}`` for each of ``path_params``
    :param method: HTTP method
    :param body: a model, a document as JSON values, text or bytes
    :param post_params: fields of a form, sent when there is no body
    :param response_type: type of the result, such as ``JobType`` or ``list[str]``; ``None`` for nothing
    :returns: ``ApiResponse(data, status, headers)``; the data alone with ``_return_http_data_only``; an
        ``AsyncResult`` of it with ``async_req``
    :raises ApiException: the call failed; the class says how
    """
    target = _fill(client, resource_path, path_params or {})
    pairs = parameters_to_tuples(query_params or {}, collection_formats)
    if pairs:
        target = f"{target}?{encode_query((str(key), _wire_text(value)) for key, value in pairs)}"
    headers = {to_header_name(name): to_header(name, value) for name, value in (header_params or {}).items()}
    data = _body(body, parameters_to_tuples(post_params or {}, collection_formats), files, headers)
    options: dict[str, Any] = {
        "_preload_content": _preload_content,
        "_return_http_data_only": bool(_return_http_data_only),
    }
    if _request_timeout is not None:
        options["_request_timeout"] = _request_timeout
    arguments = (None, Request(method, target, headers, data), response_type, options)
    if async_req:
        from vidispine._calls.background import apply_async

        return apply_async(client, client.perform, arguments, {"host": _host})
    return client.perform(*arguments, host=_host)


@hides_arguments
def request(
    client: HelperClient,
    method: str,
    url: str,
    query_params: Pairs | None = None,
    headers: Mapping[str, Any] | None = None,
    post_params: Pairs | None = None,
    body: Any = None,
    _preload_content: bool = True,
    _request_timeout: Any = None,
) -> Any:
    """Send a request to a whole URL below the configured host and return urllib3's response.

    :raises ApiValueError: the URL is on another host; credentials are sent to the configured host only
    """
    host = client.configuration.host.rstrip("/")
    if not url.startswith(f"{host}/"):
        raise ApiValueError(f"request: the URL must start with {host}/")
    response = call_api(
        client,
        url[len(host) :],
        method.upper(),
        query_params=query_params,
        header_params=headers,
        body=body,
        post_params=post_params,
        _preload_content=False,
        _return_http_data_only=True,
        _request_timeout=_request_timeout,
    )
    if _preload_content:
        response.read(cache_content=True)
    return response


def deserialize(response: _Response, response_type: str) -> Any:
    """Return the value of a response's ``data``, which is JSON in bytes or text.

    :param response: anything with an attribute ``data``
    :param response_type: ``JobType``, ``list[JobType]``, ``dict(str, str)``, ``str``, ``datetime``, ...
    :raises ApiDecodeError: the data is not of that type
    """
    data = response.data
    try:
        document = load_json(data)
    except ValueError:
        document = data.decode() if isinstance(data, bytes) else data
    return None if document is None else decode(document, response_type, Origin(response_type))


def sanitize_for_serialization(obj: Any) -> Any:
    """Return models, times, lists and mappings as JSON values."""
    return encode(list(obj) if isinstance(obj, (set, frozenset)) else obj)


def parameters_to_tuples(params: Pairs, collection_formats: Mapping[str, str] | None) -> list[tuple[str, Any]]:
    """Return parameters as pairs, with lists joined (``csv``) or repeated (``multi``) as the formats say."""
    pairs: list[tuple[str, Any]] = []
    items: Any = params.items() if isinstance(params, Mapping) else params
    for key, value in items:
        form = (collection_formats or {}).get(key)
        if form == "multi":
            pairs += [(key, one) for one in value]
        elif form:
            pairs.append((key, _SEPARATORS.get(form, ",").join(_wire_text(one) for one in value)))
        else:
            pairs.append((key, value))
    return pairs


def files_parameters(files: Mapping[str, Any] | None = None) -> list[tuple[str, tuple[str, bytes, str]]]:
    """Return files, passed by path, as form fields: name, file name, bytes and media type of each."""
    from mimetypes import guess_type
    from pathlib import Path

    fields = []
    for name, given in (files or {}).items():
        for path in [Path(one) for one in (given if isinstance(given, list) else [given]) if one]:
            kind = guess_type(path.name)[0] or "application/octet-stream"
            fields.append((name, (path.name, path.read_bytes(), kind)))
    return fields


def select_header_accept(accepts: Sequence[str]) -> str | None:
    """Return the ``Accept`` header for media types: JSON if it is one of them, else all of them."""
    lowered = [accept.lower() for accept in accepts or ()]
    return (JSON if JSON in lowered else ", ".join(lowered)) or None


def select_header_content_type(content_types: Sequence[str]) -> str:
    """Return the ``Content-Type`` header for media types: JSON if it is one of them, else the first."""
    lowered = [content_type.lower() for content_type in content_types or ()]
    return JSON if not lowered or JSON in lowered or "*/*" in lowered else lowered[0]


def update_params_for_auth(
    client: HelperClient,
    headers: dict[str, str],
    querys: list[tuple[str, str]],  # noqa: ARG001 - the signature of 5.0.4
    auth_settings: Sequence[str] | None,
) -> None:
    """Add the configured credentials to ``headers``, in place.

    :raises ApiKeyError: a setting is unknown
    """
    known = client.configuration.auth_settings()
    for name in auth_settings or ():
        if name not in known:
            raise ApiKeyError(f"there is no authentication {name!r}: {', '.join(known)}")
        if known[name]["value"]:
            headers[known[name]["key"]] = known[name]["value"]


def _fill(client: HelperClient, resource_path: str, path_params: Mapping[str, Any]) -> str:
    safe = client.configuration.safe_chars_for_path_param
    for name, value in path_params.items():
        resource_path = resource_path.replace(f"{{{name}}}", to_path(name, value, safe))
    return resource_path


def _body(body: Any, form: list[tuple[str, Any]], files: Mapping[str, Any] | None, headers: dict[str, str]) -> Any:
    if body is not None:
        if isinstance(body, (str, bytes)) or hasattr(body, "read"):
            return body.encode() if isinstance(body, str) else body
        headers.setdefault("Content-Type", JSON)
        return encode_json(body)
    if files:
        from urllib3.filepost import encode_multipart_formdata

        data, headers["Content-Type"] = encode_multipart_formdata([*form, *files_parameters(files)])
        return data
    if form:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return encode_query((key, _wire_text(value)) for key, value in form).encode()
    return None


def _wire_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(encode(value))
