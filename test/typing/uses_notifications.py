"""A script with notifications as users write it; type checkers must infer each type in ``assert_type``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from typing_extensions import assert_type

import vidispine
from vidispine.notifications import Event, application, parse

event = parse(b"jobId=VX-1", "text/plain")
assert_type(event, Event)
assert_type(event.kind, str)
assert_type(event.job_id, Optional[str])
assert_type(event.is_final, bool)
assert_type(event.values, Mapping[str, str])
assert_type(event.get_all("tags"), list[str])


def on_job(event: Event) -> None:
    assert_type(event.status, Optional[str])


app = application({"job": on_job}, once=True, secret="s3cret")
application(on_job, credentials=("user", "password"))


def register(client: vidispine.Client) -> None:
    assert_type(client.notification.on_job("https://host/", events=["stop"], content_type="application/xml"), str)
    client.notification.on_metadata("https://host/", field=["title"], timeout=5, retry=0)
