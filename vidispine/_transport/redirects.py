"""Redirects: only to the same origin, and never from a POST to a GET except for status 303."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util.url import parse_url

from vidispine._transport.headers import decode_utf8
from vidispine._transport.proxies import ascii_url
from vidispine.exceptions import ApiException

if TYPE_CHECKING:
    from vidispine._transport.response import RESTResponse

__all__ = ["follow", "location_of", "redirect_error"]


def location_of(response: RESTResponse) -> str | None:
    """Return the target of a redirect; ``None`` if the response is not one."""
    if response.status in (301, 302, 303, 307, 308):
        location = response.headers.get("Location")
        return location and decode_utf8(location)
    return None


def follow(
    origin: str, base_path: str, response: RESTResponse, location: str, path: str, method: str, body: Any
) -> tuple[str, str, Any]:
    """Return the path, the method and the body of the request that follows a redirect.

    :param origin: scheme and host of the request
    :param base_path: path of the base URL
    :param path: path and query of the request
    :raises ApiException: the redirect leads to another origin, or would change the request
    """
    here = parse_url(f"{origin}{path}")
    try:
        there = parse_url(ascii_url(urljoin(here.url, location)))
    except (ValueError, LocationParseError):
        from vidispine._text.redaction import redact_url

        raise redirect_error(response, f"to {redact_url(location)!r}, which is not a URL") from None
    if (there.scheme, there.host, there.port) != (here.scheme, here.host, here.port):
        if there.host == here.host and (here.scheme, there.scheme) == ("http", "https"):
            port = f":{there.port}" if there.port else ""
            raise redirect_error(response, "to https", hint=f"set host to 'https://{there.host}{port}{base_path}'")
        from vidispine._text.redaction import redact_url

        raise redirect_error(response, f"to another host, {there.netloc or redact_url(location)}")
    if response.status == 303 and method != "HEAD":
        return there.request_uri, "GET", None
    if method not in ("GET", "HEAD") and response.status in (301, 302):
        raise redirect_error(response, f"of a {method} request to {there.path}")
    return there.request_uri, method, body


def redirect_error(response: RESTResponse, what: str, hint: str | None = None) -> ApiException:
    """Return the error for a redirect that is not followed."""
    return ApiException(response.status, f"refused to follow a redirect {what}", hint=hint)
