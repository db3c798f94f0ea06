"""The state of a job, derived from its document."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import vidispine
from test.jobs.fake_clock import document
from vidispine import JobState, JobType, jobs, models
from vidispine._documents.model import Model


def job(status: str, **more: Any) -> JobType:
    return JobType.from_document(document(status, **more))


def task(step: int, status: str, value: float | None = None, **more: Any) -> dict[str, Any]:
    progress = {} if value is None else {"progress": {"value": value, "total": 100, "unit": "percent"}}
    return {
        "step": step,
        "attempts": 1,
        "status": status,
        "timestamp": "2024-03-01T10:00:01.000+0000",
        **progress,
        **more,
    }


@pytest.mark.parametrize(
    ("state", "final", "failed"),
    [(state, state in JobState.FINAL, state in JobState.FAILED) for state in JobState.values()]
    + [("NONE", False, False), ("DISAPPEARED", False, False), ("FINISHED_SOMEHOW", False, False)],
)
def test_final_and_failed_states(state: str, final: bool, failed: bool) -> None:
    assert (job(state).is_final, job(state).failed) == (final, failed)


def test_states_are_those_of_the_description() -> None:
    assert jobs.FINAL is JobState.FINAL
    assert sorted(jobs.FINAL) == ["ABORTED", "FAILED_TOTAL", "FINISHED", "FINISHED_WARNING"]
    assert sorted(jobs.SUCCEEDED) == ["FINISHED", "FINISHED_WARNING"]
    assert sorted(jobs.FAILED) == ["ABORTED", "FAILED_TOTAL"]
    assert {jobs.state_of(job(state)) for state in jobs.ABORTING} == {"ABORTED_PENDING"}
    assert vidispine.jobs is jobs


def test_job_without_a_state_is_not_final() -> None:
    brief = JobType.from_document({"jobId": "VX-29"})
    assert (brief.is_final, brief.failed, brief.progress) == (False, False, 0.0)


STARTED = {"status": "STARTED", "totalSteps": 4}


@pytest.mark.parametrize(
    ("given", "tasks", "progress"),
    [
        ({"status": "READY"}, None, 0.0),
        ({"status": "STARTED"}, None, 0.0),
        ({"status": "STARTED", "totalSteps": 0, "step": 1}, None, 0.0),
        ({**STARTED, "step": 3}, None, 0.5),
        ({**STARTED, "step": 9}, None, 0.75),
        (STARTED, [], 0.0),
        (STARTED, [task(1, "FINISHED")], 0.25),
        (STARTED, [task(1, "FINISHED"), task(2, "STARTED", 50)], 0.375),
        # A step that runs in parallel with the next one.
        (STARTED, [task(1, "STARTED_PARALLEL", 20), task(2, "STARTED", 40)], 0.15),
        # Skipped steps.
        (STARTED, [task(3, "STARTED", 0)], 0.5),
        # The cleanup after an abort is not one of the steps.
        ({**STARTED, "status": "ABORTED"}, [task(1, "FINISHED"), task(5, "FINISHED")], 0.25),
        ({**STARTED, "status": "FAILED_TOTAL"}, [task(1, "FINISHED"), task(2, "FAILED_FATAL", 60)], 0.4),
        (STARTED, [task(1, "STARTED", 900)], 0.25),
        (STARTED, [task(1, "STARTED", -5)], 0.0),
        ({"status": "FINISHED"}, None, 1.0),
        ({**STARTED, "status": "FINISHED_WARNING", "step": 1}, None, 1.0),
    ],
)
def test_progress_is_a_fraction(given: dict[str, Any], tasks: list[Any] | None, progress: float) -> None:
    more = {} if tasks is None else {"log": {"task": tasks}}
    assert job(**{**given, **more}).progress == pytest.approx(progress)


@pytest.mark.parametrize(
    ("tasks", "step", "message"),
    [
        ([task(1, "FINISHED"), task(2, "FAILED_FATAL", errorMessage="no space")], 2, "no space"),
        ([task(1, "FAILED_TOTAL", errorMessage="a warning"), task(2, "FAILED_FATAL", errorMessage="bad")], 2, "bad"),
        ([task(1, "FINISHED"), task(2, "DISAPPEARED")], 2, None),
        ([task(1, "STARTED", errorMessage="gone"), task(2, "READY")], 1, "gone"),
        ([task(1, "FAILED_FATAL", subTask=[task(1, "FINISHED"), task(1, "FAILED_FATAL", errorMessage="x")])], 1, "x"),
        ([], None, None),
    ],
)
def test_failed_step_and_its_message(tasks: list[dict[str, Any]], step: int | None, message: str | None) -> None:
    failed = job("FAILED_TOTAL", log={"task": tasks})
    found = jobs.failed_step(failed)
    assert (found.step if found else None, jobs.error_message(failed)) == (step, message)
    assert jobs.failed_step(job("FINISHED_WARNING", log={"task": tasks})) is None


def test_failure_message_from_the_data_of_a_job() -> None:
    failed = job("FAILED_TOTAL", data=[{"key": "tags", "value": "x"}, {"key": "errorMessage", "value": "no license"}])
    assert jobs.error_message(failed) == "no license"
    assert str(vidispine.JobFailedError(failed)) == "job VX-29 (TRANSCODE) FAILED_TOTAL"


def test_derived_attributes_are_not_in_the_document() -> None:
    found = job("FINISHED")
    assert not {"is_final", "failed", "progress"} & (found.to_dict().keys() | found.to_document().keys())
    for same in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):
        assert (same, same.is_final) == (found, True)
    with pytest.raises(AttributeError):
        found.failed = True  # type: ignore[misc]
    with pytest.raises(vidispine.UnexpectedKeywordError):
        JobType(job_id="VX-1", status="READY", type="EXPORT", priority="LOW", failed=True)  # type: ignore[call-arg]


def test_derived_attributes_collide_with_no_member() -> None:
    with_more = []
    for model in {getattr(models, name) for name in models.__all__}:
        mixins = [base for base in model.__mro__ if not issubclass(base, Model) and base is not object]
        if issubclass(model, Model) and mixins:
            with_more.append(model)
            names = {name for mixin in mixins for name in vars(mixin) if not name.startswith("_")}
            assert not names & model.fields().keys()
    assert JobType in with_more
