"""Traces and metrics, recorded in memory by the SDK of OpenTelemetry."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import PASSWORD, Loopback, hang_up, reply
from test.support.sample_operations import READ

pytest.importorskip("opentelemetry.sdk", exc_type=ImportError)
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from vidispine import transfer
from vidispine.opentelemetry import instrument, uninstrument

FINE = reply("fine", media_type="text/plain")


class Recorded:
    """What was recorded."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.tracer_provider = TracerProvider()
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meter_provider = MeterProvider([self._reader])

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    @property
    def points(self) -> list[Any]:
        """The points of the one histogram."""
        data: Any = self._reader.get_metrics_data()
        (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
        assert (metric.name, metric.unit) == ("http.client.request.duration", "s")
        return list(metric.data.data_points)

    @property
    def text(self) -> str:
        return "\n".join(span.to_json() for span in self.spans)


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture
def client(server: Loopback, recorded: Recorded) -> Iterator[vidispine.Client]:
    policy = vidispine.rest.RetryPolicy(2, backoff_factor=0)
    with vidispine.Client(server.url, username="admin", password=PASSWORD, retries=policy, timeout=20) as made:
        instrument(made, tracer_provider=recorded.tracer_provider, meter_provider=recorded.meter_provider)
        yield made


def read(client: vidispine.Client, note: str | None = None) -> Any:
    return client.api_client.call(READ, ("VX-1", note))


def test_a_call_and_its_attempt_are_spans(client: vidispine.Client, server: Loopback, recorded: Recorded) -> None:
    server.otherwise = FINE
    read(client, "private")
    attempt, call = recorded.spans
    assert (call.name, call.kind, call.parent) == ("read_thing", SpanKind.INTERNAL, None)
    assert dict(call.attributes or {}) == {"vidispine.operation": "read_thing"}
    assert (attempt.name, attempt.kind) == ("GET /thing/{thing-id}", SpanKind.CLIENT)
    assert attempt.parent is not None
    assert attempt.parent.span_id == call.context.span_id
    assert dict(attempt.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "url.full": f"{server.url}/thing/VX-1",
        "url.template": "/thing/{thing-id}",
    }
    assert attempt.status.status_code == StatusCode.UNSET
    version, trace_id, span_id, _ = (server.only.header("traceparent") or "").split("-")
    assert (version, int(trace_id, 16), int(span_id, 16)) == ("00", call.context.trace_id, attempt.context.span_id)
    assert "private" not in recorded.text


def test_each_attempt_is_a_span(client: vidispine.Client, server: Loopback, recorded: Recorded) -> None:
    server.responses = [reply("no", 503), hang_up, FINE]
    read(client)
    *attempts, call = recorded.spans
    assert call.status.status_code == StatusCode.UNSET
    outcomes = [dict(attempt.attributes or {}) for attempt in attempts]
    assert [outcome.get("http.request.resend_count") for outcome in outcomes] == [None, 1, 2]
    assert [outcome.get("http.response.status_code") for outcome in outcomes] == [503, None, 200]
    assert [outcome.get("error.type") for outcome in outcomes] == ["503", "urllib3.exceptions.ProtocolError", None]
    codes = [attempt.status.status_code for attempt in attempts]
    assert codes == [StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET]
    assert len({request.header("traceparent") for request in server.requests}) == 3


def test_errors_are_recorded(client: vidispine.Client, server: Loopback, recorded: Recorded) -> None:
    server.otherwise = reply({"notFound": {"type": "Job", "id": "VX-1"}}, 404)
    with pytest.raises(vidispine.NotFoundException):
        client.job.get_job("VX-1")
    attempt, call = recorded.spans
    assert attempt.status.status_code == StatusCode.ERROR
    assert (call.status.status_code, (call.attributes or {})["error.type"]) == (
        StatusCode.ERROR,
        "vidispine.exceptions.NotFoundException",
    )
    (event,) = call.events
    assert event.name == "exception"
    assert "no Job with id VX-1" in str((event.attributes or {})["exception.message"])


def test_an_exception_of_a_hook_is_recorded(client: vidispine.Client, recorded: Recorded) -> None:
    def refuse(_: Any) -> None:
        raise RuntimeError("no")

    client.settings.before_request.append(refuse)
    with pytest.raises(RuntimeError):
        read(client)
    assert [(span.attributes or {})["error.type"] for span in recorded.spans] == ["RuntimeError"] * 2


def test_no_secret_is_recorded(client: vidispine.Client, server: Loopback, recorded: Recorded) -> None:
    client.settings.token = vidispine.TokenSource(client.settings)
    server.otherwise = reply({"token": PASSWORD, "jobId": "VX-1"})
    client.job.get_job("VX-1")
    server.otherwise = hang_up
    with pytest.raises(vidispine.ApiException):
        client.job.get_job("VX-1")
    assert PASSWORD not in recorded.text
    assert "Basic" not in recorded.text
    assert "VX-1" in recorded.text


def test_durations_are_measured_by_route(client: vidispine.Client, server: Loopback, recorded: Recorded) -> None:
    server.otherwise = FINE
    for note in ("a", "b"):
        read(client, note)
    (point,) = recorded.points
    assert point.count == 2
    assert point.explicit_bounds[:3] == (0.005, 0.01, 0.025)
    assert dict(point.attributes) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "url.template": "/thing/{thing-id}",
    }


def test_clients_on_the_same_connections_are_instrumented(
    client: vidispine.Client, server: Loopback, recorded: Recorded
) -> None:
    server.otherwise = FINE
    with recorded.tracer_provider.get_tracer("test").start_as_current_span("outer") as outer:
        client.submit(read, client.with_options(run_as="bob")).result(10)
    call = recorded.spans[1]
    assert call.parent is not None
    assert call.parent.span_id == outer.get_span_context().span_id


@pytest.mark.parametrize(
    "work",
    [
        lambda client, _: client.job.get_job("VX-1", async_req=True).get(10),
        lambda client, _: client.metadata.update_many("item", {"VX-1": {"title": "a"}, "VX-2": {"title": "b"}}),
        lambda client, file: transfer.upload(client.import_.import_item_raw, file, chunk_size=1),
    ],
    ids=["async_req", "update_many", "upload"],
)
def test_calls_on_other_threads_belong_to_the_span_of_the_caller(
    client: vidispine.Client, server: Loopback, recorded: Recorded, work: Any, tmp_path: Path
) -> None:
    server.otherwise = reply({"jobId": "VX-1"})
    (tmp_path / "clip").write_bytes(b"media")
    with recorded.tracer_provider.get_tracer("test").start_as_current_span("outer") as outer:
        work(client, tmp_path / "clip")
    calls = [span for span in recorded.spans if "vidispine.operation" in (span.attributes or {})]
    assert calls
    assert {span.parent and span.parent.span_id for span in calls} == {outer.get_span_context().span_id}


def test_instrumentation_can_be_removed(client: vidispine.Client, server: Loopback, recorded: Recorded) -> None:
    server.otherwise = FINE
    uninstrument(client)
    read(client)
    instrument(client.api_client, tracer_provider=recorded.tracer_provider)
    instrument(client, tracer_provider=recorded.tracer_provider)
    read(client)
    assert len(recorded.spans) == 2
    assert server.requests[0].header("traceparent") is None
    for function in (instrument, uninstrument):
        with pytest.raises(vidispine.ApiTypeError, match="client must be a Client or an ApiClient, not Configuration"):
            function(client.settings)  # type: ignore[arg-type]


def test_a_missing_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "try:\n    import vidispine.opentelemetry\nexcept ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "vidispine.opentelemetry requires its extra: pip install 'vidispine[opentelemetry]'\n"
