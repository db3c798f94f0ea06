"""Values of every kind raise this package's errors and no others, before anything is sent."""

from __future__ import annotations

import copy
import math
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.jobs.fake_clock import FakeClock
from test.support.loopback import PASSWORD, Loopback, reply
from vidispine import (
    ApiClient,
    ApiConnectionError,
    ApiException,
    ApiTypeError,
    ApiValueError,
    Client,
    Configuration,
    FileApi,
    ImportApi,
    JobApi,
    Metadata,
    MetadataApi,
    OpenApiException,
    TokenSource,
    notifications,
    parse_document,
    transfer,
)
from vidispine.configuration import Settings
from vidispine.models import SimpleMetadataType

ROOT = str(Path(vidispine.__file__).parent.parent)
ODD = [
    *("\ud800", "a\udc80", "a\0b", b"\xff", Decimal("1.5"), Fraction(1, 2)),
    *(10**400, 10**5000, math.nan, object(), {1, 2}),
]
NUMBERS: list[Any] = [math.inf, 1e10, 10**400, 10**5000, -(10**400), -(10**5000), -1, math.nan]
NUMBERS += [Decimal(1), Fraction(1, 2), b"1", "1", True, [], object()]


def kind(value: object) -> str:
    return f"{type(value).__name__} {ascii(value)[:12] if not isinstance(value, int) else value.bit_length()}"


def succeeds_or_raises_ours(call: Callable[[], object], server: Loopback) -> None:
    """Make a call, which may succeed; if it fails nothing was sent."""
    before, failure = len(server.requests), None
    try:
        call()
    except (ApiTypeError, ApiValueError) as error:
        failure = error
    assert failure is None or (str(failure).isprintable() and len(str(failure)) < 400)
    assert failure is None or len(server.requests) == before


@pytest.mark.parametrize("value", ODD, ids=kind)
def test_arguments(
    client: ApiClient, server: Loopback, value: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    jobs = JobApi(client)
    document = {"timespan": [{"start": value, "end": "+INF", "field": [{"name": "a", "value": [{"value": value}]}]}]}
    calls: list[Callable[[], object]] = [
        lambda: jobs.get_job(value),
        lambda: jobs.get_job("VX-1", field=value),
        lambda: jobs.get_job("VX-1", metadata=value),
        lambda: jobs.get_jobs(number=value),
        lambda: jobs.create_custom_job("X", jobmetadata={"k": value}),
        lambda: jobs.create_custom_job("X", jobmetadata={value: "v"} if not isinstance(value, set) else value),
        lambda: jobs.create_custom_job("X", simple_metadata_type={"field": [{"key": "k", "value": value}]}),
        lambda: MetadataApi(client).update_metadata("item", "VX-1", document),
        lambda: jobs.get_job("VX-1", _accept=value),
        lambda: jobs.get_job("VX-1", _headers={"X-A": value}),
        lambda: jobs.get_job("VX-1", _headers=value),
        lambda: FileApi(client).get_file_data("VX-1", _on_progress=value),
        lambda: FileApi(client).get_file_data("VX-1", _save_to=value),
        lambda: client.call_api("/job/{id}", "GET", {"id": value}),
    ]
    for call in calls:
        succeeds_or_raises_ours(call, server)


@pytest.mark.parametrize("value", [Decimal("1.5"), Fraction(3, 2), 1.5])
def test_numbers_of_every_class_are_sent(client: ApiClient, server: Loopback, value: Any) -> None:
    from vidispine._calls.operation import Operation, Parameter

    operation: Operation[Any] = Operation("n", "GET", "/n", None, (), Parameter("query", "float", "float", name="x"))
    client.call(operation, (value,))
    assert server.last.query == [("float", "1.5")]


# Concepts of VidiCore


@pytest.mark.parametrize("value", [*ODD, b"x", 5, [[["x"]]], "x" * 10_000, Path("x\0")], ids=kind)
def test_arguments_of_metadata_search_and_media(client: ApiClient, server: Loopback, value: Any) -> None:
    server.otherwise = reply({"shape": [{"id": "VX-2", "containerComponent": {"file": [{"id": "VX-3"}]}}]})
    with Client(configuration=client.configuration) as connected:
        media = connected.media
        calls: list[Callable[[], object]] = [
            lambda: parse_document(value),
            lambda: parse_document(b"{}", value),
            lambda: parse_document(b"{}", "application/json", value),
            lambda: notifications.parse(b"{}", value),
            lambda: vidispine.JobType.from_document({"a": {1: value}}).to_xml(),
            lambda: Metadata({"a": "b"}).get("a", type=value),
            lambda: vidispine.Facet("a", exclude=value),
            lambda: SimpleMetadataType(field=[]).values.__setitem__("a", value),
            lambda: TokenSource(value),
            lambda: media.ingest(value, wait=False),
            lambda: media.export("VX-1", to=value, wait=False),
            lambda: media.posters("VX-1", times=value, wait=False),
            lambda: connected.metadata.update_many("item", [value], {"a": "b"}),
            lambda: connected.notification.on_job("http://a/", events=[value]),
        ]
        for call in calls:
            with suppress(OpenApiException):
                call()
        for setting in ("to", "filename"):
            with pytest.raises(OpenApiException):
                media.download("VX-1", **{setting: value})


# Credentials


@pytest.mark.parametrize("name", ["username", "password", "token", "bearer", "run_as"])
@pytest.mark.parametrize("value", [*ODD, "a\nb", "a:b", [], 7], ids=kind)
def test_credentials(server: Loopback, name: str, value: Any) -> None:
    def call() -> None:
        with ApiClient(Configuration(server.url, **{name: value})) as client:
            JobApi(client).get_job("VX-1")

    succeeds_or_raises_ours(call, server)


@pytest.mark.parametrize("name", ["token", "bearer"])
@pytest.mark.parametrize("value", [None, 5, b"x", "", "\ud800", "a\nb", [], Decimal(1), object()], ids=kind)
def test_callables_that_return_no_token(server: Loopback, name: str, value: Any) -> None:
    settings: dict[str, Any] = {name: lambda: value}
    client = ApiClient(Configuration(server.url, **settings))
    with pytest.raises((ApiTypeError, ApiValueError), match=r"^get_job: "):
        JobApi(client).get_job("VX-1")
    assert server.requests == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:[a-z_]+ must be True or False:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:run_as must not be empty:DeprecationWarning")
@pytest.mark.parametrize("value", [*ODD, "", -1, 0, True, [], "a", lambda *_: object()], ids=kind)
@pytest.mark.parametrize("name", sorted({*Settings.__annotations__} - {"logger_file", "logger_format", "debug"}))
def test_settings(server: Loopback, name: str, value: Any) -> None:
    settings: dict[str, Any] = {"retries": 0, "timeout": 5, name: value}

    def use() -> None:
        with ApiClient(Configuration(server.url, **settings)) as client:
            JobApi(client).get_job("VX-1")

    with suppress(ApiException):  # such as a connection error for a proxy
        succeeds_or_raises_ours(use, server)


@pytest.mark.parametrize("name", ["api_key", "api_key_prefix"])
@pytest.mark.parametrize("value", ["a", b"a", 5, [1], object()])
def test_keys_that_are_no_mapping(name: str, value: Any) -> None:
    with pytest.raises(ApiTypeError, match=f"{name} must be a mapping"):
        Configuration(**{name: value})


@pytest.mark.parametrize("value", ["2", 0, -1, Decimal(2), 1.5, None, True])
def test_pool_threads(value: Any) -> None:
    with pytest.raises((ApiTypeError, ApiValueError), match="pool_threads must be an integer"):
        ApiClient(pool_threads=value)


def test_user_name_with_a_colon_is_not_another_user(server: Loopback) -> None:
    client = ApiClient(Configuration(server.url, username="ann:x", password=PASSWORD))
    with pytest.raises(ApiValueError, match=r"^get_job: username must not contain a colon"):
        JobApi(client).get_job("VX-1")
    assert server.requests == []


# Hosts


@pytest.mark.parametrize(
    "host",
    ["a..b", "x" * 64, "x" * 300, "...", f"{'x' * 64}.test", "*", "no.such.host.test", "256.256.256.256", "xn--a"],
)
@pytest.mark.parametrize("options", [{}, {"_deadline": 5}])
@pytest.mark.parametrize("as_proxy", [False, True])
def test_impossible_host_gets_nothing(host: str, options: Any, as_proxy: bool) -> None:
    url = f"http://{host}:1"
    configuration = Configuration("http://127.0.0.1:1", proxy=url) if as_proxy else Configuration(url, proxy="")
    configuration.retries = 0
    with ApiClient(configuration) as client, pytest.raises(ApiConnectionError) as caught:
        JobApi(client).create_custom_job("X", **options)
    assert caught.value.sent is False


@pytest.mark.parametrize("name", ["host", "proxy"])
@pytest.mark.parametrize(
    "url", ["http://\0/", "http://h h/", "http://[::1", "http://h:99999", "http://\ud800/", 5, b"http://h"]
)
def test_host_that_is_no_url(name: str, url: Any) -> None:
    settings = {"host": "http://127.0.0.1:1", name: url}
    with ApiClient(Configuration(**settings)) as client, pytest.raises((ApiValueError, ApiTypeError), match=name):
        JobApi(client).get_job("VX-1")


# Files


@pytest.mark.parametrize("path", ["x\0y", "\ud800", "/no/such/file", "/", "x" * 300])
def test_file_that_cannot_be_read(client: ApiClient, server: Loopback, path: str) -> None:
    with pytest.raises(ApiValueError, match=r"^import_item_raw: cannot read ") as caught:
        ImportApi(client).import_item_raw(Path(path))
    assert str(caught.value).isprintable()
    assert server.requests == []


@pytest.mark.parametrize("name", ["ssl_ca_cert", "cert_file", "key_file"])
@pytest.mark.parametrize("path", ["x\0y", "\ud800", "/no/such/file", "x" * 300, 5])
def test_certificate_that_cannot_be_read(name: str, path: Any) -> None:
    client = ApiClient(Configuration("https://127.0.0.1:1", **{name: path}))
    with pytest.raises((ApiValueError, ApiTypeError), match=f"^get_job: {name}"):
        JobApi(client).get_job("VX-1")


# Times


@pytest.mark.parametrize("value", NUMBERS, ids=kind)
def test_time_values(server: Loopback, value: Any) -> None:
    server.otherwise = reply({"jobId": "VX-1", "status": "FINISHED"})
    with ApiClient(Configuration(server.url, username="admin", password=PASSWORD)) as client:
        jobs = JobApi(client)
        calls: list[Callable[[], object]] = [
            lambda: jobs.get_job("VX-1", _request_timeout=value),
            lambda: jobs.get_job("VX-1", _request_timeout=(1, value)),
            lambda: jobs.get_job("VX-1", _request_timeout=(value, 1)),
            lambda: jobs.get_job("VX-1", _deadline=value),
            lambda: jobs.get_job("VX-1", _deadline=value, _request_timeout=value),
            lambda: jobs.wait_for_job("VX-1", timeout=value),
            lambda: jobs.wait_for_job("VX-1", poll_interval=value),
            lambda: TokenSource(client.configuration, seconds=value),
            lambda: JobApi(client.with_options(timeout=value)).get_job("VX-1"),
            lambda: JobApi(client.with_options(retries=value)).get_job("VX-1"),
            lambda: jobs.wait_for_jobs(["VX-1"], timeout=value, poll_interval=value),
            lambda: jobs.iterate_jobs(page_size=value),
        ]
        for call in calls:
            succeeds_or_raises_ours(call, server)
        for name in ("timeout", "retries", "retry_after_ceiling", "max_requests_per_second", "max_response_bytes"):
            settings: dict[str, Any] = {name: value}

            def use(settings: Any = settings) -> None:
                with ApiClient(Configuration(server.url, **settings)) as other:
                    JobApi(other).get_job("VX-1")

            succeeds_or_raises_ours(use, server)


@pytest.mark.parametrize("seconds", [math.inf, 1e10, 3e6, 10**400, (math.inf, 10**400)])
def test_long_timeout_is_no_limit(client: ApiClient, seconds: Any) -> None:
    assert JobApi(client).get_job("VX-1", _request_timeout=seconds) is not None


def test_sleep_between_polls_is_one_that_systems_allow(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply({"jobId": "VX-1", "status": "STARTED"})
    with pytest.raises(vidispine.JobTimeoutError):
        JobApi(client).wait_for_job("VX-1", poll_interval=1e10, timeout=0.05)


# Threads and pickles


def test_client_is_closed_on_a_thread_of_its_own_pool(client: ApiClient) -> None:
    assert client.pool.apply_async(client.close).get(10) is None
    with pytest.raises(ApiValueError, match="closed"):
        JobApi(client).get_job("VX-1", async_req=True)


def test_call_that_closes_its_client_returns(server: Loopback) -> None:
    with ApiClient(Configuration(server.url), pool_threads=2) as client:

        def token() -> str:
            client.close()
            return "t"

        client.configuration.token = token
        result: Any = JobApi(client).get_job("VX-1", async_req=True)
        with pytest.raises(ApiValueError, match="closed"):
            result.get(10)


@pytest.mark.parametrize("stop", [None, threading.Event()])
@pytest.mark.parametrize("seconds", [1e10, 1e15, 1e300])
def test_wait_of_any_length(
    client: ApiClient, server: Loopback, monkeypatch: pytest.MonkeyPatch, seconds: float, stop: Any
) -> None:
    clock = FakeClock()
    monkeypatch.setattr(JobApi, "_clock", clock)
    if stop is not None:
        monkeypatch.setattr(stop, "wait", lambda timeout: clock.sleep(timeout) if timeout else None)
    server.responses = [reply({}, 503, {"Retry-After": "9" * 18})]
    server.otherwise = reply({"jobId": "VX-1", "status": "FINISHED"})
    assert JobApi(client).wait_for_job("VX-1", timeout=seconds, stop=stop).job_id == "VX-1"
    assert max(clock.sleeps) <= 2_000_000


class NoThreads:
    """Prevents the calling thread from starting more than some threads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, allowed: int) -> None:
        start = threading.Thread.start
        caller = threading.get_ident()

        def limited(thread: threading.Thread) -> None:
            nonlocal allowed
            if threading.get_ident() == caller:
                allowed -= 1
                if allowed < 0:
                    raise RuntimeError("can't start new thread")
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", limited)


@pytest.mark.parametrize("allowed", [0, 1, 3])
def test_work_is_done_once_when_threads_cannot_be_started(
    server: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, allowed: int
) -> None:
    server.otherwise = reply({"jobId": "VX-1"})
    file = tmp_path / "clip"
    file.write_bytes(b"x" * 100)
    done: list[int] = []

    def work(number: int) -> int:
        done.append(number)
        time.sleep(0.02)
        return number

    with Client(server.url) as one:
        NoThreads(monkeypatch, allowed)
        futures = [one.submit(work, number) for number in range(8)]
        assert [future.result(10) for future in futures] == list(range(8))
        assert sorted(done) == list(range(8))
        before = len(server.requests)
        assert transfer.upload(one.import_.import_item_raw, file, chunk_size=10).job_id == "VX-1"
        sent = [int(request.header("index") or 0) for request in server.requests[before:]]
        assert sorted(sent) == list(range(0, 100, 10))
        updated = one.metadata.update_many("item", {"VX-1": {"title": "a"}, "VX-2": {"title": "b"}})
        assert not [result for result in updated.values() if isinstance(result, Exception)]


@pytest.mark.slow
@pytest.mark.parametrize("used", [False, True])
def test_calls_at_exit_are_made_in_the_calling_thread(server: Loopback, used: bool) -> None:
    program = f"""if True:
        import atexit
        import vidispine
        client = vidispine.ApiClient(vidispine.Configuration({server.url!r}, retries=0))
        jobs = vidispine.JobApi(client)
        if {used}:
            jobs.get_job("VX-0", async_req=True).get()

        @atexit.register
        def late():
            result = jobs.get_job("VX-1", async_req=True)
            result.wait(5)
            print(result.get(5).job_id, result.ready(), result.successful())
            failed = vidispine.JobApi(client).get_job("", async_req=True)
            try:
                failed.get()
            except vidispine.ApiValueError as error:
                print(failed.successful())
            print(jobs.get_job("VX-2", _deadline=5).job_id)
            other = vidispine.JobApi(vidispine.ApiClient(vidispine.Configuration("http://nowhere.test", retries=0)))
            try:
                other.get_job("VX-3", _deadline=5)
            except vidispine.ApiException as error:
                print(type(error).__name__)
            client.close()
            last = vidispine.Client({server.url!r})
            print(last.submit(last.job.get_job, "VX-4").result(5).job_id)
            print(list(last.metadata.update_many("item", {{"VX-5": {{"title": "a"}}}})))
    """
    server.otherwise = reply({"jobId": "VX-1"})
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    calls = ["VX-1", "True", "True", "False", "VX-1", "ApiConnectionError", "VX-1", "['VX-5']"]
    assert found.stdout.split() == calls, found.stderr
    assert found.stderr == ""


@pytest.mark.parametrize("make", [lambda c: c, JobApi, lambda c: Client(configuration=c.configuration)])
@pytest.mark.parametrize("copier", [pickle.dumps, copy.deepcopy])
def test_pickle_of_a_client_says_what_to_pickle(client: ApiClient, make: Any, copier: Any) -> None:
    with pytest.raises(ApiTypeError, match="pickle its Configuration"):
        copier(make(client))
    with pytest.raises(ApiTypeError, match="pickle its Configuration"):
        copier(TokenSource(client.configuration))
    # What the message recommends works.
    again = pickle.loads(pickle.dumps(client.configuration))
    with ApiClient(again) as other:
        assert JobApi(other).get_job("VX-1") is not None
    assert copy.copy(client).configuration is client.configuration


def test_errors_are_pickled(client: ApiClient, server: Loopback) -> None:
    server.otherwise = reply(status=404)
    with pytest.raises(OpenApiException) as caught:
        JobApi(client).get_job("VX-1")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
