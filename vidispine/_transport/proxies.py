"""Which host and which proxy a base URL leads to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import urllib3
from urllib3.exceptions import LocationParseError
from urllib3.util.url import parse_url

from vidispine.configuration import redact_url
from vidispine.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from vidispine.configuration import Configuration

__all__ = ["parse_host", "proxy_credentials", "proxy_for"]

_SPACE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f]|%[01][0-9A-Fa-f]|%20|%7[Ff]")


def parse_host(name: str, given: str, example: str, *, credentials: bool = False) -> Any:
    """Return the parts of a URL.

    :raises ApiValueError: not a URL, or one with credentials where they are not allowed
    """
    if not isinstance(given, str):
        raise ApiTypeError(f"{name} must be a URL such as {example}, not a {type(given).__name__}")
    try:
        url = parse_url(given)
    except LocationParseError:
        url = None
    # Some versions of urllib3 and http.client report these characters only when the request is sent.
    if url is None or url.scheme not in ("http", "https") or not url.host or _SPACE_OR_CONTROL.search(url.host):
        raise ApiValueError(f"{name} must be a URL such as {example}, not {redact_url(given)!r}")
    if url.auth and not credentials:
        raise ApiValueError(f"{name} must not hold credentials: give username and password to the Configuration")
    return url


def proxy_for(configuration: Configuration, host: Any) -> str | None:
    """Return the URL of the proxy for a host: the configuration's, else that of an environment variable.

    That is ``HTTP_PROXY`` or ``HTTPS_PROXY``, by the host's scheme, unless ``NO_PROXY`` names the host.

    :param host: what :func:`parse_host` returns
    :raises ApiValueError: the proxy is not a URL
    """
    proxy, name = configuration.proxy, "proxy"
    if proxy is None:
        from urllib.request import getproxies_environment, proxy_bypass  # it takes long to load

        name = f"{host.scheme.upper()}_PROXY"
        bypassed = proxy_bypass(host.netloc)
        proxy = None if bypassed else getproxies_environment().get(host.scheme)
    if not proxy:
        return None
    if name != "proxy" and "://" not in proxy:
        # Environment variables often omit the scheme.
        proxy = f"http://{proxy}"
    parse_host(name, proxy, "http://proxy:3128", credentials=True)
    return proxy


def proxy_credentials(proxy: str) -> dict[str, str]:
    """Return the headers for the credentials in a proxy's URL."""
    auth = parse_url(proxy).auth
    return urllib3.make_headers(proxy_basic_auth=unquote(auth)) if auth else {}
