"""Tracebacks that show local variables, as pytest, rich and crash reporters print them, show no secret."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import PASSWORD, Early, Loopback, hang_up, raw, reply, stall
from test.support.operations import EVERY, arguments
from vidispine import (
    ApiClient,
    Client,
    Configuration,
    ImportApi,
    JobApi,
    OpenApiException,
    UnexpectedKeywordError,
    UserType,
)

pytestmark = pytest.mark.slow

SHAPES = (PASSWORD, base64.b64encode(f"admin:{PASSWORD}".encode()).decode()[:20])


def secret() -> str:
    """Return the password, which is in no local variable of the test."""
    return PASSWORD


def shown(error: BaseException) -> dict[str, str]:
    """Return how an error is printed with local variables, by tool."""
    from rich.console import Console
    from rich.traceback import Traceback

    console = Console(file=io.StringIO(), width=200)
    console.print(
        Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_string=9999, locals_max_length=999
        )
    )
    plain = traceback.TracebackException.from_exception(error, capture_locals=True)
    information = pytest.ExceptionInfo.from_exception(error)
    return {
        "traceback": "".join(plain.format()),
        "rich": console.file.getvalue(),  # type: ignore[attr-defined]
        "pytest": str(information.getrepr(showlocals=True, style="long", truncate_locals=False)),
        "chain": " ".join(repr(local) for frame in _frames(error) for local in list(frame.f_locals.values())),
    }


def _frames(error: BaseException | None) -> Iterator[Any]:
    """Yield the frames of an error and of all errors behind it, also of those that are not printed."""
    seen: set[int] = set()
    pending = [error]
    while pending:
        one = pending.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield from (frame for frame, _ in traceback.walk_tb(one.__traceback__))
            pending += [one.__cause__, one.__context__, *(arg for arg in one.args if isinstance(arg, BaseException))]


CREDENTIALS: dict[str, Callable[[str], ApiClient]] = {
    "password": lambda host: ApiClient(Configuration(host, username="admin", password=secret(), retries=0)),
    "token": lambda host: ApiClient(Configuration(host, token=secret(), retries=0)),
    "bearer": lambda host: ApiClient(Configuration(host, bearer=secret(), retries=0)),
    "bearer callable": lambda host: ApiClient(Configuration(host, bearer=secret, retries=0)),
    "cookie": lambda host: ApiClient(Configuration(host, retries=0), cookie=f"session={secret()}"),
    "header of the client": lambda host: ApiClient(Configuration(host, retries=0), "X-Api-Key", secret()),
    "long token": lambda host: ApiClient(Configuration(host, token=secret() + "x" * 500, retries=0)),
}

FAILURES = {
    "hangs up": hang_up,
    "breaks off": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
    "no HTTP": raw(b"SSH-2.0\r\n\r\n"),
    "not found": reply(status=404),
    "unauthorized": reply(status=401),
    "no JSON": reply(b"<html>"),
    "redirect elsewhere": reply(status=302, headers={"Location": "http://elsewhere.test/"}),
    "no response in time": stall(),
}


def check(program: Callable[[], object], error: type[BaseException] = OpenApiException) -> None:
    with pytest.raises(error) as caught:
        program()
    for tool, text in shown(caught.value).items():
        assert not [shape for shape in SHAPES if shape in text], tool


@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize("failure", FAILURES)
def test_failed_call_shows_no_credentials(server: Loopback, credential: str, failure: str) -> None:
    server.otherwise = FAILURES[failure]
    with CREDENTIALS[credential](server.url) as client:
        check(lambda: JobApi(client).get_job("VX-1", _request_timeout=0.2))


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_failed_connection_shows_no_credentials(credential: str) -> None:
    for host in ("http://127.0.0.1:1/API", "https://127.0.0.1:1/API", "http://no.such.host.test/API", "nonsense"):
        with CREDENTIALS[credential](host) as client:
            check(lambda client=client: JobApi(client).get_job("VX-1"))  # type: ignore[misc]


@pytest.mark.parametrize("header", ["Authorization", "Cookie", "X-Api-Key", "Proxy-Authorization"])
@pytest.mark.parametrize("call", [JobApi.get_job, JobApi.get_job_with_http_info])
def test_header_of_one_call_is_not_shown(client: ApiClient, server: Loopback, header: str, call: Any) -> None:
    server.otherwise = hang_up
    check(lambda: call(JobApi(client), "VX-1", _headers={header: secret()}))
    check(lambda: call(JobApi(client), "VX-1", _headers={header: secret(), "no name": "x"}))


@pytest.mark.parametrize("name", ["_header", "pasword"])
def test_misspelled_keyword_shows_no_secret(client: ApiClient, server: Loopback, name: str) -> None:
    for method in (JobApi(client).get_job, JobApi(client).get_job_with_http_info):
        call: Any = method
        check(lambda call=call: call("VX-1", **{name: {"X-Api-Key": secret()}}), UnexpectedKeywordError)  # type: ignore[misc]
    assert server.requests == []


def test_proxy_password_is_not_shown(server: Loopback) -> None:
    for proxy in (f"http://u:{secret()}@127.0.0.1:1", f"u:{secret()}@nowhere", f"http://u:{secret()}/x@127.0.0.1:1"):
        for host in (server.url, "https://127.0.0.1:1/API"):
            with ApiClient(Configuration(host, proxy=proxy, retries=0)) as client:
                check(lambda client=client: JobApi(client).get_job("VX-1"))  # type: ignore[misc]


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def fail(*_: object) -> None:
    raise RuntimeError("not ours")


SECRET_CALLS: dict[str, Callable[[Client, Any], object]] = {
    "text": lambda client, name: client.user.update_user_password(name, secret(), type="raw"),
    "by name": lambda client, name: client.user.update_user_password(username=name, body=secret()),
    "model": lambda client, name: client.user.create_user(UserType(user_name=name, password=secret())),
    "mapping": lambda client, name: client.user.create_user({"userName": name, "password": secret()}),
    "with_http_info": lambda client, name: client.user.update_user_password_with_http_info(name, secret()),
    "submit": lambda client, name: client.submit(client.user.update_user_password, name, secret()).result(10),
    "async_req": lambda client, name: async_result(client.user.update_user_password(name, secret(), async_req=True)),
    "raw": lambda client, name: client.raw(client.user.update_user_password, name, secret()),
    "text()": lambda client, name: client.text(client.user.update_user_password, name, secret()),
    "unknown option": lambda client, name: client.user.update_user_password(name, secret(), typo=1),  # type: ignore[call-arg]
    "with_options": lambda client, name: client.with_options(headers={"Authorization": secret()}).job.get_job(name),
}


def async_result(result: Any) -> object:
    return result.get(10)


@pytest.mark.parametrize("call", SECRET_CALLS)
@pytest.mark.parametrize("problem", ["hangs up", "no argument", "hook", "interrupt"])
def test_secret_arguments_are_not_shown(server: Loopback, call: str, problem: str) -> None:
    if call in ("submit", "async_req") and problem == "interrupt":
        pytest.skip("another thread is not interrupted")
    if problem == "no argument" and call in ("model", "mapping"):
        pytest.skip("all members of the document are optional")
    server.otherwise = hang_up
    with Client(server.url, username="admin", password=secret(), retries=0) as client:
        if problem in ("hook", "interrupt"):
            client.settings.before_request = [fail if problem == "hook" else interrupt]
        check(lambda: SECRET_CALLS[call](client, None if problem == "no argument" else "ann"), BaseException)


def test_every_call_with_a_secret_hides_its_arguments() -> None:
    """Whatever the operation is: passwords, keys of licenses and storages, tokens."""
    cases = [case for case in EVERY if case.operation.has_secret_request()]
    assert len(cases) > 20
    with ApiClient(Configuration("http://127.0.0.1:1", retries=0)) as client:
        for case in cases:
            positional, named = arguments(case.operation, optional=True)
            with pytest.raises(OpenApiException) as caught:
                case.bind(client)(*positional, **named)
            ours = [frame for frame in _frames(caught.value) if frame.f_globals["__name__"].startswith("vidispine.api")]
            assert not ours, case.operation.name


def address() -> str:
    return f"ftp://user:{secret()}@media.example/clip.mov"


ADDRESSES: dict[str, Callable[[Client], object]] = {
    "import": lambda client: client.import_.import_item(uri=address()),
    "import to a placeholder": lambda client: client.import_.import_to_placeholder("VX-1", "container", uri=address()),
    "ingest": lambda client: client.media.ingest(address()),
    "ingest without waiting": lambda client: client.media.ingest(address(), wait=False),
    "ingest, invalid": lambda client: client.media.ingest(address(), pattern="*.mov"),
    "export": lambda client: client.media.export("VX-1", to=address()),
    "on_job": lambda client: client.notification.on_job(address().replace("ftp", "https")),
    "on_item, invalid": lambda client: client.notification.on_item(address(), events=["none"]),
    "helper of 5.0.4": lambda client: client.api_client.call_api("/x", "GET", query_params={"uri": address()}),
    "with_options": lambda client: client.with_options(headers={"X-Key": f"{secret()}\n"}),
    "with_options, invalid": lambda client: client.with_options(headers=secret()),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("program", ADDRESSES)
def test_credentials_in_arguments_are_not_shown(server: Loopback, program: str) -> None:
    server.otherwise = reply({}, 500)
    with Client(server.url, "admin", secret(), retries=0) as client:
        check(lambda: ADDRESSES[program](client))


def test_error_of_a_body_keeps_its_own_frames_only(client: ApiClient, server: Loopback) -> None:
    def body() -> Iterator[bytes]:
        yield b"begin"
        raise RuntimeError("the disk is gone")

    server.otherwise = Early("line", stall())
    with pytest.raises(RuntimeError) as caught:
        ImportApi(client).import_item_raw(body())
    names = [frame.f_code.co_name for frame in _frames(caught.value)]
    assert names[-1] == "body"
    for tool, text in shown(caught.value).items():
        assert not [shape for shape in SHAPES if shape in text], tool


def test_error_of_a_token_callable_propagates(server: Loopback) -> None:
    def expired() -> str:
        raise RuntimeError("cannot log in")

    with ApiClient(Configuration(server.url, token=expired), cookie=f"session={secret()}") as client:
        check(lambda: JobApi(client).get_job("VX-1"), RuntimeError)


def test_error_of_renewal_does_not_show_the_rejected_token(server: Loopback) -> None:
    class Source:
        def __call__(self) -> str:
            return secret()

        def renew(self, _: str) -> None:
            raise RuntimeError("cannot renew")

    server.otherwise = reply(status=401)
    with ApiClient(Configuration(server.url, bearer=Source())) as client, pytest.raises(RuntimeError) as caught:
        JobApi(client).get_job("VX-1")
    ours = [frame for frame in _frames(caught.value) if frame.f_globals["__name__"].startswith("vidispine")]
    assert ours
    assert not [frame for frame in ours if secret() in repr(list(frame.f_locals.values()))]


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(lambda: Configuration(password=secret(), tokne="x"), id="misspelled setting"),  # type: ignore[call-arg]
        pytest.param(lambda: Client("http://h", password=secret(), tokne="x"), id="misspelled setting of Client"),  # type: ignore[call-arg]
        pytest.param(lambda: Configuration(token=secret(), bearer=7), id="wrong type"),  # type: ignore[arg-type]
        pytest.param(lambda: Configuration(password=[secret()]), id="password in a list"),  # type: ignore[arg-type]
        pytest.param(lambda: Configuration(api_key={"k": secret()}, password=7), id="api key"),  # type: ignore[arg-type]
        pytest.param(lambda: setattr(Configuration(), "password", [secret()]), id="password set later"),
        pytest.param(lambda: setattr(Configuration(), "username", [secret()]), id="user name set later"),
        pytest.param(lambda: ApiClient(Configuration(), "no name", secret()), id="header name"),
        pytest.param(lambda: ApiClient().set_default_header("X", secret() + "\n"), id="header value"),
    ],
)
def test_invalid_setting_shows_no_secret(program: Callable[[], object]) -> None:
    check(program)


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_invalid_argument_shows_no_credentials(server: Loopback, credential: str) -> None:
    with CREDENTIALS[credential](server.url) as client:
        check(lambda: JobApi(client).get_job(None))  # type: ignore[arg-type]
        check(lambda: JobApi(client).get_job("VX-1", _deadline=-1))
        check(lambda: JobApi(client).get_job("VX-1", _headers={"a b": "c"}))
    assert server.requests == []


@pytest.mark.slow
def test_output_of_pytest_shows_no_secret(server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "test_job.py").write_text(
        "import pathlib\n"
        "import vidispine\n\n"
        "HERE = pathlib.Path(__file__).parent\n\n"
        "def test_job():\n"
        f"    configuration = vidispine.Configuration({server.url!r}, username='admin', retries=0,\n"
        "        password=(HERE / 'pw').read_text())\n"
        "    vidispine.JobApi(vidispine.ApiClient(configuration)).get_job('VX-1')\n",
        encoding="utf-8",
    )
    server.otherwise = hang_up
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-l", "--full-trace", "-vv", str(tmp_path)]
    root = str(Path(vidispine.__file__).parent.parent)
    found = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}, check=False
    )
    assert "ApiResponseError" in found.stdout
    assert not [shape for shape in SHAPES if shape in found.stdout + found.stderr]
