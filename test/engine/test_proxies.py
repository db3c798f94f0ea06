"""Proxies of the environment, proxy credentials, and urllib3's log."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from test.support.loopback import Loopback, reply
from test.support.sample_operations import CREATE, READ
from vidispine import ApiClient, ApiValueError, Configuration

FINE = reply("fine", media_type="text/plain")
NAMES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "all_proxy", "ALL_PROXY")


@pytest.fixture(autouse=True)
def _no_proxies_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def ask(host: str, **settings: Any) -> str:
    configuration = Configuration(host=host, username="admin", password="pw", retries=0)
    for name, value in settings.items():
        setattr(configuration, name, value)
    with ApiClient(configuration) as client:
        response: str = client.call(READ, ("VX-1", None))
        return response


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY"])
def test_uses_the_proxy_of_the_environment(server: Loopback, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    server.otherwise = FINE
    monkeypatch.setenv(name, server.origin)
    assert ask("http://vidicore.invalid:8080/API") == "fine"
    assert server.only.target == "http://vidicore.invalid:8080/API/thing/VX-1"


def test_proxy_url_may_lack_the_scheme(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    server.otherwise = FINE
    monkeypatch.setenv("http_proxy", f"127.0.0.1:{server.port}")
    assert ask("http://vidicore.invalid/API") == "fine"


@pytest.mark.parametrize("hosts", ["127.0.0.1", "other.invalid,127.0.0.1", "*"])
def test_no_proxy_hosts_are_reached_directly(server: Loopback, monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    server.otherwise = FINE
    monkeypatch.setenv("http_proxy", "http://nowhere.invalid:1")
    monkeypatch.setenv("no_proxy", hosts)
    assert ask(server.url) == "fine"
    assert server.only.target == "/API/thing/VX-1"


def test_ignores_the_proxy_for_the_other_scheme(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    server.otherwise = FINE
    monkeypatch.setenv("https_proxy", "http://nowhere.invalid:1")
    assert ask(server.url) == "fine"


def test_configured_proxy_overrides_the_environment(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    server.otherwise = FINE
    monkeypatch.setenv("http_proxy", "http://nowhere.invalid:1")
    assert ask("http://vidicore.invalid/API", proxy=server.origin) == "fine"
    assert ask(server.url, proxy="") == "fine"


def test_sends_the_credentials_of_the_proxy_url(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    server.otherwise = FINE
    monkeypatch.setenv("http_proxy", f"http://us%40er:pr0xy%3Apw@127.0.0.1:{server.port}")
    assert ask("http://vidicore.invalid/API") == "fine"
    expected = base64.b64encode(b"us@er:pr0xy:pw").decode()
    assert (server.only.header("Proxy-Authorization") or "").lower() == f"basic {expected}".lower()


def test_error_names_an_invalid_proxy_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "ftp://user:s3cret@h:1")
    with pytest.raises(ApiValueError, match=r"^read_thing: HTTP_PROXY must be a URL such as") as caught:
        ask("http://vidicore.invalid/API")
    assert "s3cret" not in str(caught.value)


def test_the_log_of_urllib3_shows_neither_queries_nor_headers(
    server: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    server.otherwise = FINE
    caplog.set_level(logging.DEBUG)
    with ApiClient(Configuration(host=server.url, username="admin", password="pw", retries=1)) as client:
        server.responses = [reply("busy", 503, {"Retry-After": "0"})]
        client.call(READ, ("VX-1", "a s3cret note"))
    reported = [record.getMessage() for record in caplog.records if record.name.startswith("urllib3")]
    assert any("/API/" in line for line in reported)
    assert not [line for line in reported if "s3cret" in line or "note" in line or "Authorization" in line]
    # Requests of the application are logged as ever.
    urllib3.PoolManager().request("GET", f"{server.url}/other?mine=1")
    assert "/API/other?mine=1" in caplog.text


def test_the_log_of_urllib3_keeps_the_applications_requests_while_a_body_is_sent(
    server: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    server.otherwise = FINE
    caplog.set_level(logging.DEBUG)
    mine = urllib3.PoolManager()

    def body() -> Iterator[bytes]:
        mine.request("GET", f"{server.url}/inside")
        yield b"x"

    with ApiClient(Configuration(host=server.url, retries=0)) as client:
        client.call(CREATE, (body(),))
    assert "/API/inside" in caplog.text


def test_each_host_is_reached_through_its_own_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """For any order of the hosts, the proxy settings of one are not those of the second."""
    for direct_first in (True, False):
        with Loopback() as proxied, Loopback() as direct, Loopback() as proxy:
            proxied.otherwise = direct.otherwise = proxy.otherwise = reply({})
            monkeypatch.setenv("HTTP_PROXY", proxy.origin)
            monkeypatch.setenv("NO_PROXY", direct.origin.removeprefix("http://"))
            hosts = [direct.url, proxied.url] if direct_first else [proxied.url, direct.url]
            with ApiClient(Configuration(host=hosts[0], retries=0)) as client:
                for host in (*hosts, *hosts):
                    client.call_api("/thing", "GET", _host=host)
            assert [len(one.requests) for one in (proxied, direct, proxy)] == [0, 2, 2]
