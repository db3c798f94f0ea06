"""The names of 5.0.4 for the HTTP client."""

from __future__ import annotations

from vidispine._transport.http_client import RESTClientObject as RESTClientObject
from vidispine._transport.http_client import position as position
from vidispine._transport.http_client import rewound as rewound
from vidispine._transport.http_client import to_timeout as to_timeout
from vidispine._transport.response import RESTResponse as RESTResponse
from vidispine._transport.retry import RetryPolicy as RetryPolicy
from vidispine.exceptions import ApiException as ApiException

__all__ = ["ApiException", "RESTClientObject", "RESTResponse", "RetryPolicy", "position", "rewound", "to_timeout"]
