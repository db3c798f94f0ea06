"""Reads the servers of a description: the base URL of the API, and the paths of operations with another one."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from generator.problems import Notices

_LOCAL = urlsplit("http://localhost:8080")


class Servers:
    """The servers of one description.

    :param servers: those of the root, of which the first is used
    :param notices: receives the servers that are not used
    """

    def __init__(self, servers: list[dict[str, Any]], pointer: str, notices: Notices) -> None:
        self._notices = notices
        self._base = self._used(servers, pointer)
        self.url = self._base.geturl()
        """The base URL, on this machine if the first server names no host."""
        # A URL without a scheme is on this host whatever the scheme is.
        schemes = {"http", "https"} if servers and servers[0]["url"].startswith("//") else {self._base.scheme}
        self._hosts = {_LOCAL[:2], *((scheme, self._base.netloc) for scheme in schemes)}

    def path(self, path: str, servers: list[dict[str, Any]], pointer: str) -> str:
        """Return a path relative to the base path of the API; it begins with ``/..`` if it has another base path.

        :param servers: those of the operation or of its path; empty if it has none
        """
        found = [parts for parts in map(_parts, servers) if parts and parts[:2] in self._hosts]
        if servers and not found:
            self._notices.loss(pointer, "is ignored: requests go to the host of the Configuration")
        elif found and found[0].path != self._base.path:
            return f"{'/..' * self._base.path.count('/')}{found[0].path}{path}"
        return path

    def _used(self, servers: list[dict[str, Any]], pointer: str) -> SplitResult:
        if not servers:
            return _LOCAL
        url = _url(servers[0])
        if "{" in url:
            self._notices.loss(pointer, f"the first server has a variable without a default: {url}")
        parts = _parts(servers[0])
        if parts is None:
            self._notices.loss(pointer, f"is not a URL for requests, and is not used: {url}")
            return _LOCAL
        if {other.path for other in map(_parts, servers) if other} != {parts.path}:
            self._notices.loss(pointer, f"the path of the first server counts: {parts.path or '/'}")
        if re.match(r"([\w-]+\.)+[a-z]{2,}(/|$)", url):
            self._notices.loss(pointer, f"begins with no scheme, and is a path: {parts.path}")
        if re.search("[?#@]", url):
            self._notices.loss(pointer, "has more than a host and a path, which is ignored")
        return parts


def _url(server: dict[str, Any]) -> str:
    """Return the URL of a server, with the default of each variable that has one."""
    variables = server.get("variables", {})
    return re.sub(
        r"{([^{}]+)}", lambda name: str(variables.get(name[1], {}).get("default", name[0])), server["url"].strip()
    )


def _parts(server: dict[str, Any]) -> SplitResult | None:
    """Return the scheme, the host and the path of a server; ``None`` if requests cannot be sent to it."""
    try:
        parts = urlsplit(urljoin(f"{_LOCAL.geturl()}/", _url(server)))
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        usable = usable and not re.search(r'["\\\s]', parts.netloc)
    except ValueError:
        return None
    netloc = parts.netloc.rpartition("@")[2]
    path = quote(parts.path.rstrip("/"), safe="/%!$&'()*+,;=:@~{}")
    return SplitResult(parts.scheme, netloc, path, "", "") if usable else None
