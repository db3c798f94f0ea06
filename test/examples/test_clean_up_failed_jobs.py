"""The example that deletes old failed jobs."""

from __future__ import annotations

from test.examples.sandbox import Sandbox


def _left(sandbox: Sandbox) -> set[str]:
    return {job.job_id for job in sandbox.jobs()}


def test_deletes_only_jobs_that_failed_over_a_week_ago(sandbox: Sandbox) -> None:
    sandbox.move_to(days_ago=10)
    old = sandbox.failed(2)
    sandbox.vidicore.jobs.behave("EXPORT", hold=True)
    aborted = sandbox.client.job.create_custom_job("EXPORT").job_id
    sandbox.client.job.abort_job(aborted)
    done = [
        job.job_id
        for job in sandbox.ended([sandbox.client.job.create_custom_job("TRANSCODE"), *sandbox.jobs(type="EXPORT")])
    ]
    sandbox.move_to(days_ago=6)
    recent = sandbox.failed(1)

    shown = sandbox.run("clean_up_failed_jobs", "--dry-run")
    assert shown.status == 0, shown
    assert [line.split()[0] for line in shown.lines] == old
    assert all(line.endswith("no space") and " TRANSCODE " in line for line in shown.lines), shown
    assert shown.errors == ["2 jobs would be deleted"]
    assert sandbox.asked("delete_jobs") == 0
    # The example does not list all jobs.
    assert all(asked.values("finishtime-to") for asked in sandbox.vidicore.requests.of("get_jobs")[-1:])

    run = sandbox.run("clean_up_failed_jobs")
    assert (run.status, run.lines, run.errors) == (0, shown.lines, ["2 jobs deleted"])
    assert _left(sandbox) == {*done, *recent, aborted}

    again = sandbox.run("clean_up_failed_jobs")
    assert (again.status, again.lines, again.errors) == (0, [], ["0 jobs deleted"])

    assert sandbox.run("clean_up_failed_jobs", "--aborted", "--days", "5").errors == ["2 jobs deleted"]
    assert aborted not in _left(sandbox)
    assert not {*recent} & _left(sandbox)


def test_deletes_many_jobs_in_batches(sandbox: Sandbox) -> None:
    sandbox.move_to(days_ago=30)
    sandbox.failed(120)
    sandbox.move_to(days_ago=0)
    run = sandbox.run("clean_up_failed_jobs", "--days", "1")
    assert run.errors == ["120 jobs deleted"], run
    assert len(set(run.lines)) == 120
    assert sandbox.asked("delete_jobs") == 3
    assert not _left(sandbox)


def test_reports_a_missing_permission(sandbox: Sandbox) -> None:
    sandbox.move_to(days_ago=30)
    sandbox.failed()
    sandbox.move_to(days_ago=0)
    sandbox.vidicore.users.add("eve", "3ve", roles=["_job_read"])
    sandbox.changes = {"VIDISPINE_USERNAME": "eve", "VIDISPINE_PASSWORD": "3ve"}
    run = sandbox.run("clean_up_failed_jobs")
    assert run.status == 1
    (line,) = run.errors
    assert line.startswith("clean_up_failed_jobs: delete_jobs: 403 Forbidden")
    assert len(_left(sandbox)) == 1


def test_rejects_a_date_in_the_future(sandbox: Sandbox) -> None:
    run = sandbox.run("clean_up_failed_jobs", "--days", "-1")
    assert run.status == 2
    assert run.errors[-1].endswith("error: --days must be a number of at least 0")
