"""Determines the host and the proxy of a base URL."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from urllib3.exceptions import LocationParseError
from urllib3.util.url import parse_url

from vidispine._transport.headers import Headers, check_header_name, check_header_value
from vidispine.exceptions import ApiTypeError, ApiValueError, warn_caller

if TYPE_CHECKING:
    from vidispine.configuration import Configuration

__all__ = ["ascii_url", "parse_host", "proxy_for", "proxy_headers"]

# These are compiled at their first use, which is rare.
_SPACE_OR_CONTROL = r"[\x00-\x20\x7f]|%[01][0-9A-Fa-f]|%20|%7[Ff]"
_HOST_IN_URL = r"(?i)^((?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#]*@)?)?([^/?#:@\[\]]*)"
_HOST_NAME = r"(?i)[a-z0-9._-]+"
_PORT = r"(.*):([0-9]{1,5})"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DIFFERS_IN_IDNA_2008 = frozenset("\xdf\u03c2\u200c\u200d")
"""Characters that Python's codec (IDNA 2003) maps to another host: sharp s, final sigma and invisible joiners."""


def parse_host(name: str, given: str, example: str, *, credentials: bool = False) -> Any:
    """Return the parts of a URL, with an internationalized host in ASCII.

    :raises ApiValueError: not a URL, or a URL with a query, a fragment, or credentials that are not allowed
    """
    if not isinstance(given, str):
        raise ApiTypeError(f"{name} must be a URL such as {example}, not {type(given).__name__}")
    try:
        url = parse_url(ascii_url(given))
    except (LocationParseError, UnicodeError):
        url = None
    # Some versions of urllib3 and http.client report these characters only when the request is sent.
    if url is None or url.scheme not in ("http", "https") or not url.host or re.search(_SPACE_OR_CONTROL, url.host):
        from vidispine._text.redaction import redact_url

        raise ApiValueError(f"{name} must be a URL such as {example}, not {redact_url(given)!a}")
    if url.query is not None or url.fragment is not None:
        from vidispine._text.redaction import redact_url

        raise ApiValueError(f"{name} must not have a query or a fragment: {re.split('[?#]', redact_url(given))[0]!a}")
    if url.auth and not credentials:
        raise ApiValueError(f"{name} must not contain credentials: set username and password in the Configuration")
    return url


def ascii_url(url: str) -> str:
    """Return a URL with an internationalized host in ASCII, such as ``xn--bcher-kva.example``.

    :raises UnicodeError: the host name is invalid
    """
    if url.isascii():
        return url
    return re.sub(_HOST_IN_URL, lambda found: (found[1] or "") + _ascii_host(found[2]), url, count=1)


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    try:
        from idna import encode
    except ImportError:
        if not _DIFFERS_IN_IDNA_2008.isdisjoint(host):
            raise ApiValueError(
                f"the host {host!a} requires the package idna: install it, or write the host in ASCII (xn--...)"
            ) from None
        text = host.encode("idna").decode()
    else:
        text = encode(host, uts46=True).decode()
    if not re.fullmatch(_HOST_NAME, text):
        raise UnicodeError(f"{host!a} is not a host name")
    return text


def proxy_for(configuration: Configuration, host: Any) -> str | None:
    """Return the URL of the proxy for a host, from the configuration or an environment variable.

    That is ``HTTP_PROXY`` or ``HTTPS_PROXY``, by the host's scheme, else ``ALL_PROXY``; none if ``NO_PROXY`` names the
    host.

    :param host: what :func:`parse_host` returns
    :raises ApiValueError: the proxy is not a URL
    """
    proxy, name = configuration.proxy, "proxy"
    if proxy is None:
        proxy, name = _proxy_of_environment(host)
    if not proxy:
        return None
    parse_host(name, proxy, "http://proxy:3128", credentials=True)
    return ascii_url(proxy)


def _proxy_of_environment(host: Any) -> tuple[str, str]:
    """Return the URL of the proxy, which is empty if there is none, and its environment variable."""
    for name in (f"{host.scheme.upper()}_PROXY", "ALL_PROXY"):
        proxy = _variable(name).strip()
        if proxy:
            break
    if not proxy or _is_bypassed(host, _variable("NO_PROXY")):
        return "", name
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if name == "ALL_PROXY" and proxy.lower().startswith("socks"):
        warn_caller("ALL_PROXY is ignored: SOCKS proxies are not supported", UserWarning)
        return "", name
    return proxy, name


def _variable(name: str) -> str:
    """Return an environment variable in lowercase, else in uppercase, as curl and requests do; empty if unset."""
    environment = dict(os.environ)  # Windows ignores the case of the names in os.environ itself
    if name.lower() in environment:
        return environment[name.lower()]
    if name == "HTTP_PROXY" and "REQUEST_METHOD" in environment:
        return ""  # in CGI, the request header "Proxy" sets it
    return environment.get(name, "")


def _is_bypassed(host: Any, no_proxy: str) -> bool:
    """Return whether ``NO_PROXY`` names a host: ``*``, or entries separated by commas or spaces.

    An entry is a domain with all hosts in it, an address or a network. All but networks may have a port.
    """
    if no_proxy.strip() == "*":
        return True
    name, port = host.host.strip("[]").rstrip("."), host.port or _DEFAULT_PORTS[host.scheme]
    address = _network(name.partition("%")[0])
    return any(_matches(entry, name, address, port) for entry in no_proxy.lower().replace(",", " ").split())


def _matches(entry: str, name: str, address: Any, port: int) -> bool:
    network = _network(entry.strip("[]"))
    if network is None:
        found = re.fullmatch(_PORT, entry)
        if found:
            if int(found[2]) != port:
                return False
            entry = found[1]
            network = _network(entry.strip("[]"))
    if address is not None:
        return network is not None and network.version == address.version and address.subnet_of(network)
    with suppress(UnicodeError):
        entry = _ascii_host(entry)
    domain = re.sub(r"^\*?\.", "", entry).rstrip(".")
    return bool(domain) and (name == domain or name.endswith(f".{domain}"))


def _network(text: str) -> Any:
    """Return an address or a network as a network of :mod:`ipaddress`; ``None`` if it is neither."""
    if not text or not (text[-1].isdigit() or ":" in text):
        return None
    from ipaddress import ip_network

    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def proxy_headers(proxy: str, given: Any) -> dict[str, str]:
    """Return the headers for a proxy: those of the configuration, and the credentials in the proxy's URL.

    :param given: ``Configuration.proxy_headers``
    :raises ApiTypeError, ApiValueError: these are not headers
    """
    if not isinstance(given, (Mapping, type(None))):
        raise ApiTypeError("proxy_headers must be a mapping of names to text")
    headers: dict[str, str] = Headers()
    for name, value in (given or {}).items():
        if not isinstance(name, str) or not isinstance(value, (str, int)):
            wrong = value if isinstance(name, str) else name
            raise ApiTypeError(f"proxy_headers must be a mapping of names to text, but has a {type(wrong).__name__}")
        headers[check_header_name(name)] = check_header_value(f"proxy_headers: {name}", str(value))
    auth = parse_url(proxy).auth
    if auth and not any(name.lower() == "proxy-authorization" for name in headers):
        headers["Proxy-Authorization"] = f"Basic {b64encode(unquote_to_bytes(auth)).decode()}"
    return headers
