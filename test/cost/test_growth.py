"""The cost of large documents grows linearly. It is counted, not timed.

Calls of all functions are counted, including those in C, which detects nested loops. Where valgrind is installed,
instructions are counted as well, which also detects copying within one call.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.documents import deep_job, job_list
from test.cost.measures import instructions, profiled_by
from test.cost.workloads import append_and_encode, decoded, edit_and_encode, last_job, read, read_and_encode
from vidispine import JobListType, JobType, MetadataType
from vidispine._documents.json import dump_json
from vidispine._documents.model import Model

# Each is twice as large as the previous one.
JOBS = (100, 200, 400)
LEVELS = (50, 100, 200)

PER_STEP = 1.1
"""How much more a unit may cost in a large document than in a small one; tables that are resized cost a little."""


WORK: dict[str, Callable[[Any], object]] = {
    "decode": lambda _: None,
    "read": read,
    "validate": lambda model: model.validate(),
    "encode untouched": lambda model: dump_json(model._encode()),
    "encode after all was read": read_and_encode,
    "encode after an edit": edit_and_encode,
    "encode after an addition": append_and_encode,
    "to_dict": lambda model: model.to_dict(),
    "to_document": lambda model: model.to_document(),
    "compare": lambda model: model == copy.copy(model),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "build": lambda model: type(model)(**{name: getattr(model, name) for name in model.fields()}),
}


def calls_of(work: Callable[[Any], object], cls: type[Model], document: dict[str, Any]) -> int:
    """Return how many functions are called to decode a document and do some work with it."""
    count = 0

    def see(_: Any, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    with profiled_by(see):
        work(decoded(cls, document))
    return count


def assert_linear(costs: list[int]) -> None:
    """Check the costs of one, two and four times the work."""
    few, many = costs[1] - costs[0], (costs[2] - costs[1]) / 2
    assert many <= few * PER_STEP + 10, f"costs {costs} for 1, 2 and 4 times as much"


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_calls_grow_with_the_number_of_jobs(work: Callable[[Any], object]) -> None:
    assert_linear([calls_of(work, JobListType, job_list(count)) for count in (3, *JOBS)][1:])


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_calls_grow_with_the_depth(work: Callable[[Any], object]) -> None:
    assert_linear([calls_of(work, JobType, deep_job(levels)) for levels in (3, *LEVELS)][1:])


def metadata(count: int) -> dict[str, Any]:
    """Return metadata with so many fields, each on two tracks, and so many timespans."""
    fields = [
        {"name": f"acme_{n}", "value": [{"value": "text"}], **track}
        for n in range(count)
        for track in ({}, {"track": "A1"})
    ]
    comments = [{"name": "acme_comment", "value": [{"value": "text"}]}]
    spans = [{"start": f"{n}@PAL", "end": f"{n + 1}@PAL", "field": comments} for n in range(count)]
    return {"timespan": [{"start": "-INF", "end": "+INF", "field": fields}, *spans]}


def read_by_name(metadata: MetadataType) -> None:
    for name in list(metadata):
        assert metadata[name] == metadata.get(name) == "text"
        assert name in metadata.track("A1")


def test_calls_grow_with_the_number_of_fields_that_are_read_by_name() -> None:
    assert_linear([calls_of(read_by_name, MetadataType, metadata(count)) for count in (3, *JOBS)][1:])


PREPARED = """
import gc
gc.disable()  # one collection more of all there is would be taken for growth
from benchmarks.documents import deep_job, job_list
from test.cost.workloads import decoded, edit_and_encode
from vidispine import JobListType, JobType
from vidispine._documents import json as json_module
json_module._orjson = lambda: None  # it gives up on half as many levels
many, deep = decoded(JobListType, job_list(50)), decoded(JobType, deep_job(50))
edit_and_encode(many), edit_and_encode(deep)
"""


@pytest.mark.timeout(300)  # valgrind is fifty times slower than the processor
@pytest.mark.parametrize(
    ("document", "large"),
    [("decoded(JobListType, job_list(SIZE))", 400), ("decoded(JobType, deep_job(SIZE))", 200)],
    ids=["jobs", "depth"],
)
def test_instructions_grow_in_proportion(document: str, large: int) -> None:
    """The same number of jobs, once in a few large documents and once in many small ones."""
    program = f"for _ in range(400 // SIZE): edit_and_encode({document})"
    try:
        costs = [instructions(program.replace("SIZE", str(size)), with_what=PREPARED) for size in (25, large)]
    except LookupError as lacking:
        pytest.skip(str(lacking))
    assert costs[1] <= costs[0] * PER_STEP, costs


XML = {
    "comments": "'<user>' + 'a<!--x-->' * SIZE + '</user>'",
    "processing instructions": "'a<?x?>' * SIZE",
    "text between elements": "'<user/>a' * SIZE",
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("content", XML.values(), ids=XML)
def test_instructions_to_read_xml_grow_in_proportion(content: str) -> None:
    text = f"'<JobDocument>' + {content} + '</JobDocument>'"
    prepared = (
        "import gc\ngc.disable()\nfrom vidispine import JobType\nJobType.from_xml('<JobDocument><x/></JobDocument>')"
    )
    try:
        costs = [
            instructions(
                f"for _ in range(20000 // {size}): JobType.from_xml({text.replace('SIZE', str(size))})",
                with_what=prepared,
            )
            for size in (1000, 20000)
        ]
    except LookupError as lacking:
        pytest.skip(str(lacking))
    assert costs[1] <= costs[0] * PER_STEP, costs


def test_detects_quadratic_growth() -> None:
    def quadratic(jobs: Any) -> None:
        for one in jobs.job:
            last_job(jobs)
            for other in jobs.job:
                other.job_id.startswith(one.job_id)

    with pytest.raises(AssertionError, match="for 1, 2 and 4 times as much"):
        test_calls_grow_with_the_number_of_jobs(quadratic)
