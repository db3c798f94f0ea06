"""The same calls of JobApi for the published SDK and for this one.

This file runs in the environments of both, with the SDK as an argument.
"""

from __future__ import annotations

import inspect
import json
import sys
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

__all__ = ["CALLS", "MARK", "RESPONSE", "make", "required"]

Call = Callable[[Any, Any], Any]
"""Takes an instance of JobApi and its package."""

MARK = "X-Call"
"""The header that names the call, so that the server can attribute requests."""

RESPONSE = {"jobId": "VX-1", "status": "READY", "type": "EXPORT", "priority": "MEDIUM"}
"""The response to every call: a job where a job is expected, and an empty list where a list is."""

NASTY = "a b/c?d=e&f%2Fg+é,日:;#\\\"'<>|~.."
ZONE = timezone(timedelta(hours=5, minutes=30))


def _log_in_as(username: str, password: str) -> Call:
    def call(api: Any, sdk: Any) -> None:
        configuration = api.api_client.configuration
        before = configuration.username, configuration.password
        configuration.username, configuration.password = username, password
        try:
            api.get_job("VX-1")
        finally:
            configuration.username, configuration.password = before

    return call


CALLS: dict[str, Call] = {
    # Required arguments, by position.
    "abort_job": lambda api, sdk: api.abort_job("VX-1"),
    "create_custom_job": lambda api, sdk: api.create_custom_job("EXPORT", sdk.SimpleMetadataType()),
    "create_duplicate_job": lambda api, sdk: api.create_duplicate_job("VX-1"),
    "delete_jobs": lambda api, sdk: api.delete_jobs(["VX-1"]),
    "get_all_job_problems": lambda api, sdk: api.get_all_job_problems(),
    "get_job": lambda api, sdk: api.get_job("VX-1"),
    "get_job_problems": lambda api, sdk: api.get_job_problems("VX-1"),
    "get_job_types": lambda api, sdk: api.get_job_types(),
    "get_jobs": lambda api, sdk: api.get_jobs(),
    "update_job": lambda api, sdk: api.update_job("VX-1"),
    # All arguments, by keyword. Booleans have separate entries below, and are passed as text here.
    "abort_job, all": lambda api, sdk: api.abort_job(job_id="VX-1", reason="no longer needed", cleanup="false"),
    "create_custom_job, all": lambda api, sdk: api.create_custom_job(
        type="EXPORT",
        simple_metadata_type=sdk.SimpleMetadataType(
            field=[sdk.KeyValueType(key="itemId", value="VX-7"), sdk.KeyValueType(key="empty", value="")]
        ),
        jobmetadata=["itemId=VX-7", "tags=a=b"],
        notification_data="ticket 4711",
        priority="HIGH",
        notification="VX-3",
    ),
    "create_duplicate_job, all": lambda api, sdk: api.create_duplicate_job(job_id="VX-1", priority="LOWEST"),
    "delete_jobs, several": lambda api, sdk: api.delete_jobs(id=["VX-1", "VX-2", "VX-3"]),
    "get_job, all": lambda api, sdk: api.get_job(job_id="VX-1", field=["itemId", "tags"], metadata="true"),
    "get_job_problems, by keyword": lambda api, sdk: api.get_job_problems(job_id="VX-1"),
    "get_jobs, all": lambda api, sdk: api.get_jobs(
        jobmetadata=["itemId=VX-7", "tags=lowres"],
        field=["itemId", "tags"],
        starttime_to="2024-03-01T10:00:00.047Z",
        user="false",
        first=101,
        type=["EXPORT", "TRANSCODE"],
        starttime_from="2024-02-01",
        step="true",
        idonly="false",
        number=0,
        state=["FINISHED", "FAILED_TOTAL"],
        sort="startTime desc,jobId asc",
        metadata="true",
        finishtime_from="2024-03-01T10:00:00+02:00",
        finishtime_to="2024-03-01T10:00:00+0000",
    ),
    "update_job, all": lambda api, sdk: api.update_job(job_id="VX-1", priority="IMMEDIATE"),
    # The _with_http_info variants send the same.
    "abort_job, with_http_info": lambda api, sdk: api.abort_job_with_http_info("VX-1", reason="r"),
    "create_custom_job, with_http_info": lambda api, sdk: api.create_custom_job_with_http_info(
        "EXPORT", sdk.SimpleMetadataType(), priority="LOW"
    ),
    "create_duplicate_job, with_http_info": lambda api, sdk: api.create_duplicate_job_with_http_info(
        "VX-1", priority="LOW"
    ),
    "delete_jobs, with_http_info": lambda api, sdk: api.delete_jobs_with_http_info(["VX-1", "VX-2"]),
    "get_all_job_problems, with_http_info": lambda api, sdk: api.get_all_job_problems_with_http_info(),
    "get_job, with_http_info": lambda api, sdk: api.get_job_with_http_info("VX-1", field=["itemId"]),
    "get_job_problems, with_http_info": lambda api, sdk: api.get_job_problems_with_http_info("VX-1"),
    "get_job_types, with_http_info": lambda api, sdk: api.get_job_types_with_http_info(),
    "get_jobs, with_http_info": lambda api, sdk: api.get_jobs_with_http_info(number=5, state=["READY"]),
    "update_job, with_http_info": lambda api, sdk: api.update_job_with_http_info("VX-1", priority="LOW"),
    # Options of a call.
    "option async_req": lambda api, sdk: api.get_job("VX-1", async_req=True).get(),
    "option _return_http_data_only": lambda api, sdk: api.get_job("VX-1", _return_http_data_only=True),
    "option _request_timeout": lambda api, sdk: api.get_job("VX-1", _request_timeout=(5, 5)),
    "option _preload_content": lambda api, sdk: api.get_job("VX-1", _preload_content=False).data,
    # Values that need encoding.
    "abort_job, nasty": lambda api, sdk: api.abort_job(NASTY, reason=NASTY),
    "create_custom_job, nasty": lambda api, sdk: api.create_custom_job(
        NASTY,
        sdk.SimpleMetadataType(field=[sdk.KeyValueType(key=NASTY, value=NASTY + "\n\t\x00")]),
        jobmetadata=[NASTY, "=", ""],
        notification_data=NASTY,
        priority=NASTY,
        notification=NASTY,
    ),
    "create_duplicate_job, nasty": lambda api, sdk: api.create_duplicate_job(NASTY, priority=NASTY),
    "delete_jobs, nasty": lambda api, sdk: api.delete_jobs([NASTY, "VX-1"]),
    "get_job, nasty": lambda api, sdk: api.get_job(NASTY, field=[NASTY, "b"]),
    "get_job_problems, nasty": lambda api, sdk: api.get_job_problems(NASTY),
    "get_jobs, nasty": lambda api, sdk: api.get_jobs(
        jobmetadata=[NASTY, "=", ""], field=[NASTY], type=[NASTY, ""], state=[NASTY], sort=NASTY
    ),
    "update_job, nasty": lambda api, sdk: api.update_job(NASTY, priority=NASTY),
    "an id with a line break": lambda api, sdk: api.get_job("VX-1\r\nX-Evil: 1"),
    "an id with dots in it": lambda api, sdk: api.get_job("..."),
    "an id that climbs": lambda api, sdk: api.get_job("../item/VX-1"),
    "an id of percent signs": lambda api, sdk: api.get_job("%2e%2e"),
    "a number for an id": lambda api, sdk: api.get_job(1),
    "lists that are tuples": lambda api, sdk: api.delete_jobs(("VX-1", "VX-2")),
    "a list without elements": lambda api, sdk: api.get_jobs(jobmetadata=[]),
    "a csv list without elements": lambda api, sdk: api.get_jobs(state=[]),
    "a text that is empty": lambda api, sdk: api.abort_job("VX-1", reason=""),
    "a number as text": lambda api, sdk: api.get_jobs(first="1", number="10"),
    "a time that is a datetime": lambda api, sdk: api.get_jobs(starttime_from=datetime(2024, 3, 1, 10, tzinfo=ZONE)),
    "a document that is a mapping": lambda api, sdk: api.create_custom_job(
        "EXPORT", {"field": [{"key": "itemId", "value": "VX-7"}]}
    ),
    "a colon in the password": _log_in_as("bob", "a:b "),
    # Calls where the two versions may differ.
    "a password in Latin-1": _log_in_as("bob", "pässword"),
    "a password beyond Latin-1": _log_in_as("bob", "пароль"),
    "a boolean": lambda api, sdk: api.get_jobs(metadata=True, user=False),
    "None for what is optional": lambda api, sdk: api.abort_job("VX-1", reason=None),
    "None for a list": lambda api, sdk: api.get_jobs(state=None, jobmetadata=None),
    "one text for a csv list": lambda api, sdk: api.delete_jobs("VX-1"),
    "one text for a repeated key": lambda api, sdk: api.get_jobs(jobmetadata="a=b"),
    "a mapping for pairs": lambda api, sdk: api.get_jobs(jobmetadata={"itemId": "VX-7"}),
    "an empty id": lambda api, sdk: api.abort_job(""),
    "the id .": lambda api, sdk: api.abort_job("."),
    "the id ..": lambda api, sdk: api.abort_job(".."),
    "None for an id": lambda api, sdk: api.abort_job(None),
    "no ids to delete": lambda api, sdk: api.delete_jobs([]),
    "None among the ids to delete": lambda api, sdk: api.delete_jobs(["VX-1", None]),
    "no body": lambda api, sdk: api.create_custom_job("EXPORT", None),
    "a body omitted": lambda api, sdk: api.create_custom_job("EXPORT"),
    "a body of the wrong model": lambda api, sdk: api.create_custom_job("EXPORT", sdk.URIListType(uri=["x"])),
    "a misspelled keyword": lambda api, sdk: api.get_job("VX-1", metadta=True),
    "too many by position": lambda api, sdk: api.get_job("VX-1", ["itemId"]),
    "the priorities to list": lambda api, sdk: api.get_jobs(priority=["HIGH"]),
    "a key that is None": lambda api, sdk: sdk.KeyValueType(key=None, value="v"),
}


def make(sdk: Any, host: str) -> dict[str, list[str]]:
    """Make all calls; return for each the classes of the error that it raised, or an empty list."""
    configuration = sdk.Configuration()
    configuration.host = host
    configuration.username, configuration.password = "admin", "admin"
    client = sdk.ApiClient(configuration)
    api = sdk.JobApi(client)
    errors: dict[str, list[str]] = {}
    for number, (name, call) in enumerate(CALLS.items()):
        client.default_headers[MARK] = str(number)
        try:
            call(api, sdk)
        except Exception as error:  # noqa: BLE001 - which error it is, is what the test asks
            errors[name] = [cls.__name__ for cls in type(error).__mro__]
        else:
            errors[name] = []
    return errors


def required(sdk: Any) -> dict[str, list[str]]:
    """Return the positional parameters of each method of JobApi."""
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    methods = {name: method for name, method in vars(sdk.JobApi).items() if not name.startswith("_")}
    return {
        name: [one.name for one in inspect.signature(method).parameters.values() if one.kind is positional][1:]
        for name, method in methods.items()
    }


if __name__ == "__main__":
    import vidispine

    if vidispine.__version__ != "5.0.4":
        sys.exit(f"this is vidispine {vidispine.__version__}, not the published 5.0.4")
    print(json.dumps({"errors": make(vidispine, sys.argv[1]), "required": required(vidispine)}))
