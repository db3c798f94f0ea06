"""``vidispine demo jobs``: the lifecycle of jobs, on a simulator, in a few seconds.

Each step does something, checks the result and returns a line for the report.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.commands.demo.checks import CheckError, expect, run
from vidispine.cli.output.formats import output_format, output_options
from vidispine.exceptions import NotFoundException

if TYPE_CHECKING:
    from vidispine import Client, JobProblemType, JobType
    from vidispine.cli.output.demo import Screen
    from vidispine.simulator import Simulator

__all__ = ["command"]

POLL_SECONDS = 0.1
TIMEOUT_SECONDS = 30.0
"""Timeout of each step, many times its duration on a slow machine."""

CONCURRENT_JOBS = 3
"""Number of jobs that run at the same time."""

JOBS = {
    "THUMBNAIL": "MEDIUM",
    "TRANSCODE": "HIGH",
    "ARCHIVE": "MEDIUM",
    "EXPORT": "MEDIUM",
    "COPY_FILE": "MEDIUM",
    "ANALYZE": "LOW",
}
"""Type and priority of the jobs, in the order in which they are started."""

IMPORT = "RAW_IMPORT"
RERUN = "TRANSCODE again"
CLIP = "clip.mov"
TAG = "lowres"
"""Shape tag of the proxy."""

TRANSCODE_STEPS = ("Reading the source", "Transcoding", "Writing the proxy", "Updating the item")
TRANSCODE_SECONDS = 3.2
ERROR = "storage VX-31 is full"
PROBLEM = "StorageOffline"
STORAGE = "VX-32"


@click.command("jobs", cls=Command)
@output_options
@click.pass_context
def command(context: click.Context) -> None:
    """Starts a VidiCore simulator on a free port of this machine and calls it over HTTP with the SDK. Jobs finish,
    fail, wait for a problem to be solved, are aborted and run again. The demo takes a few seconds, needs no server and
    deletes everything that it creates. The exit code is 0 only if all checks passed.
    """
    run(run_demo, output_format(context))


def run_demo(form: str = "table") -> None:
    """Run all steps and report each one when its checks have passed.

    :param form: output format
    :raises CheckError: a check failed
    :raises OpenApiException: a call failed
    :raises SimulatorError: the simulator cannot start
    """
    import vidispine
    from vidispine.cli.output.demo import open_screen
    from vidispine.simulator import Simulator

    screen = open_screen(form)
    with Simulator(concurrent_jobs=CONCURRENT_JOBS) as simulator:
        screen.write(f"VidiCore simulator running at {simulator.url}", style="bold")
        screen.write("The demo calls it over HTTP with vidispine.Client:")
        screen.write()
        with (
            TemporaryDirectory() as folder,
            vidispine.Client(configuration=simulator.configuration()) as client,
            screen,
        ):
            demo = Demo(simulator, client, screen, Path(folder))
            configure_jobs(demo)
            for step in STEPS:
                screen.write_passed(step(demo))
    screen.write()
    screen.write(f"All {len(STEPS)} steps passed in {screen.seconds:.1f} seconds.", style="bold")
    screen.write("To test your own programs with the simulator, run: vidispine simulator")
    screen.finish()


class Demo:
    """The server, the client and the jobs of the demo.

    :param simulator: configures jobs and solves problems, which the API cannot do
    :param folder: target of the export
    """

    def __init__(self, simulator: Simulator, client: Client, screen: Screen, folder: Path) -> None:
        self.simulator = simulator
        self.client = client
        self.api = client.job
        self.screen = screen
        self.folder = folder
        self.item = ""
        """Id of the item."""
        self.ids: dict[str, str] = {}
        """Ids of the jobs by their roles."""

    def label(self, role: str) -> str:
        """Return the label of a job in the report: ``VX-2 TRANSCODE``."""
        return f"{self.ids[role]} {role}"

    def poll(self) -> dict[str, JobType]:
        """Get all jobs, show them, and return them by id."""
        jobs = self.api.get_jobs(step=True, sort="jobId asc").job or []
        self.screen.show(jobs)
        return {job.job_id: job for job in jobs}

    def keep_polling(self, seconds: float) -> None:
        """Poll for some time, so that a user can follow the demo."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.poll()
            time.sleep(POLL_SECONDS)

    def wait_for(self, role: str, *states: str) -> JobType:
        """Wait until a job is in one of these states, and return it.

        :raises CheckError: the job ended in another state, timed out or does not exist
        """
        job_id, wanted = self.ids[role], " or ".join(states)
        self.screen.set_caption(f"Waiting for {self.label(role)} to be {wanted} ...")
        end = time.monotonic() + TIMEOUT_SECONDS
        while True:
            job = self.poll().get(job_id)
            if job is None:
                raise CheckError(f"{self.label(role)}: expected {wanted}, found no such job")
            if job.status in states:
                return job
            if job.is_final:
                expect(self.label(role), wanted, job.status)
            if time.monotonic() > end:
                raise CheckError(
                    f"{self.label(role)}: expected {wanted} within {TIMEOUT_SECONDS:g} seconds, found {job.status}"
                )
            time.sleep(POLL_SECONDS)


def configure_jobs(demo: Demo) -> None:
    """Configure how the jobs behave. The jobs of the first steps run long enough for these steps."""
    behave = demo.simulator.jobs.behave
    behave(IMPORT, steps=("Transferring the file", "Creating a shape"), seconds=0.6)
    behave(
        "THUMBNAIL",
        steps=("Reading the source", "Extracting frames", "Writing thumbnails", "Updating the item"),
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


def list_types(demo: Demo) -> str:
    """List the job types."""
    types = demo.api.get_job_types().uri or []
    expect("job types of the demo that the server does not list", [], [type for type in JOBS if type not in types])
    return f"Listed {len(types)} job types, including the {len(JOBS)} of the demo"


def import_clip(demo: Demo) -> str:
    """Import a clip, whose item the jobs work on."""
    preset = {"format": "mp4", "video": {"codec": "h264", "resolution": {"width": 512, "height": 288}}}
    demo.client.shape_tag.update_or_create_shape_tag(TAG, preset)
    job = demo.client.import_.import_item_raw(b"a clip", filename=CLIP, create_thumbnails=False)
    if job is None:
        raise CheckError("the import returned no job")
    demo.ids[IMPORT] = job.job_id
    demo.wait_for(IMPORT, "FINISHED")
    data = _data(demo, IMPORT)
    demo.item = data.get("itemId") or ""
    expect(f"shape tags of item {demo.item}", ["original"], _shape_tags(demo))
    return f"{demo.label(IMPORT)} imported {CLIP} as item {demo.item}"


def _data(demo: Demo, role: str) -> dict[str | None, str | None]:
    return {pair.key: pair.value for pair in demo.api.get_job(demo.ids[role], metadata=True).data or []}


def _shape_tags(demo: Demo) -> list[str]:
    shapes = demo.client.item.get_item(demo.item, content="shape").shape or []
    return [tag for shape in shapes for tag in shape.tag or []]


def start_jobs(demo: Demo) -> str:
    """Start a job of each type."""
    for type, priority in JOBS.items():
        job = _start_job(demo, type, priority)
        expect(f"the new job {job.job_id}", (type, priority, "READY"), (job.type, job.priority, job.status))
        demo.ids[type] = job.job_id
    states = [job.status for job in demo.poll().values()]
    expect(
        "running jobs and queued jobs",
        (CONCURRENT_JOBS, len(JOBS) - CONCURRENT_JOBS),
        (states.count("STARTED"), states.count("READY")),
    )
    return f"Started {len(JOBS)} jobs of {len(JOBS)} types: {CONCURRENT_JOBS} are running, the others are queued"


def _start_job(demo: Demo, type: str, priority: str) -> JobType:
    """Start a job, with the operation for its type if there is one. A custom job runs its steps and creates nothing."""
    items = demo.client.item
    if type == "THUMBNAIL":
        return items.create_item_thumbnail_job(demo.item, priority=priority)
    if type == "TRANSCODE":
        return items.create_item_transcode_job(demo.item, tag=TAG, priority=priority)
    if type == "EXPORT":
        return items.create_item_export_job(demo.item, uri=f"{demo.folder.as_uri()}/", priority=priority)
    return demo.api.create_custom_job(type, priority=priority, jobmetadata={"itemId": demo.item})


def change_priorities(demo: Demo) -> str:
    """Swap the order of two queued jobs."""
    demo.screen.set_caption("Changing priorities of queued jobs ...")
    demo.keep_polling(0.7)
    for type, priority in (("ANALYZE", "HIGHEST"), ("COPY_FILE", "LOWEST")):
        demo.api.update_job(demo.ids[type], priority=priority)
        expect(f"priority of {demo.label(type)}", priority, demo.api.get_job(demo.ids[type]).priority)
    demo.poll()
    return f"Changed priorities: {demo.label('ANALYZE')} to HIGHEST, {demo.label('COPY_FILE')} to LOWEST"


def abort_job(demo: Demo) -> str:
    """Abort a running job."""
    demo.wait_for("ARCHIVE", "STARTED")
    demo.screen.set_caption(f"Aborting {demo.label('ARCHIVE')} ...")
    demo.keep_polling(0.7)
    demo.api.abort_job(demo.ids["ARCHIVE"], reason="wrong tape")
    demo.wait_for("ARCHIVE", "ABORTED")
    return f"Aborted {demo.label('ARCHIVE')}: it ran its cleanup step and ended ABORTED"


def check_queue_order(demo: Demo) -> str:
    """Check that the job with the highest priority runs next, although it was created last."""
    next_job = demo.wait_for("ANALYZE", "STARTED", "FINISHED")
    jobs = demo.poll()
    for other in ("EXPORT", "COPY_FILE"):
        job = jobs[demo.ids[other]]
        expect(f"{demo.label('ANALYZE')} started before {demo.label(other)}", True, _is_later(job, next_job))
    return f"{demo.label('ANALYZE')} was created last and ran first, because of its priority"


def _is_later(job: JobType, other: JobType) -> bool:
    if job.status == "READY" and not (job.log and job.log.task):
        return True  # not started yet
    return job.started is not None and other.started is not None and job.started > other.started


def check_failure(demo: Demo) -> str:
    """Wait for a job to fail, and get its error message."""
    demo.wait_for("TRANSCODE", "FAILED_TOTAL")
    error = _data(demo, "TRANSCODE").get("errorMessage")
    expect(f"error message of {demo.label('TRANSCODE')}", ERROR, error)
    return f"{demo.label('TRANSCODE')} ended FAILED_TOTAL after two attempts: {ERROR}"


def rerun_job(demo: Demo) -> str:
    """Solve the cause and run the failed job again with another priority."""
    demo.simulator.jobs.behave("TRANSCODE", steps=TRANSCODE_STEPS, seconds=TRANSCODE_SECONDS)
    failed = demo.ids["TRANSCODE"]
    job = demo.api.create_duplicate_job(failed, priority="HIGHEST")
    demo.ids[RERUN] = job.job_id
    expect("the rerun is a new job", True, job.job_id not in (None, failed))
    expect(f"the new job {job.job_id}", ("TRANSCODE", "HIGHEST"), (job.type, job.priority))
    old = demo.api.get_job(failed)
    expect(f"the old job {failed}", ("FAILED_TOTAL", JOBS["TRANSCODE"]), (old.status, old.priority))
    demo.poll()
    return f"Freed storage and reran {failed} as {job.job_id}, with priority HIGHEST instead of {old.priority}"


def check_success(demo: Demo) -> str:
    """Wait until a job succeeds."""
    demo.wait_for("THUMBNAIL", "FINISHED")
    job = demo.api.get_job(demo.ids["THUMBNAIL"])
    tasks = (job.log.task if job.log else None) or []
    label = demo.label("THUMBNAIL")
    expect(f"steps of {label}", ["FINISHED"] * (job.total_steps or 0), [task.status for task in tasks])
    return f"{label} ended FINISHED, with all {len(tasks)} steps done"


def check_problem(demo: Demo) -> str:
    """Wait until a job is blocked by a problem, and list the problem."""
    demo.wait_for("EXPORT", "WAITING")
    waiting = demo.ids["EXPORT"]
    problem = _problem(demo)
    expect(f"problem of {demo.label('EXPORT')}", (PROBLEM, [waiting]), (problem.type, problem.job))
    own = demo.api.get_job_problems(waiting).problem or []
    expect(f"problems of {waiting}", [problem.id], [each.id for each in own])
    return f"{demo.label('EXPORT')} is WAITING because of a problem: {PROBLEM}, storage {STORAGE}"


def solve_problem(demo: Demo) -> str:
    """Solve the problem, after which the job continues and writes the file."""
    demo.screen.set_caption(f"Bringing storage {STORAGE} back online ...")
    demo.keep_polling(1.2)
    demo.simulator.jobs.resolve(_problem(demo).id)
    remaining = demo.api.get_all_job_problems().problem or []
    expect("remaining problems", [], [problem.type for problem in remaining])
    demo.wait_for("EXPORT", "FINISHED")
    expect(f"files written by {demo.label('EXPORT')}", 1, len(list(demo.folder.iterdir())))
    return f"Solved the problem: {demo.label('EXPORT')} continued, wrote a file and ended FINISHED"


def _problem(demo: Demo) -> JobProblemType:
    problems = demo.api.get_all_job_problems().problem or []
    if len(problems) != 1:
        raise CheckError(f"problems: expected 1, found {len(problems)}")
    return problems[0]


def check_remaining_jobs(demo: Demo) -> str:
    """Wait until the other jobs finish, including the rerun, which creates the proxy."""
    rest = ("COPY_FILE", "ANALYZE", RERUN)
    for role in rest:
        demo.wait_for(role, "FINISHED")
    expect(f"shape tags of item {demo.item}", ["original", TAG], _shape_tags(demo))
    ids = [demo.ids[role] for role in rest]
    return f"{', '.join(ids[:-1])} and {ids[-1]} ended FINISHED: item {demo.item} has a {TAG} proxy"


def delete_jobs(demo: Demo) -> str:
    """Delete the finished jobs."""
    finished = [job_id for job_id, job in demo.poll().items() if job.status == "FINISHED"]
    demo.screen.set_caption("(the jobs before the finished ones were deleted)")
    demo.api.delete_jobs(finished)
    for job_id in finished:
        _expect_deleted(demo, job_id)
    remaining = [job.job_id for job in demo.api.get_jobs(sort="jobId asc").job or []]
    expect("remaining jobs", [demo.ids["TRANSCODE"], demo.ids["ARCHIVE"]], remaining)
    return f"Deleted the {len(finished)} finished jobs: {' and '.join(remaining)} remain"


def _expect_deleted(demo: Demo, job_id: str) -> None:
    try:
        job = demo.api.get_job(job_id)
    except NotFoundException:
        return
    raise CheckError(f"the deleted job {job_id}: expected 404 Not Found, found a job that is {job.status}")


STEPS = (
    list_types,
    import_clip,
    start_jobs,
    change_priorities,
    abort_job,
    check_queue_order,
    check_failure,
    rerun_job,
    check_success,
    check_problem,
    solve_problem,
    check_remaining_jobs,
    delete_jobs,
)
