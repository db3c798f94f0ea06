"""Traces and metrics with OpenTelemetry. Requires the extra: ``pip install 'vidispine[opentelemetry]'``.

::

    from vidispine.opentelemetry import instrument

    instrument(client)
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vidispine._transport.errors import describe, reason_of
from vidispine.api_client import ApiClient
from vidispine.client import Client
from vidispine.exceptions import ApiTypeError
from vidispine.version import __version__

try:
    from opentelemetry import metrics, propagate, trace
    from opentelemetry.trace import SpanKind, Status, StatusCode
except ImportError as error:
    message = "vidispine.opentelemetry requires its extra: pip install 'vidispine[opentelemetry]'"
    raise ImportError(message) from error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, TracerProvider

    from vidispine._transport.call import Call
    from vidispine._transport.hooks import PreparedRequest

__all__ = ["instrument", "uninstrument"]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""The boundaries of the histogram that the semantic conventions recommend."""


def instrument(
    client: Client | ApiClient,
    *,
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
) -> None:
    """Record traces and metrics of all calls of a client, and of clients that share its connections.

    - A span of kind ``INTERNAL`` for each call, named after the operation, such as ``get_job``.
    - Within it a span of kind ``CLIENT`` for each attempt, such as ``GET /job/{job-id}``, with the attributes of the
      semantic conventions for HTTP. URLs are recorded without credentials and queries.
    - The histogram ``http.client.request.duration`` in seconds, with the route of the description as ``url.template``.
    - The server gets the header ``traceparent``.

    Calling it again replaces the providers. Calls on other threads, such as those of :meth:`Client.submit`, belong to
    the caller's span.

    :param client: the client to instrument
    :param tracer_provider: where spans are recorded. Default: the global provider
    :param meter_provider: where metrics are recorded. Default: the global provider
    :raises ApiTypeError: ``client`` is not a client
    """
    _pools(client).instrumentation = _Instrumentation(tracer_provider, meter_provider)


def uninstrument(client: Client | ApiClient) -> None:
    """Record nothing more of a client, and of clients that share its connections.

    :param client: the client that was instrumented
    :raises ApiTypeError: ``client`` is not a client
    """
    _pools(client).instrumentation = None


def _pools(client: Any) -> Any:
    api_client = client.api_client if isinstance(client, Client) else client
    if not isinstance(api_client, ApiClient):
        raise ApiTypeError(f"client must be a Client or an ApiClient, not {type(client).__name__}")
    return api_client.rest_client.pools


class _Instrumentation:
    """Encloses calls and attempts in spans; see :class:`vidispine._transport.hooks.Instrumentation`."""

    def __init__(self, tracer_provider: TracerProvider | None, meter_provider: MeterProvider | None) -> None:
        self._tracer = trace.get_tracer("vidispine", __version__, tracer_provider)
        meter = metrics.get_meter("vidispine", __version__, meter_provider)
        self._duration = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )

    @contextmanager
    def enclose_call(self, call: Call) -> Iterator[None]:
        name = call.operation or call.method
        # The current span of the context records an exception that leaves it, and sets its status.
        with self._tracer.start_as_current_span(name, kind=SpanKind.INTERNAL) as span:
            if call.operation is not None:
                span.set_attribute("vidispine.operation", call.operation)
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", _type_name(error))
                raise

    @contextmanager
    def enclose_attempt(self, call: Call, request: PreparedRequest) -> Iterator[None]:
        attributes = _attributes(request)
        name = f"{request.method} {request.route}" if request.route else request.method
        began = time.perf_counter()
        with self._tracer.start_as_current_span(name, kind=SpanKind.CLIENT, attributes=attributes) as span:
            span.set_attribute("url.full", request.url.partition("?")[0])
            if request.attempt > 1:
                span.set_attribute("http.request.resend_count", request.attempt - 1)
            propagate.inject(request.headers)
            try:
                yield
            except BaseException as error:
                attributes["error.type"] = _type_name(error)
                span.set_attribute("error.type", _type_name(error))
                raise
            else:
                attributes.update(_outcome(call, span))
            finally:
                self._duration.record(time.perf_counter() - began, attributes)


def _attributes(request: PreparedRequest) -> dict[str, Any]:
    """Return the attributes that the span and the metric of an attempt share."""
    url = urlsplit(request.url)
    attributes: dict[str, Any] = {
        "http.request.method": request.method,
        "server.address": url.hostname or "",
        "server.port": url.port or (443 if url.scheme == "https" else 80),
    }
    if request.route is not None:
        attributes["url.template"] = request.route
    return attributes


def _outcome(call: Call, span: Span) -> dict[str, Any]:
    """Set the outcome of an attempt on its span, and return it as attributes."""
    if call.failure is not None:
        cause = reason_of(call.failure)
        outcome: dict[str, Any] = {"error.type": _type_name(cause)}
        span.set_status(Status(StatusCode.ERROR, describe(cause)))
    else:
        outcome = {"http.response.status_code": call.status}
        if call.status >= 400:
            outcome["error.type"] = str(call.status)
            span.set_status(Status(StatusCode.ERROR))
    span.set_attributes(outcome)
    return outcome


def _type_name(error: BaseException) -> str:
    cls = type(error)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
