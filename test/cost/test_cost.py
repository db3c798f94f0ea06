"""The cost of operations, in measures that are the same on every machine. `tox -e bench` measures times.

A figure above its limit fails. Lower the limit after an improvement, so that a regression is detected. If a change
justifies a higher cost, raise the limit in the same commit, and say why.
"""

from __future__ import annotations

import json
import logging
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import vidispine
from benchmarks.documents import item_list, job, job_list
from benchmarks.rows import ROWS
from benchmarks.scripts.building import metadata, values
from benchmarks.scripts.ours import all_works
from benchmarks.scripts.reading import read_by_types, read_jobs
from benchmarks.scripts.worker import Inputs
from benchmarks.scripts.xml_jobs import as_xml
from test.cost.measures import as_bytes, blocks, calls, decoded, instructions, modules, read_two
from test.support.loopback import Loopback, reply
from vidispine import ApiClient, ItemType, JobApi, JobListType, JobType, Metadata, MetadataType
from vidispine._documents.json import dump_json

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from vidispine._transport.call import Call
    from vidispine._transport.hooks import PreparedRequest

LIMITS = {
    # Modules loaded beyond those of `import importlib`, and beyond those of `import urllib3, six`.
    "modules: import vidispine": 2,
    "modules: ready to send": 45,  # checks and secrets are modules of their own
    # Functions of the package called by one call, or for a list of one job.
    "calls: get_job": 75,
    "calls: decode, read two": 8,
    "calls: decode, read all": 100,
    "calls: decode XML": 72,
    "calls: encode": 3,  # one more to tell a model from a document
    "calls: decode, read by types": 100,
    "calls: decode, read by name": 40,
    "calls: decode, to plain": 165,
    "calls: table": 300,
    # One call, with what it takes beside.
    "calls: get_job with hooks": 85,
    "calls: get_job with tracing": 85,
    "calls: get_job of with_options": 125,
    # Functions called to build a document of 75 models.
    "calls: build": 200,
    "calls: build by name": 94,  # json asks each model for its members
    # Memory blocks per job in a list of a thousand, beyond those of the parsed document.
    "blocks: decode, read two": 5,
    "blocks: decode, read all": 54,
    # Instructions for a hundred jobs, as a multiple of those of `json.loads`.
    "instructions: decode, read two": 1.2,
    "instructions: decode, read all": 4.6,
    # As a multiple of those of `ElementTree.fromstring`.
    "instructions: decode XML": 2.5,
}
"""The worst of CPython 3.9, 3.11 and 3.13, and a little more."""

GUARDS = {
    "start": "modules: import vidispine",
    **dict.fromkeys(("ready", "first_call", "item"), "modules: ready to send"),
    **dict.fromkeys(("decode_two", "memory"), "blocks: decode, read two"),
    **dict.fromkeys(("decode_all", "decode_items"), "calls: decode, read all"),
    "decode_by_types": "calls: decode, read by types",
    "decode_xml": "calls: decode XML",
    "metadata_by_name": "calls: decode, read by name",
    "table": "calls: table",
    **dict.fromkeys(("encode", "encode_edited"), "calls: encode"),
    "build": "calls: build",
    "build_by_name": "calls: build by name",
    **dict.fromkeys(("get_job", "get_job_in_threads", "get_jobs", "iterate"), "calls: get_job"),
    "get_job_with_hooks": "calls: get_job with hooks",
    "get_job_with_tracing": "calls: get_job with tracing",
    "get_job_with_options": "calls: get_job of with_options",
}
"""The limit that guards each row of the benchmarks."""
GUARDED_ELSEWHERE = {"names", "command_help", "size", "decode_fast", "encode_fast", "file_down", "file_up"}
"""In ``test_cost_of_import``, ``test_cli_help``, ``test_distributions``, ``test_json`` and ``test_soak``."""


def test_each_row_of_the_benchmarks_has_a_guard() -> None:
    assert {row.key for row in ROWS} == GUARDS.keys() | GUARDED_ELSEWHERE
    assert set(GUARDS.values()) <= LIMITS.keys()


def check(measure: str, figure: float) -> None:
    limit = LIMITS[measure]
    assert figure <= limit, f"{measure}: {figure:.4g}, where no more than {limit} is allowed"
    assert figure > 0, f"{measure}: nothing was measured"


ONE_JOB = as_bytes(job_list(1))
JOBS = as_bytes(job_list(1000))


def test_modules_loaded_by_the_import() -> None:
    check("modules: import vidispine", len(modules("import vidispine") - modules("import __future__, importlib")))


def test_modules_loaded_by_a_client() -> None:
    ready = modules("import vidispine; vidispine.JobApi(vidispine.ApiClient(vidispine.Configuration()))")
    check("modules: ready to send", len(ready - modules("import urllib3, six")))
    # Checked by name, because one module of the standard library may take longer than many of ours.
    others = {name for name in ready if name.partition(".")[0] != "vidispine"}
    assert others - modules("import urllib3, six, contextvars, copy, pathlib") == set()


def test_functions_called_by_a_call(server: Loopback, client: ApiClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "vidispine")  # the level unless the user wants to see each call
    server.otherwise = reply(job(500))
    jobs = JobApi(client)
    check("calls: get_job", calls(lambda: jobs.get_job("VX-500", metadata=True, field=["title"])))


class NoTracing:
    """An instrumentation that records nothing."""

    def enclose_call(self, call: Call) -> AbstractContextManager[object]:
        return nullcontext()

    def enclose_attempt(self, call: Call, request: PreparedRequest) -> AbstractContextManager[object]:
        return nullcontext()


def test_functions_called_by_a_call_with_options_and_hooks(
    server: Loopback, client: ApiClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "vidispine")
    server.otherwise = reply(job(500))
    derived = calls(lambda: JobApi(client.with_options(run_as="editor")).get_job("VX-500"))
    check("calls: get_job of with_options", derived)
    client.rest_client.pools.instrumentation = NoTracing()
    check("calls: get_job with tracing", calls(lambda: JobApi(client).get_job("VX-500")))
    client.rest_client.pools.instrumentation = None
    client.configuration.before_request = [lambda _: None]
    client.configuration.after_call = [lambda _: None]
    check("calls: get_job with hooks", calls(lambda: JobApi(client).get_job("VX-500")))


def test_functions_called_to_decode() -> None:
    check("calls: decode, read two", calls(lambda: read_two(decoded(ONE_JOB))))
    check("calls: decode, read all", calls(lambda: read_jobs(decoded(ONE_JOB))))
    check("calls: decode, read by types", calls(lambda: read_by_types(decoded(ONE_JOB))))


def test_functions_called_to_read_metadata_by_name() -> None:
    items = Inputs(b"", as_bytes(item_list(1)), Path(), "")
    whole = calls(all_works()["decode"](Inputs(as_bytes(job_list(0)), b"", Path(), "")))
    check("calls: decode, read by name", calls(all_works()["metadata_by_name"](items)) - whole)
    check("calls: table", calls(all_works()["table"](items)) - whole)


def test_each_attribute_is_read_by_code_of_its_own() -> None:
    """Python optimizes code for one type of model. Code that all models share is slower."""
    readers = [value.fget for model in (JobType, ItemType) for value in vars(model).values() if type(value) is property]
    codes = {id(reader.__code__) for reader in readers if reader is not None}
    assert len(codes) == len(readers) > 0


def test_functions_called_to_decode_xml() -> None:
    one = as_xml(ONE_JOB)
    check("calls: decode XML", calls(lambda: read_two(JobListType.from_xml(one))))


def test_functions_called_to_build() -> None:
    check("calls: build", calls(lambda: metadata(vidispine).to_json()))
    check("calls: build by name", calls(lambda: Metadata(values()).to_json()))


def test_functions_called_to_encode() -> None:
    jobs = decoded(ONE_JOB)
    check("calls: encode", calls(lambda: dump_json(jobs)))


def read_and_keep(read: Any) -> Any:
    jobs = decoded(JOBS)
    read(jobs)
    return jobs


def test_memory_of_a_decoded_job() -> None:
    parsed = blocks(lambda: json.loads(JOBS))
    check("blocks: decode, read two", (blocks(lambda: read_and_keep(read_two)) - parsed) / 1000)
    check("blocks: decode, read all", (blocks(lambda: read_and_keep(read_jobs)) - parsed) / 1000)


PREPARED_XML = """
import gc
gc.disable()
from xml.etree import ElementTree as ET
from test.cost.measures import as_bytes, read_two
from benchmarks.scripts.xml_jobs import as_xml
from benchmarks.documents import job_list
from vidispine import JobListType
data = as_xml(as_bytes(job_list(100)))
ET.fromstring(data), read_two(JobListType.from_xml(data))
"""


@pytest.mark.timeout(300)
def test_instructions_to_decode_xml() -> None:
    try:
        parsed = instructions("ET.fromstring(data)", with_what=PREPARED_XML)
    except LookupError as lacking:
        pytest.skip(str(lacking))
    two = instructions("read_two(JobListType.from_xml(data))", with_what=PREPARED_XML)
    check("instructions: decode XML", two / parsed)


PREPARED = """
import gc, json
gc.disable()
from test.cost.measures import as_bytes, decoded, read_two
from benchmarks.scripts.reading import read_jobs
from benchmarks.documents import job_list
from vidispine._documents import json as json_module
json_module._orjson = lambda: None
data = as_bytes(job_list(100))
json.loads(data), read_jobs(decoded(data))
"""


@pytest.mark.timeout(300)  # valgrind is fifty times slower than the processor
def test_instructions_to_decode() -> None:
    try:
        parsed = instructions("json.loads(data)", with_what=PREPARED)
    except LookupError as lacking:
        pytest.skip(str(lacking))
    two = instructions("read_two(decoded(data))", with_what=PREPARED)
    every = instructions("read_jobs(decoded(data))", with_what=PREPARED)
    check("instructions: decode, read two", two / parsed)
    check("instructions: decode, read all", every / parsed)


ITEM = as_bytes(
    {
        "id": "VX-1",
        "metadata": {
            "revision": "VX-7",
            "timespan": [
                {
                    "start": "-INF",
                    "end": "+INF",
                    "field": [
                        {
                            "name": f"acme_{n}",
                            "uuid": f"f{n}",
                            "value": [{"value": "text", "uuid": f"v{n}", "user": "admin"}],
                        }
                        for n in range(35)
                    ],
                }
            ],
        },
    }
)


def read_item() -> MetadataType:
    item = ItemType._view(json.loads(ITEM), ItemType._origin)
    assert item.metadata is not None
    return item.metadata


def read_by_name() -> MetadataType:
    metadata = read_item()
    assert [metadata[f"acme_{n}"] for n in range(35)] == ["text"] * 35
    return metadata


def read_by_attributes() -> MetadataType:
    metadata = read_item()
    texts = {
        field.name: [value.value for value in field.value or ()]
        for timespan in metadata.timespan or ()
        for field in timespan.field or ()
    }
    assert texts == {f"acme_{n}": ["text"] for n in range(35)}
    return metadata


def test_a_view_of_metadata_costs_less_than_its_attributes() -> None:
    check("calls: decode, to plain", calls(lambda: read_item().to_plain()))
    assert calls(lambda: read_item()["acme_0"]) < calls(read_by_attributes) / 5
    assert blocks(read_by_name) < blocks(read_by_attributes)


PREPARED_METADATA = """
import gc
gc.disable()
from vidispine import MetadataType
names = [f"acme_{n}" for n in range(35)]
fields = [{"name": name, "value": [{"value": "text"}]} for name in names]
document = {"timespan": [{"start": "-INF", "end": "+INF", "field": fields}]}

def by_name():
    metadata = MetadataType._view(document, MetadataType._origin)
    return {name: [metadata[name]] for name in names}

def by_attributes():
    metadata = MetadataType._view(document, MetadataType._origin)
    return {field.name: [one.value for one in field.value] for part in metadata.timespan for field in part.field}

assert by_name() == by_attributes()
"""


@pytest.mark.timeout(300)
def test_instructions_to_read_all_metadata_by_name() -> None:
    try:
        by_name = instructions("for _ in range(20): by_name()", with_what=PREPARED_METADATA)
    except LookupError as lacking:
        pytest.skip(str(lacking))
    assert by_name < instructions("for _ in range(20): by_attributes()", with_what=PREPARED_METADATA)


def test_a_view_of_metadata_holds_no_copy() -> None:
    assert blocks(read_by_name) < blocks(read_item) + 20
    metadata = read_by_name()
    metadata._document["timespan"][0]["field"][0]["value"][0]["value"] = "changed"
    assert metadata["acme_0"] == "changed"


def test_measures_detect_an_additional_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that a mistake could add to the reading of one attribute costs calls and memory."""
    called, kept = calls(lambda: read_jobs(decoded(ONE_JOB))), blocks(lambda: read_and_keep(read_two))
    monkeypatch.setattr(JobType, "status", property(lambda one: one.__dict__.setdefault("status", one.to_json())))
    assert calls(lambda: read_jobs(decoded(ONE_JOB))) > called
    assert blocks(lambda: read_and_keep(read_two)) > kept + 1000
