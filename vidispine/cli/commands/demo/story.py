"""The steps of the demo. Each does something, checks that it came about, and returns what to report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.cli.commands.demo.stage import CheckFailed, expect
from vidispine.exceptions import NotFoundException

if TYPE_CHECKING:
    from vidispine import JobProblemType, JobType
    from vidispine.cli.commands.demo.stage import Stage

__all__ = ["SLOTS", "STEPS", "set_the_scene"]

SLOTS = 3
"""Number of jobs that run at a time."""

# The jobs in the order in which they are started: type and priority.
JOBS = {
    "IMPORT": "MEDIUM",
    "TRANSCODE": "HIGH",
    "ARCHIVE": "MEDIUM",
    "EXPORT": "MEDIUM",
    "COPY_FILE": "MEDIUM",
    "ANALYZE": "LOW",
}
RERUN = "TRANSCODE again"

TRANSCODE_STEPS = ("Reading the source", "Transcoding", "Writing the proxy", "Updating the item")
TRANSCODE_SECONDS = 3.2
ERROR = "storage VX-31 is full"
PROBLEM = "StorageOffline"
STORAGE = "VX-32"


def set_the_scene(stage: Stage) -> None:
    """Say how the jobs are going to go. Those that the first three steps need last until these are through."""
    behave = stage.simulator.jobs.behave
    behave(
        "IMPORT",
        steps=("Transferring the file", "Checking media", "Creating a shape", "Updating the item"),
        seconds=3.2,
    )
    behave("TRANSCODE", steps=TRANSCODE_STEPS, seconds=TRANSCODE_SECONDS, fail_at=3, attempts=2, message=ERROR)
    behave("ARCHIVE", steps=("Finding a tape", "Writing to tape"), seconds=600)
    behave(
        "EXPORT",
        steps=("Choosing a shape", "Transferring the file", "Writing metadata"),
        seconds=1.5,
        wait_for={"type": PROBLEM, "data": {"storage": STORAGE}},
        wait_at=2,
    )
    behave("COPY_FILE", steps=("Transferring the file", "Updating the item"), seconds=1.2)
    behave("ANALYZE", steps=("Reading the file", "Analyzing media", "Updating the shape"), seconds=1.2)


def list_types(stage: Stage) -> str:
    """List the job types."""
    types = stage.api.get_job_types().uri or []
    expect("types of the demo's jobs that the server does not list", [], [type for type in JOBS if type not in types])
    return f"Listed {len(types)} job types, the demo's {len(JOBS)} among them"


def start_jobs(stage: Stage) -> str:
    """Start a job of each of some types."""
    for number, (type, priority) in enumerate(JOBS.items(), 1):
        job = stage.api.create_custom_job(type, priority=priority, jobmetadata={"itemId": f"VX-{number}"})
        expect(f"the new job {job.job_id}", (type, priority, "READY"), (job.type, job.priority, job.status))
        stage.ids[type] = job.job_id
    states = [job.status for job in stage.look().values()]
    expect(
        "jobs that run and jobs that are queued",
        (SLOTS, len(JOBS) - SLOTS),
        (states.count("STARTED"), states.count("READY")),
    )
    return f"Started {len(JOBS)} jobs of {len(JOBS)} types: {SLOTS} run at a time, the others are queued"


def change_priorities(stage: Stage) -> str:
    """Let two jobs of the queue change places."""
    stage.screen.caption("About to change priorities in the queue ...")
    stage.watch(0.7)
    for type, priority in (("ANALYZE", "HIGHEST"), ("COPY_FILE", "LOWEST")):
        stage.api.update_job(stage.ids[type], priority=priority)
        expect(f"priority of {stage.name(type)}", priority, stage.api.get_job(stage.ids[type]).priority)
    stage.look()
    return f"Changed priorities: {stage.name('ANALYZE')} to HIGHEST, {stage.name('COPY_FILE')} to LOWEST"


def abort_job(stage: Stage) -> str:
    """Abort a job that runs."""
    stage.wait_for("ARCHIVE", "STARTED")
    stage.screen.caption(f"About to abort {stage.name('ARCHIVE')} ...")
    stage.watch(0.7)
    stage.api.abort_job(stage.ids["ARCHIVE"], reason="wrong tape")
    stage.wait_for("ARCHIVE", "ABORTED")
    return f"Aborted {stage.name('ARCHIVE')}: it cleaned up and ended ABORTED"


def see_who_is_next(stage: Stage) -> str:
    """See that the slot went to the job of the highest priority, although it was started last."""
    first = stage.wait_for("ANALYZE", "STARTED", "FINISHED")
    jobs = stage.look()
    for other in ("EXPORT", "COPY_FILE"):
        job = jobs[stage.ids[other]]
        expect(f"{stage.name('ANALYZE')} began before {stage.name(other)}", True, _is_later(job, first))
    return f"{stage.name('ANALYZE')} was last in the queue and got the free slot first"


def _is_later(job: JobType, first: JobType) -> bool:
    if job.status == "READY" and not (job.log and job.log.task):
        return True  # it has not begun at all
    return job.started is not None and first.started is not None and job.started > first.started


def see_a_failure(stage: Stage) -> str:
    """See a job fail, and why."""
    stage.wait_for("TRANSCODE", "FAILED_TOTAL")
    job = stage.api.get_job(stage.ids["TRANSCODE"], metadata=True)
    data = {pair.key: pair.value for pair in job.data or []}
    expect(f"error message of {stage.name('TRANSCODE')}", ERROR, data.get("errorMessage"))
    return f"{stage.name('TRANSCODE')} ended FAILED_TOTAL after two tries: {ERROR}"


def run_again(stage: Stage) -> str:
    """Run the failed job again, with another priority, now that its trouble is over."""
    stage.simulator.jobs.behave("TRANSCODE", steps=TRANSCODE_STEPS, seconds=TRANSCODE_SECONDS)
    failed = stage.ids["TRANSCODE"]
    job = stage.api.create_duplicate_job(failed, priority="HIGHEST")
    stage.ids[RERUN] = job.job_id
    expect("the job that runs again is a new one", True, job.job_id not in (None, failed))
    expect(f"the new job {job.job_id}", ("TRANSCODE", "HIGHEST"), (job.type, job.priority))
    old = stage.api.get_job(failed)
    expect(f"the old job {failed}", ("FAILED_TOTAL", JOBS["TRANSCODE"]), (old.status, old.priority))
    stage.look()
    return f"Made room and ran {failed} again as {job.job_id}, with HIGHEST instead of {old.priority}"


def see_success(stage: Stage) -> str:
    """See a job through to its end."""
    stage.wait_for("IMPORT", "FINISHED")
    job = stage.api.get_job(stage.ids["IMPORT"])
    tasks = (job.log.task if job.log else None) or []
    expect(f"steps of {stage.name('IMPORT')}", ["FINISHED"] * (job.total_steps or 0), [task.status for task in tasks])
    return f"{stage.name('IMPORT')} ended FINISHED, all its {len(tasks)} steps done"


def see_a_problem(stage: Stage) -> str:
    """See a job wait, and for what."""
    stage.wait_for("EXPORT", "WAITING")
    waiting = stage.ids["EXPORT"]
    problem = _problem(stage)
    expect(f"problem of {stage.name('EXPORT')}", (PROBLEM, [waiting]), (problem.type, problem.job))
    own = stage.api.get_job_problems(waiting).problem or []
    expect(f"problems listed for {waiting} alone", [problem.id], [each.id for each in own])
    return f"{stage.name('EXPORT')} is WAITING; its problem is listed: {PROBLEM}, storage {STORAGE}"


def solve_the_problem(stage: Stage) -> str:
    """Solve the problem, and see the job go on."""
    stage.screen.caption(f"About to bring storage {STORAGE} back ...")
    stage.watch(1.2)
    stage.simulator.jobs.resolve(_problem(stage).id)
    left = stage.api.get_all_job_problems().problem or []
    expect("problems left", [], [problem.type for problem in left])
    stage.wait_for("EXPORT", "FINISHED")
    return f"The problem was resolved: {stage.name('EXPORT')} went on and ended FINISHED"


def _problem(stage: Stage) -> JobProblemType:
    problems = stage.api.get_all_job_problems().problem or []
    if len(problems) != 1:
        raise CheckFailed(f"problems that jobs wait for: expected 1, found {len(problems)}")
    return problems[0]


def see_the_rest(stage: Stage) -> str:
    """See the others finish, the one that runs again among them."""
    rest = ("COPY_FILE", "ANALYZE", RERUN)
    for role in rest:
        stage.wait_for(role, "FINISHED")
    ids = [stage.ids[role] for role in rest]
    return f"{', '.join(ids[:-1])} and {ids[-1]} ended FINISHED: the second run did better"


def delete_jobs(stage: Stage) -> str:
    """Delete the finished jobs."""
    finished = [job_id for job_id, job in stage.look().items() if job.status == "FINISHED"]
    stage.screen.caption("(the jobs as they were before the finished ones were deleted)")
    stage.api.delete_jobs(finished)
    for job_id in finished:
        _expect_gone(stage, job_id)
    left = [job.job_id for job in stage.api.get_jobs(sort="jobId asc").job or []]
    expect("jobs left", [stage.ids["TRANSCODE"], stage.ids["ARCHIVE"]], left)
    return f"Deleted the {len(finished)} finished jobs: {' and '.join(left)} are left"


def _expect_gone(stage: Stage, job_id: str) -> None:
    try:
        job = stage.api.get_job(job_id)
    except NotFoundException:
        return
    raise CheckFailed(f"the deleted job {job_id}: expected 404 Not Found, found it {job.status}")


STEPS = (
    list_types,
    start_jobs,
    change_priorities,
    abort_job,
    see_who_is_next,
    see_a_failure,
    run_again,
    see_success,
    see_a_problem,
    solve_the_problem,
    see_the_rest,
    delete_jobs,
)
