"""The example that deletes jobs that failed long ago."""

from __future__ import annotations

from test.examples.desk import Desk


def _left(desk: Desk) -> set[str]:
    return {job.job_id for job in desk.jobs()}


def test_deletes_only_jobs_that_failed_over_a_week_ago(desk: Desk) -> None:
    desk.move_to(days_ago=10)
    old = desk.failed(2)
    desk.vidicore.jobs.behave("EXPORT", hold=True)
    aborted = desk.client.job.create_custom_job("EXPORT").job_id
    desk.client.job.abort_job(aborted)
    done = [
        job.job_id for job in desk.ended([desk.client.job.create_custom_job("TRANSCODE"), *desk.jobs(type="EXPORT")])
    ]
    desk.move_to(days_ago=6)
    recent = desk.failed(1)

    shown = desk.run("clean_up_failed_jobs", "--dry-run")
    assert shown.status == 0, shown
    assert [line.split()[0] for line in shown.lines] == old
    assert all(line.endswith("no space") and " TRANSCODE " in line for line in shown.lines), shown
    assert shown.errors == ["2 jobs would be deleted"]
    assert desk.asked("delete_jobs") == 0
    # The server is not asked for all jobs there are.
    assert all(asked.values("finishtime-to") for asked in desk.vidicore.requests.of("get_jobs")[-1:])

    run = desk.run("clean_up_failed_jobs")
    assert (run.status, run.lines, run.errors) == (0, shown.lines, ["2 jobs deleted"])
    assert _left(desk) == {*done, *recent, aborted}

    again = desk.run("clean_up_failed_jobs")
    assert (again.status, again.lines, again.errors) == (0, [], ["0 jobs deleted"])

    assert desk.run("clean_up_failed_jobs", "--aborted", "--days", "5").errors == ["2 jobs deleted"]
    assert aborted not in _left(desk)
    assert not {*recent} & _left(desk)


def test_deletes_many_jobs_in_batches(desk: Desk) -> None:
    desk.move_to(days_ago=30)
    desk.failed(120)
    desk.move_to(days_ago=0)
    run = desk.run("clean_up_failed_jobs", "--days", "1")
    assert run.errors == ["120 jobs deleted"], run
    assert len(set(run.lines)) == 120
    assert desk.asked("delete_jobs") == 3
    assert not _left(desk)


def test_reports_a_missing_permission(desk: Desk) -> None:
    desk.move_to(days_ago=30)
    desk.failed()
    desk.move_to(days_ago=0)
    desk.vidicore.users.add("eve", "3ve", roles=["_job_read"])
    desk.changes = {"VIDISPINE_USERNAME": "eve", "VIDISPINE_PASSWORD": "3ve"}
    run = desk.run("clean_up_failed_jobs")
    assert run.status == 1
    (line,) = run.errors
    assert line.startswith("clean_up_failed_jobs: delete_jobs: 403 Forbidden")
    assert len(_left(desk)) == 1


def test_rejects_a_date_in_the_future(desk: Desk) -> None:
    run = desk.run("clean_up_failed_jobs", "--days", "-1")
    assert run.status == 2
    assert run.errors[-1].endswith("error: --days must be a number from 0 up")
