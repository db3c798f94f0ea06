"""Every fault of the table: the expected error or result, in time, with the expected requests; later calls work."""

from __future__ import annotations

import base64
import pickle
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from urllib3.util import wait_for_read

from test.faults.fault_cases import CALLS, CASES, FINE, Case
from test.support.loopback import PASSWORD, Loopback
from vidispine import ApiClient, ApiDecodeError, ApiException, ApiResponseError, ApiTimeoutError, Configuration
from vidispine._documents.model import Model
from vidispine._transport.retry import RetryPolicy
from vidispine.configuration import DEFAULT_RETRY_AFTER_CEILING

SECRETS = (PASSWORD, base64.b64encode(f"admin:{PASSWORD}".encode()).decode())
ADVICE = "the server may have processed it: check before you send it again"


@pytest.fixture
def client(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    """A client that makes one retry without backoff."""
    configuration = Configuration(host=server.url, username="admin", password=PASSWORD, timeout=20)
    configuration.retries = RetryPolicy(1, backoff_factor=0)
    with ApiClient(configuration) as api_client:
        yield api_client


def test_fault_table_is_large_and_without_duplicates() -> None:
    assert len(CASES) >= 100
    assert len({str(case) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fault_raises_the_expected_error(
    client: ApiClient, server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("vidispine._transport.retry.time", _Clock(waits))
    if case.first is not None:
        server.responses = [case.first]
        CALLS["read_thing"](client, tmp_path, {})
        server.requests.clear()
        if case.stale:
            server.join_connections()
        if case.stale or case.late:
            wait_for_more(client)
    server.responses, server.otherwise = ([case.response], case.then) if case.then else ([], case.response)

    started = time.monotonic()
    if isinstance(case.outcome, type):
        with pytest.raises(ApiException) as caught:
            CALLS[case.operation](client, tmp_path, case.options)
        assert time.monotonic() - started < case.seconds
        check_error(case, caught.value)
    else:
        result = CALLS[case.operation](client, tmp_path, case.options)
        assert time.monotonic() - started < case.seconds
        assert plain(case, result) == case.outcome
    wait_until(lambda: len(server.requests) >= case.requests)
    assert len(server.requests) == case.requests
    assert max(waits, default=0) <= DEFAULT_RETRY_AFTER_CEILING
    # A failed download leaves no file.
    assert len(list(tmp_path.iterdir())) == (case.operation == "get_file_data" and not isinstance(case.outcome, type))

    # The client is still usable, and gets the response to its own request.
    server.responses, server.otherwise = [], FINE
    assert CALLS["read_thing"](client, tmp_path, {}) == "fine"


def wait_until(reached: Callable[[], bool]) -> None:
    """Give the server time to process what a client has sent."""
    end = time.monotonic() + 10
    while not reached() and time.monotonic() < end:
        time.sleep(0.01)


def wait_for_more(client: ApiClient) -> None:
    """Wait until data or the end of the connection has arrived at the client."""
    route: Any = client.rest_client._route
    kept = route.pool.pool.queue[-1]
    assert kept is None or kept.sock is None or wait_for_read(kept.sock, 10)


def plain(case: Case, result: Any) -> Any:
    """Return a result in the form of the table: a model as its document, a file as its content."""
    if case.operation == "get_file_data":
        return Path(result).read_bytes()
    return result.to_document() if isinstance(result, Model) else result


class _Clock:
    """Replaces the module ``time``: sleeps are recorded instead."""

    def __init__(self, waits: list[float]) -> None:
        self.sleep = waits.append
        self.time = time.time


def check_error(case: Case, error: ApiException) -> None:
    assert type(error) is case.outcome, repr(error)
    text = str(error)
    assert text.startswith(f"{case.operation}: ")
    assert case.says in text
    assert len(text) <= 400
    assert text.isprintable()
    assert "object at 0x" not in text
    if not error.status:
        assert isinstance(error.__cause__, urllib3.exceptions.HTTPError)
    assert error.operation == case.operation
    posted = case.operation in ("create_thing", "import_item_raw")
    # A status means that there was a response.
    if posted and not error.status and isinstance(error, (ApiTimeoutError, ApiResponseError, ApiDecodeError)):
        assert error.sent is True
        assert text.endswith(ADVICE)
    if not posted:
        assert ADVICE not in text
    for shown in (text, repr(error), "".join(traceback.format_exception(type(error), error, error.__traceback__))):
        assert not [secret for secret in SECRETS if secret in shown]
    pickled = pickle.dumps(error)
    assert not [secret for secret in SECRETS if secret.encode() in pickled]
    again: Any = pickle.loads(pickled)
    assert type(again) is type(error)
    assert (again.status, str(again), again.body) == (error.status, text, error.body)
