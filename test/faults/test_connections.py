"""Connecting to a host: proxies of the environment, certificates, internationalized hosts, redirects to https."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from urllib3.exceptions import InsecureRequestWarning

import vidispine
from test.support.loopback import PASSWORD, Loopback, Responder, drip, raw, reply
from vidispine import (
    ApiClient,
    ApiConnectionError,
    ApiException,
    ApiTypeError,
    ApiValueError,
    Client,
    Configuration,
    JobApi,
)

CA_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
KEY_PASSWORD = "k3y-s3cret"


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in CA_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def proxy() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


def get_job(host: str, **settings: Any) -> None:
    with ApiClient(Configuration(host, retries=0, timeout=10, **settings)) as client:
        JobApi(client).get_job("VX-1")


def is_proxied(host: str, proxy: Loopback) -> bool:
    """Make a call to a host where nothing listens; return whether the proxy got it."""
    before = len(proxy.requests)
    with suppress(ApiConnectionError):
        get_job(host)
    return len(proxy.requests) > before


# The base URL


def by_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str) -> Client:
    monkeypatch.setenv("VIDISPINE_HOST", host)
    return Client()


def by_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str) -> Client:
    monkeypatch.setenv("VIDISPINE_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text(f'[profiles.lab]\nhost = "{host}"\nusername = "admin"\n', encoding="utf-8")
    return Client.from_profile("lab", token="x")


def by_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str) -> Client:
    return Client(configuration=Configuration(host))


def by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str) -> Client:
    monkeypatch.setattr(Configuration, "_default", Configuration(host))
    return Client()


def by_attribute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str) -> Client:
    client = Client(host.partition("?")[0].partition("#")[0])
    with suppress(ApiException):
        client.job.get_job("VX-0")
    client.settings.host = host
    return client


def by_argument(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str) -> Client:
    return Client(host)


@pytest.mark.parametrize("more", ["?x=1", "?", "#part", "#", "?x=1#part", "/?x"])
@pytest.mark.parametrize("make", [by_argument, by_attribute, by_configuration, by_default, by_environment, by_profile])
def test_base_url_has_neither_query_nor_fragment(
    server: Loopback, make: Callable[..., Client], more: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def call() -> None:
        with make(monkeypatch, tmp_path, server.url + more) as client:
            client.with_options(timeout=5).job.get_job("VX-1")

    with pytest.raises(ApiValueError, match=f"host must not have a query or a fragment: '{server.url}") as caught:
        call()
    assert more.strip("/") not in str(caught.value)
    assert not any(request.path.endswith("VX-1") for request in server.requests)


@pytest.mark.parametrize("rest", ["12#3{}@", "12?3{}@", "?{}@", "#{}@"])
@pytest.mark.parametrize("name", ["host", "proxy"])
def test_password_that_looks_like_a_fragment_is_not_shown(server: Loopback, name: str, rest: str) -> None:
    settings = {"host": server.url, name: f"http://user:{rest.format(PASSWORD)}127.0.0.1:{server.port}"}
    with pytest.raises(ApiValueError, match=f"{name} must ") as caught:
        get_job(**settings)
    assert PASSWORD not in str(caught.value)
    assert server.requests == []


# Headers for the proxy


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ("user:p%E2%82%AC", b"user:p\xe2\x82\xac"),
        ("user:p\u20ac", b"user:p\xe2\x82\xac"),
        ("user:%FF", b"user:\xff"),
        ("\xfcser:p", b"\xc3\xbcser:p"),
    ],
)
def test_credentials_of_a_proxy_are_sent_in_utf_8(proxy: Loopback, credentials: str, expected: bytes) -> None:
    get_job("http://vidicore.example/API", proxy=f"http://{credentials}@127.0.0.1:{proxy.port}")
    assert proxy.only.header("Proxy-Authorization") == f"Basic {base64.b64encode(expected).decode()}"


def test_proxy_headers_replace_the_credentials_in_its_url(proxy: Loopback) -> None:
    settings = {
        "proxy": f"http://user:{PASSWORD}@127.0.0.1:{proxy.port}",
        "proxy_headers": {"proxy-authorization": "X"},
    }
    get_job("http://vidicore.example/API", **settings)
    assert proxy.only.header("Proxy-Authorization") == "X"


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ("text", ApiTypeError),
        ([("X", "y")], ApiTypeError),
        ({1: "x"}, ApiTypeError),
        ({"X": None}, ApiTypeError),
        ({"X": "a\nb"}, ApiValueError),
        ({"X\n": "a"}, ApiValueError),
        ({"X": "\u20ac"}, ApiValueError),
    ],
)
def test_proxy_headers_that_cannot_be_sent(proxy: Loopback, headers: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"^get_job: .*(proxy_headers|valid header name)"):
        get_job("http://vidicore.example/API", proxy=proxy.origin, proxy_headers=headers)
    assert proxy.requests == []


# NO_PROXY


@pytest.mark.parametrize(
    ("no_proxy", "host", "is_direct"),
    [
        ("127.0.0.0/8", "http://127.3.2.1:1", True),
        ("127.3.2.1/8", "http://127.9.9.9:1", True),
        ("127.3.0.0/16", "http://127.4.0.1:1", False),
        ("10.0.0.0/8, 127.3.2.1/32", "http://127.3.2.1:1", True),
        ("127.0.0.0/33", "http://127.0.0.1:1", False),
        ("0.0.0.0/0", "http://127.0.0.1:1", True),
        ("0.0.0.0/0", "http://[::1]:1", False),
        ("127.3.2.1", "http://127.3.2.1:1", True),
        ("127.3.2.1:1", "http://127.3.2.1:1", True),
        ("127.3.2.1:2", "http://127.3.2.1:1", False),
        ("127.3.2", "http://127.3.2.1:1", False),
        ("2.1", "http://127.3.2.1:1", False),
        ("::1", "http://[::1]:1", True),
        ("[::1]", "http://[::1]:1", True),
        ("0:0:0:0:0:0:0:1", "http://[::1]:1", True),
        ("[::1]:1", "http://[::1]:1", True),
        ("[::1]:2", "http://[::1]:1", False),
        ("::/8", "http://[::1]:1", True),
        ("2001:db8::/32", "http://[::1]:1", False),
        ("fe80::/10", "http://[fe80::1%25none]:1", True),
        ("vc.invalid", "http://vc.invalid", True),
        ("VC.Invalid", "http://vc.INVALID", True),
        ("invalid", "http://vc.invalid", True),
        (".invalid", "http://vc.invalid", True),
        ("*.invalid", "http://vc.invalid", True),
        (".vc.invalid", "http://vc.invalid", True),
        ("c.invalid", "http://vc.invalid", False),
        ("vc.invalid.", "http://vc.invalid", True),
        ("vc.invalid", "http://vc.invalid.", True),
        ("vc.invalid:80", "http://vc.invalid", True),
        ("vc.invalid:8080", "http://vc.invalid", False),
        ("vc.invalid:8080", "http://vc.invalid:8080", True),
        (".invalid:8080", "http://vc.invalid:8080", True),
        ("b\u00fccher.invalid", "http://xn--bcher-kva.invalid", True),
        ("xn--bcher-kva.invalid", "http://b\u00fccher.invalid", True),
        ("other.invalid vc.invalid", "http://vc.invalid", True),
        (" , ,vc.invalid,", "http://vc.invalid", True),
        ("*", "http://vc.invalid", True),
        ("", "http://vc.invalid", False),
        (",.,*.,:80,[],/8,::/x,\u2100", "http://vc.invalid", False),
        ("vc.invalid:99999999999999999999", "http://vc.invalid", False),
    ],
)
@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_no_proxy(
    proxy: Loopback, monkeypatch: pytest.MonkeyPatch, name: str, no_proxy: str, host: str, is_direct: bool
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.origin)
    monkeypatch.setenv(name, no_proxy)
    assert is_proxied(host, proxy) is not is_direct


@pytest.mark.parametrize(
    ("variables", "is_used"),
    [
        ({"ALL_PROXY": "{}"}, True),
        ({"all_proxy": "{}"}, True),
        ({"ALL_PROXY": " {} "}, True),
        ({"ALL_PROXY": "{}", "NO_PROXY": "invalid"}, False),
        ({"ALL_PROXY": "{}", "HTTP_PROXY": "http://127.0.0.1:1"}, False),
        ({"ALL_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "{}"}, True),
        ({"ALL_PROXY": "{}", "HTTP_PROXY": ""}, True),
        ({"ALL_PROXY": "{}", "HTTPS_PROXY": "http://127.0.0.1:1"}, True),
        ({"ALL_PROXY": "{}", "all_proxy": ""}, False),
        # In CGI it is a header that the client chose.
        ({"HTTP_PROXY": "{}", "REQUEST_METHOD": "GET"}, False),
        ({"http_proxy": "{}", "REQUEST_METHOD": "GET"}, True),
    ],
)
def test_all_proxy(
    proxy: Loopback, monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], is_used: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(proxy.origin))
    assert is_proxied("http://vc.invalid", proxy) is is_used


def test_all_proxy_is_used_for_https(proxy: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy.origin)
    proxy.otherwise = reply("no", 403)
    with pytest.raises(ApiException):
        get_job("https://vc.invalid")
    assert proxy.requests[0].line.startswith("CONNECT vc.invalid:443 ")


@pytest.mark.parametrize("scheme", ["socks", "socks4", "socks5", "SOCKS5", "socks5h"])
def test_socks_proxy_of_all_proxy_is_ignored(server: Loopback, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://user:s3cret@127.0.0.1:1")
    with pytest.warns(UserWarning, match="^ALL_PROXY is ignored: SOCKS") as caught:
        get_job(server.url)
    assert [str(one.message) for one in caught if "s3cret" in str(one.message)] == []
    assert caught[0].filename == __file__
    assert len(server.requests) == 1
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    get_job(server.url)


@pytest.mark.parametrize("value", ["socks5://u:s3cret@h:1", "ftp://h", "http://", "http://h:x"])
def test_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", value)
    with pytest.raises(ApiValueError, match="HTTP_PROXY must be a URL") as caught:
        get_job("http://vc.invalid")
    assert "s3cret" not in str(caught.value)


# Certificate authorities


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def other() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Loopback]:
    with Loopback(server_context(authority, "127.0.0.1")) as loopback:
        yield loopback


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def files(authority: trustme.CA, other: trustme.CA, tmp_path: Path) -> dict[str, str]:
    """Files and directories of certificate authorities: ``right`` trusts the server, ``wrong`` another one."""
    paths = {"none": ""}
    for name, one in (("right", authority), ("wrong", other)):
        file = tmp_path / f"{name}.pem"
        one.cert_pem.write_to_path(str(file))
        directory = tmp_path / f"{name}-directory"
        directory.mkdir()
        shutil.copy(file, directory)
        openssl = shutil.which("openssl")
        if openssl is None:
            pytest.skip("there is no openssl to prepare a directory")
        subprocess.run([openssl, "rehash", directory], check=True)
        paths |= {name: str(file), f"{name}/": str(directory)}
    return paths


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "variables", "is_trusted"),
    [
        ("right", {}, True),
        ("right/", {}, True),
        ("wrong/", {}, False),
        ("right", {"SSL_CERT_FILE": "wrong"}, True),
        ("wrong", {"SSL_CERT_FILE": "right"}, False),
        ("none", {"SSL_CERT_FILE": "right"}, False),
        (None, {}, False),
        (None, {"SSL_CERT_FILE": "right"}, True),
        (None, {"SSL_CERT_DIR": "right/"}, True),
        (None, {"SSL_CERT_DIR": f"wrong/{os.pathsep}right/"}, True),
        (None, {"SSL_CERT_FILE": "wrong", "SSL_CERT_DIR": "right/"}, True),
        (None, {"SSL_CERT_FILE": "right", "SSL_CERT_DIR": "/no/such/directory"}, True),
        (None, {"REQUESTS_CA_BUNDLE": "right"}, True),
        (None, {"REQUESTS_CA_BUNDLE": "right/"}, True),
        (None, {"CURL_CA_BUNDLE": "right"}, True),
        (None, {"SSL_CERT_FILE": "wrong", "REQUESTS_CA_BUNDLE": "right", "CURL_CA_BUNDLE": "right"}, False),
        (None, {"SSL_CERT_DIR": "wrong/", "REQUESTS_CA_BUNDLE": "right"}, False),
        (None, {"REQUESTS_CA_BUNDLE": "wrong", "CURL_CA_BUNDLE": "right"}, False),
        (None, {"SSL_CERT_FILE": "none", "SSL_CERT_DIR": "none", "REQUESTS_CA_BUNDLE": "right"}, True),
    ],
)
def test_certificate_authorities(
    secure: Loopback,
    files: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    setting: str | None,
    variables: Mapping[str, str],
    is_trusted: bool,
) -> None:
    for name, keys in variables.items():
        monkeypatch.setenv(name, os.pathsep.join(files.get(key, key) for key in keys.split(os.pathsep)))
    configured: Any = setting and files[setting]
    if is_trusted:
        get_job(secure.url, ssl_ca_cert=configured)
        return
    with pytest.raises(ApiConnectionError, match="certificate") as caught:
        get_job(secure.url, ssl_ca_cert=configured)
    assert caught.value.sent is False
    assert secure.requests == []


@pytest.mark.parametrize("name", CA_VARIABLES)
@pytest.mark.parametrize("path", ["/no/such/file", "{}", "{}/empty", "{}/text.pem"])
def test_authorities_that_cannot_be_used_are_named(
    secure: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, path: str
) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text.pem").write_text("not a certificate\n")
    monkeypatch.setenv(name, path.format(tmp_path))
    with pytest.raises(ApiValueError, match=f"^get_job: {name}: .*") as caught:
        get_job(secure.url)
    assert len(str(caught.value).splitlines()) == 1
    assert secure.requests == []


def test_authorities_of_the_environment_do_not_matter_without_verification(
    secure: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    with pytest.warns(InsecureRequestWarning):
        get_job(secure.url, verify_ssl=False)
    isolated = Configuration.isolated(secure.url, "admin", "pw")
    with ApiClient(isolated) as client, pytest.raises(ApiConnectionError, match="certificate"):
        JobApi(client).get_job("VX-1")


# The client's certificate


@pytest.fixture
def demanding(authority: trustme.CA) -> Iterator[Loopback]:
    """A server that demands a certificate of its clients."""
    context = server_context(authority, "127.0.0.1")
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with Loopback(context) as loopback:
        yield loopback


@pytest.fixture
def own(authority: trustme.CA, tmp_path: Path) -> dict[str, str]:
    """Files of the client: its certificate, and its private key in several forms."""
    issued = authority.issue_cert("me@example.com")
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    encryption = BestAvailableEncryption(KEY_PASSWORD.encode())
    certificate = issued.cert_chain_pems[0].bytes()
    pkcs8 = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    traditional = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, encryption)
    contents = {
        "certificate": certificate,
        "plain": issued.private_key_pem.bytes(),
        "pkcs8": pkcs8,
        "traditional": traditional,
        "both": pkcs8 + certificate,
        "another": trustme.CA().issue_cert("you@example.com").private_key_pem.bytes(),
        "text": b"not a key\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in contents}


@pytest.mark.parametrize(
    ("certificate", "key", "password"),
    [
        ("certificate", "plain", None),
        ("certificate", "plain", "not needed"),
        ("certificate", "pkcs8", KEY_PASSWORD),
        ("certificate", "pkcs8", KEY_PASSWORD.encode()),
        ("certificate", "traditional", KEY_PASSWORD),
        ("both", None, KEY_PASSWORD),
    ],
)
def test_key_password(
    demanding: Loopback,
    files: dict[str, str],
    own: dict[str, str],
    certificate: str,
    key: str | None,
    password: Any,
) -> None:
    get_job(
        demanding.url,
        ssl_ca_cert=files["right"],
        cert_file=own[certificate],
        key_file=key and own[key],
        key_password=password,
    )
    assert len(demanding.requests) == 1


@pytest.mark.parametrize(
    ("certificate", "key", "password", "problem"),
    [
        ("certificate", "pkcs8", None, r"key_file: the private key .* is encrypted: set key_password"),
        ("certificate", "traditional", None, r"key_file: the private key .* is encrypted: set key_password"),
        ("both", None, None, r"cert_file: the private key .* is encrypted: set key_password"),
        ("both", None, "", r"cert_file: the private key .* is encrypted: set key_password"),
        ("certificate", "pkcs8", "wrong", r"key_file: key_password does not decrypt"),
        ("certificate", "traditional", "wrong", r"key_file: key_password does not decrypt"),
        ("both", None, "wrong", r"cert_file: key_password does not decrypt"),
        ("both", None, "x" * 5000, r"cert_file: key_password does not decrypt"),
        ("both", None, "\ud800", r"cert_file: key_password does not decrypt"),
        ("certificate", "another", None, r"key_file: .* (mismatch|does not match)"),
        ("certificate", "text", None, r"key_file: "),
        ("text", None, None, r"cert_file: "),
        ("certificate", None, None, r"cert_file: "),
    ],
)
def test_certificate_that_cannot_be_used(
    demanding: Loopback, own: dict[str, str], certificate: str, key: str | None, password: Any, problem: str
) -> None:
    with pytest.raises(ApiValueError, match=f"^(get_job: )?{problem}") as caught:
        get_job(
            demanding.url, cert_file=own[certificate], key_file=key and own[key], key_password=password, ssl_ca_cert=""
        )
    assert len(str(caught.value).splitlines()) == 1
    assert demanding.requests == []


def test_password_of_the_key_is_never_asked_for(own: dict[str, str], tmp_path: Path) -> None:
    """Without the check, OpenSSL would prompt on the terminal and wait."""
    pty = pytest.importorskip("pty")
    program = f"""if True:
        import vidispine
        configuration = vidispine.Configuration("https://127.0.0.1:1", cert_file={own["both"]!r}, ssl_ca_cert="")
        try:
            vidispine.JobApi(vidispine.ApiClient(configuration)).get_job("VX-1")
        except vidispine.ApiValueError as error:
            print(error)
    """
    main, terminal = pty.openpty()
    try:
        found = subprocess.run(
            [sys.executable, "-c", program],
            stdin=terminal,
            capture_output=True,
            text=True,
            cwd=Path(vidispine.__file__).parent.parent,
            timeout=60,
            start_new_session=True,
            check=True,
        )
    finally:
        os.close(main)
        os.close(terminal)
    assert "is encrypted: set key_password" in found.stdout


@pytest.mark.parametrize("value", [5, [], object()])
def test_key_password_of_the_wrong_type(value: Any) -> None:
    with pytest.raises(ApiTypeError, match="key_password must be a string"):
        Configuration("https://h", key_password=value)


def test_key_password_is_not_shown() -> None:
    configuration = Configuration("https://h", key_password=KEY_PASSWORD)
    assert configuration.key_password == KEY_PASSWORD
    assert KEY_PASSWORD not in repr(configuration) + repr(vars(configuration))


# Internationalized hosts


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The host names that are looked up; each is this machine's."""
    looked_up: list[str] = []
    original = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **settings: Any) -> Any:
        looked_up.append(host.decode() if isinstance(host, bytes) else host)
        return original("127.0.0.1", *arguments, **settings)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return looked_up


HOSTS = [
    ("b\u00fccher.example", "xn--bcher-kva.example"),
    ("B\u00dcCHER.Example", "xn--bcher-kva.example"),
    ("bu\u0308cher.example", "xn--bcher-kva.example"),
    ("archiv.\u4f8b\u3048.jp", "archiv.xn--r8jz45g.jp"),
    ("\u4f8b\u3048\u3002jp", "xn--r8jz45g.jp"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
]


@pytest.fixture(params=[True, False], ids=["with idna", "without idna"])
def _idna(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setitem(sys.modules, "idna", None)


@pytest.mark.usefixtures("_idna")
@pytest.mark.parametrize(("host", "expected"), HOSTS)
@pytest.mark.parametrize("options", [{}, {"_deadline": 20}])
def test_internationalized_host(server: Loopback, names: list[str], host: str, expected: str, options: Any) -> None:
    with ApiClient(Configuration(f"http://{host}:{server.port}/API", retries=0, proxy="")) as client:
        JobApi(client).get_job("VX-1", **options)
    assert server.only.header("Host") == f"{expected}:{server.port}"
    assert set(names) == {expected}


@pytest.mark.usefixtures("_idna")
@pytest.mark.parametrize(("host", "expected"), HOSTS[:3])
def test_internationalized_host_over_tls_and_by_proxy(
    names: list[str], authority: trustme.CA, files: dict[str, str], proxy: Loopback, host: str, expected: str
) -> None:
    with Loopback(server_context(authority, expected)) as loopback:
        get_job(f"https://{host}:{loopback.port}", ssl_ca_cert=files["right"])
        assert len(loopback.requests) == 1
    get_job(f"http://{host}", proxy=f"http://{host}:{proxy.port}")
    assert proxy.only.target == f"http://{expected}/job/VX-1"
    assert set(names) == {expected}


def test_host_that_needs_idna_2008(server: Loopback, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own codec would take it for another host."""
    url = f"http://stra\u00dfe.example:{server.port}"
    get_job(url)
    assert names == ["xn--strae-oqa.example"]
    monkeypatch.setitem(sys.modules, "idna", None)
    with pytest.raises(ApiValueError, match="requires the package idna"):
        get_job(url)


@pytest.mark.usefixtures("_idna")
@pytest.mark.parametrize("host", ["\u2100.example", "a\uff0fb", "\u00fc" * 64, "\u00fc..example", "\u202e", "\ud800"])
@pytest.mark.parametrize("name", ["host", "proxy"])
def test_internationalized_host_that_cannot_be(host: str, name: str) -> None:
    settings: dict[str, Any] = {"host": "http://127.0.0.1:1", name: f"http://user:s3cret@{host}:1"}
    if name == "host":
        settings[name] = f"http://{host}:1"
    with pytest.raises(ApiValueError, match=f"^get_job: {name} must be a URL") as caught:
        get_job(**settings)
    assert str(caught.value).isascii()
    assert "s3cret" not in str(caught.value)


# Redirects


def moved(location: str, status: int = 301) -> Any:
    return reply("", status, {"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "advice"),
    [
        ("https://127.0.0.1:8443/API/job/VX-1", "set host to 'https://127.0.0.1:8443/API'"),
        ("https://127.0.0.1/login?secret=s3cret", "set host to 'https://127.0.0.1/API'"),
        ("HTTPS://user:s3cret@127.0.0.1", "set host to 'https://127.0.0.1/API'"),
    ],
)
@pytest.mark.parametrize("call", [JobApi.get_job, JobApi.abort_job])
def test_redirect_to_https_says_to_set_host(
    client: ApiClient, server: Loopback, status: int, location: str, advice: str, call: Callable[..., Any]
) -> None:
    server.otherwise = moved(location, status)
    with pytest.raises(ApiException, match="refused to follow a redirect to https") as caught:
        call(JobApi(client), "VX-1")
    assert advice in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.status == status
    assert len(server.requests) == 1


@pytest.mark.parametrize("location", ["https://evil.invalid/", "http://127.0.0.1:1/", "https://127.0.0.2/"])
def test_other_redirects_do_not_advise_it(client: ApiClient, server: Loopback, location: str) -> None:
    server.otherwise = moved(location)
    with pytest.raises(ApiException, match="another host") as caught:
        JobApi(client).get_job("VX-1")
    assert "set host" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/API/\u00fc", "/API/%C3%BC"), ("/API/%C3%BC", "/API/%C3%BC"), ("//b\u00fccher.example:{}/x", "/x")],
)
def test_redirect_in_utf_8(server: Loopback, names: list[str], path: str, expected: str) -> None:
    location = path.format(server.port).encode().decode("latin-1")
    server.responses = [moved(location)]
    get_job(f"http://b\u00fccher.example:{server.port}/API")
    assert server.last.target == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 5000), "got more than 100 headers"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000), "65536 bytes"),
        (raw(b"SSH-2.0\r\n"), "this is not HTTP"),
        (raw(b"HTTP/1.1 407 Who\r\n\r\n"), "407 Who"),
        (drip(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 500), "no response in time"),
        (drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), "no response in time"),
    ],
    ids=["headers", "long header", "not HTTP", "407", "slow header", "slow headers"],
)
def test_a_bad_response_to_connect_means_that_nothing_was_sent(
    server: Loopback, response: Responder, problem: str
) -> None:
    server.otherwise = response
    proxy = f"http://ann:{PASSWORD}@127.0.0.1:{server.port}"
    client = vidispine.Client("https://vidicore.test", proxy=proxy, retries=0, timeout=0.5)
    with client, pytest.raises(ApiConnectionError, match=problem) as caught:
        client.job.create_custom_job("NONE")
    assert caught.value.sent is False
    assert server.only.line.startswith("CONNECT vidicore.test:443 HTTP/1.")
