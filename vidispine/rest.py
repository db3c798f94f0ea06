"""The names of 5.0.4 for the HTTP client."""

from __future__ import annotations

from vidispine._transport.http_client import RESTClientObject, position, rewound, to_timeout
from vidispine._transport.response import RESTResponse
from vidispine._transport.retry import RetryPolicy
from vidispine.exceptions import ApiException

__all__ = ["ApiException", "RESTClientObject", "RESTResponse", "RetryPolicy", "position", "rewound", "to_timeout"]
