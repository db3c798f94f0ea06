"""``vidispine jobs`` in this process, in pipes and in terminals."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

import vidispine
from test.cli.cli_runs import TIMEOUT, Terminal, exit_code_of, feed, finish, run, start
from test.support.loopback import Loopback, hang_up, reply
from vidispine import JobState
from vidispine.cli import main
from vidispine.cli.signals import Terminated, raise_when_terminated
from vidispine.simulator import Simulator

pytest.importorskip("termios", reason="needs POSIX terminals and signals")

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def jobs(logged_in: Simulator) -> Iterator[vidispine.JobApi]:
    with vidispine.ApiClient(logged_in.configuration()) as client:
        yield vidispine.JobApi(client)


def output(capsys: Capture, *arguments: str, exit_code: int = 0) -> str:
    capsys.readouterr()
    assert main(["jobs", *arguments]) == exit_code, capsys.readouterr()
    return capsys.readouterr().out


def ids(capsys: Capture, *arguments: str) -> list[str]:
    return output(capsys, "list", *arguments, "-o", "ids").split()


# list


def test_list_in_each_format(jobs: vidispine.JobApi, logged_in: Simulator, capsys: Capture) -> None:
    logged_in.jobs.behave("EXPORT", seconds=0)
    logged_in.jobs.behave("TRANSCODE", hold=True)
    jobs.create_custom_job("EXPORT", priority="HIGH")
    jobs.create_custom_job("TRANSCODE")
    heading, *rows = output(capsys, "list").splitlines()
    assert heading.split() == ["Job", "Type", "Priority", "State", "User", "Started", "Finished"]
    assert [row.split()[:5] for row in rows] == [
        ["VX-2", "TRANSCODE", "MEDIUM", "HOLD", "admin"],
        ["VX-1", "EXPORT", "HIGH", "FINISHED", "admin"],
    ]
    assert re.fullmatch(r"VX-1 .* \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", rows[1])
    found = json.loads(output(capsys, "list", "--json", "--steps", "--metadata"))
    assert [job["jobId"] for job in found] == ["VX-2", "VX-1"]
    assert found[1]["log"]["task"]
    assert {"key": "username", "value": "admin"} in found[1]["data"]
    assert output(capsys, "list", "-o", "ids") == "VX-2\nVX-1\n"


def test_empty_list(jobs: vidispine.JobApi, capsys: Capture) -> None:
    for arguments, expected, remark in (
        ([], "", "No jobs\n"),
        (["--json"], "[]\n", ""),
        (["-o", "ids"], "", ""),
    ):
        assert main(["jobs", "list", *arguments]) == 0
        assert tuple(capsys.readouterr()) == (expected, remark)


def test_limit(jobs: vidispine.JobApi, logged_in: Simulator, capsys: Capture) -> None:
    logged_in.jobs.behave("EXPORT", hold=True)
    for _ in range(105):
        jobs.create_custom_job("EXPORT")
    assert main(["jobs", "list"]) == 0
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 1 + 100
    assert captured.err == "100 of 105 jobs; --limit and --all show more\n"
    assert len(ids(capsys, "--all")) == 105
    assert len(ids(capsys, "--limit", "3")) == 3
    assert ids(capsys, "--sort", "jobId asc", "--limit", "2") == ["VX-1", "VX-2"]


def test_all_filters_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback() as server:
        monkeypatch.setenv("VIDISPINE_HOST", server.url)
        monkeypatch.setenv("VIDISPINE_USERNAME", "admin")
        monkeypatch.setenv("VIDISPINE_PASSWORD", "admin")
        arguments = (
            "--state running --state aborted --type transcode --priority high --data itemId=VX-7 --all-users --steps "
            "--field itemId --started-after 2024-01-01T00:00:00+00:00 --started-before 2024-01-02T00:00:00+00:00 "
            "--finished-after 2024-01-03T00:00:00+00:00 --finished-before 2024-01-04T00:00:00+00:00"
        )
        assert main(["jobs", "list", *arguments.split(), "--sort", "priority desc"]) == 0
        query = dict(server.only.query)
    assert {name: value for name, value in query.items() if name not in ("first", "number")} == {
        "state": ",".join([*(word for word in JobState.values() if word not in JobState.FINAL), "ABORTED"]),
        "type": "TRANSCODE",
        "priority": "HIGH",
        "jobmetadata": "itemId=VX-7",
        "user": "false",
        "step": "true",
        "metadata": "true",
        "field": "itemId",
        "starttime-from": "2024-01-01T00:00:00+00:00",
        "starttime-to": "2024-01-02T00:00:00+00:00",
        "finishtime-from": "2024-01-03T00:00:00+00:00",
        "finishtime-to": "2024-01-04T00:00:00+00:00",
        "sort": "priority desc",
    }


@pytest.mark.parametrize(("state", "meant"), [("faild", "failed"), ("RUNING", "running"), ("Finised", "finished")])
def test_a_misspelled_state_is_rejected(
    jobs: vidispine.JobApi, logged_in: Simulator, capsys: Capture, state: str, meant: str
) -> None:
    number = len(logged_in.requests)
    assert main(["jobs", "list", "--state", state]) == 2
    assert f"there is no state '{state}': did you mean '{meant}'?" in capsys.readouterr().err
    assert len(logged_in.requests) == number
    # A state that only newer servers have is sent.
    assert main(["jobs", "list", "--state", "QUARANTINE"]) == 0


def test_state_groups(jobs: vidispine.JobApi, logged_in: Simulator, capsys: Capture) -> None:
    logged_in.jobs.behave("EXPORT", seconds=0)
    logged_in.jobs.behave("IMPORT", seconds=0, fail_at=1)
    logged_in.jobs.behave("TRANSCODE", hold=True)
    for name in ("EXPORT", "IMPORT", "TRANSCODE"):
        jobs.create_custom_job(name)
    assert ids(capsys, "--state", "succeeded") == ["VX-1"]
    assert ids(capsys, "--state", "Failed") == ["VX-2"]
    assert ids(capsys, "--state", "final") == ["VX-2", "VX-1"]
    assert ids(capsys, "--state", "running") == ["VX-3"]
    assert ids(capsys, "--state", "running", "--state", "finished") == ["VX-3", "VX-1"]


# show, problems, types


def test_show_and_problems(jobs: vidispine.JobApi, logged_in: Simulator, capsys: Capture) -> None:
    logged_in.jobs.behave("IMPORT", seconds=0, fail_at=2, message="no space left", attempts=3)
    logged_in.jobs.behave("EXPORT", wait_for={"type": "StorageNotAvailable", "data": {"storage": "VX-3"}}, wait_at=1)
    jobs.create_custom_job("IMPORT", jobmetadata={"itemId": "VX-7"})
    jobs.create_custom_job("EXPORT")
    jobs.get_job("VX-2")
    text = output(capsys, "show", "VX-1", "VX-2")
    assert "VX-1  IMPORT  FAILED_TOTAL\n" in text
    assert re.search(r"^ +2  FAILED_\w+ +.*, attempt 3: no space left$", text, re.MULTILINE)
    assert re.search(r"^  itemId +VX-7$", text, re.MULTILINE)
    assert "Waiting for\n  StorageNotAvailable (storage=VX-3)\n" in text
    assert json.loads(output(capsys, "show", "VX-1", "--json"))["jobId"] == "VX-1"
    assert [job["jobId"] for job in json.loads(output(capsys, "show", "VX-2", "VX-1", "--json"))] == ["VX-2", "VX-1"]
    row = output(capsys, "problems").splitlines()[1].split()
    assert row[1:] == ["StorageNotAvailable", "storage=VX-3", "VX-2"]
    assert json.loads(output(capsys, "problems", "VX-2", "--json"))[0]["job"] == ["VX-2"]
    assert output(capsys, "problems", "VX-1") == ""


def test_types(jobs: vidispine.JobApi, capsys: Capture) -> None:
    assert "TRANSCODE" in output(capsys, "types", "-o", "ids").split()
    assert "TRANSCODE" in json.loads(output(capsys, "types", "--json"))


# start, rerun, abort, delete, priority


def test_start_and_rerun(jobs: vidispine.JobApi, capsys: Capture) -> None:
    assert output(capsys, "start", "transcode", "itemId=VX-7", "a=b=c", "--priority", "low", "-o", "ids") == "VX-1\n"
    job = jobs.get_job("VX-1", metadata=True)
    data = {pair.key: pair.value for pair in job.data or []}
    assert (job.type, job.priority, data["itemId"], data["a"]) == ("TRANSCODE", "LOW", "VX-7", "b=c")
    found = json.loads(output(capsys, "rerun", "VX-1", "--priority", "high", "--json"))
    assert [(copy["jobId"], copy["priority"], copy["type"]) for copy in found] == [("VX-2", "HIGH", "TRANSCODE")]


def test_rerun_reports_started_jobs_on_failure(jobs: vidispine.JobApi, logged_in: Simulator, capsys: Capture) -> None:
    jobs.create_custom_job("EXPORT")
    assert main(["jobs", "rerun", "VX-1", "VX-9"]) == 4
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("VX-1 runs again as VX-2\nvidispine: create_duplicate_job: 404")


def test_abort_delete_and_priority(jobs: vidispine.JobApi, logged_in: Simulator, capsys: Capture) -> None:
    logged_in.jobs.behave("EXPORT", hold=True)
    for _ in range(3):
        jobs.create_custom_job("EXPORT")
    assert main(["jobs", "priority", "highest", "VX-1", "VX-2"]) == 0
    assert capsys.readouterr().err == "VX-1 has the priority HIGHEST\nVX-2 has the priority HIGHEST\n"
    assert [jobs.get_job(job_id).priority for job_id in ("VX-1", "VX-2", "VX-3")] == ["HIGHEST", "HIGHEST", "MEDIUM"]
    assert main(["jobs", "abort", "VX-1", "--no-cleanup", "--reason", "wrong source"]) == 0
    job = jobs.get_job("VX-1", metadata=True)
    assert (job.status, {"wrong source"} <= {pair.value for pair in job.data or []}) == ("ABORTED", True)
    assert main(["jobs", "delete", "VX-1"]) == 2
    assert "there is no terminal for the confirmation: use --yes" in capsys.readouterr().err
    assert main(["jobs", "delete", "VX-1", "--yes"]) == 0
    assert tuple(capsys.readouterr()) == ("", "Deleted job VX-1\n")
    assert ids(capsys) == ["VX-3", "VX-2"]


def test_ids_on_standard_input(vidicore: Simulator, as_admin: dict[str, str]) -> None:
    vidicore.jobs.behave("IMPORT", seconds=0, fail_at=1)
    vidicore.jobs.behave("EXPORT", hold=True)
    for name in ("IMPORT", "EXPORT", "IMPORT"):
        assert run("jobs", "start", name, **as_admin).returncode == 0
    failed = run("jobs", "list", "--state", "failed", "-o", "ids", **as_admin)
    done = feed(failed.stdout, "jobs", "delete", "--yes", "-", **as_admin)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Deleted 2 jobs\n")
    assert run("jobs", "list", "-o", "ids", **as_admin).stdout == "VX-2\n"
    nothing = feed("\n", "jobs", "delete", "--yes", "-", **as_admin)
    assert (nothing.returncode, "there are no ids on standard input" in nothing.stderr) == (2, True)


@pytest.mark.parametrize(
    ("response", "exit_code", "left"), [("y", 0, ""), ("n", 1, "VX-1\n"), ("ctrl-c", 130, "VX-1\n")]
)
def test_delete_asks_for_confirmation(
    response: str, exit_code: int, left: str, vidicore: Simulator, as_admin: dict[str, str]
) -> None:
    vidicore.jobs.behave("EXPORT", seconds=0)
    run("jobs", "start", "EXPORT", **as_admin)
    with Terminal(80, 24, "jobs", "delete", "VX-1", **as_admin) as terminal:
        terminal.read_until("Delete job VX-1? [y/N]")
        if response == "ctrl-c":
            terminal.interrupt()
        else:
            terminal.press(f"{response}\n".encode())
            terminal.read_all()
        assert terminal.exit_code == exit_code
        assert "Traceback" not in terminal.text
    assert run("jobs", "list", "-o", "ids", **as_admin).stdout == left


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["show", "VX-9"], 4, "vidispine: get_job: 404 Not Found: no Job with id VX-9"),
        (["rerun", "VX-9"], 4, "no Job with id VX-9"),
        (["wait", "VX-9"], 4, "no Job with id VX-9"),
        (["watch", "VX-9"], 4, "no Job with id VX-9"),
        (["show", ""], 2, "an id must not be empty"),
        (["show"], 2, "Missing argument"),
        (["priority", "soon", "VX-1"], 2, "'SOON' is not a priority: use one of IMMEDIATE, HIGHEST, HIGH"),
        (["start", "TRANSCODE", "itemId"], 2, "'itemId' is not of the form key=value"),
        (["start", "NOSUCH"], 1, "there is no job type NOSUCH"),
        (["list", "--data", "x"], 2, "'x' is not of the form key=value"),
        (["list", "--started-after", "soon"], 2, "'soon' is not a time such as 2026-01-31"),
        (["list", "--limit", "0"], 2, "0 is not in the range"),
        (["wait", "VX-9", "--max-wait", "long"], 2, "'long' is not a duration such as 90s, 15m, 2h or 7d"),
        (["watch", "--interval", "0"], 2, "--interval must be above 0"),
        (["lst"], 2, "vidispine jobs: unknown command 'lst': did you mean 'list'? (see 'vidispine jobs --help')"),
    ],
)
def test_errors(arguments: list[str], exit_code: int, message: str, jobs: vidispine.JobApi, capsys: Capture) -> None:
    assert main(["jobs", *arguments]) == exit_code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert captured.err.count("\n") == 1


# wait


@pytest.mark.parametrize(
    ("behavior", "exit_code", "state"),
    [
        ({}, 0, "FINISHED"),
        ({"warn_at": 1}, 0, "FINISHED_WARNING"),
        ({"fail_at": 2, "message": "no space"}, 3, "FAILED_TOTAL"),
    ],
)
def test_wait_in_a_pipe(
    behavior: dict[str, Any], exit_code: int, state: str, vidicore: Simulator, as_admin: dict[str, str]
) -> None:
    """The ended jobs are on standard output, the progress on standard error."""
    vidicore.jobs.behave("EXPORT", seconds=20, **behavior)
    done = run("jobs", "start", "EXPORT", "--wait", "--json", **as_admin)
    assert done.returncode == exit_code
    assert [job["status"] for job in json.loads(done.stdout)] == [state]
    assert state in done.stderr
    assert "\x1b" not in done.stderr
    assert ("no space" in done.stderr) == (exit_code == 3)


def test_wait_keeps_the_order_of_jobs(vidicore: Simulator, as_admin: dict[str, str]) -> None:
    vidicore.jobs.behave("EXPORT", seconds=40)
    vidicore.jobs.behave("IMPORT", seconds=1, fail_at=1)
    for name in ("EXPORT", "IMPORT"):
        run("jobs", "start", name, **as_admin)
    done = run("jobs", "wait", "VX-1", "VX-2", **as_admin)
    assert done.returncode == 3
    assert [row.split()[0] for row in done.stdout.splitlines()[1:]] == ["VX-1", "VX-2"]


def test_max_wait(vidicore: Simulator, as_admin: dict[str, str]) -> None:
    vidicore.jobs.behave("EXPORT", hold=True)
    run("jobs", "start", "EXPORT", **as_admin)
    done = run("jobs", "wait", "VX-1", "--max-wait", "1s", "--json", **as_admin)
    assert (done.returncode, done.stdout) == (7, "[]\n")
    assert done.stderr.splitlines()[-1] == "Still running after 1s: VX-1"


def test_ctrl_c_ends_the_wait_but_not_the_job(vidicore: Simulator, as_admin: dict[str, str]) -> None:
    vidicore.jobs.behave("EXPORT", hold=True)
    with Terminal(80, 24, "jobs", "start", "EXPORT", "--wait", **as_admin) as terminal:
        terminal.read_until("HOLD")
        terminal.press(b"\x03")
        terminal.read_all()
        assert terminal.exit_code == 130
        assert "The jobs continue on the server: vidispine jobs wait VX-1" in terminal.text
        assert "Traceback" not in terminal.text
        assert terminal.written.rstrip().endswith(b"VX-1") or b"\x1b[?25h" in terminal.written, "the cursor is restored"
    assert run("jobs", "list", "-o", "ids", **as_admin).stdout == "VX-1\n"


@pytest.mark.parametrize("command", ["jobs wait VX-1", "jobs watch VX-1", "demo jobs", "simulator --port 0"])
def test_closed_terminal_ends_a_command(command: str, vidicore: Simulator, as_admin: dict[str, str]) -> None:
    vidicore.jobs.behave("EXPORT", hold=True)
    run("jobs", "start", "EXPORT", **as_admin)
    with Terminal(80, 24, *command.split(), **as_admin) as terminal:
        terminal.read_until({"demo jobs": "Started 6 jobs", "simulator --port 0": "Ctrl-C"}.get(command, "HOLD"))
        assert terminal.close() == 129


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_wait_on_a_terminal(columns: int, vidicore: Simulator, as_admin: dict[str, str]) -> None:
    """The live table is erased at the end; the ended job remains."""
    vidicore.jobs.behave("EXPORT", seconds=60)
    with Terminal(columns, 24, "jobs", "start", "EXPORT", "--wait", **as_admin) as terminal:
        terminal.read_all()
        assert terminal.exit_code == 0
        lines = [line for line in terminal.lines if line]
        assert len(lines) == 2
        assert lines[0].split()[0] == "Job"
        assert lines[1].split()[0] == "VX-1"
        assert "FINISHED" in lines[1]
        assert "STARTED" in terminal.text
        assert re.search(r"\d+%", terminal.text), "the progress is shown"


# watch


def test_watch_in_a_pipe(vidicore: Simulator, as_admin: dict[str, str]) -> None:
    vidicore.jobs.behave("EXPORT", seconds=5, hold=True)
    run("jobs", "start", "EXPORT", **as_admin)
    with start("jobs", "watch", "VX-1", "--interval", "0.1", **as_admin) as process:
        assert process.stdout
        first = process.stdout.readline()
        vidicore.jobs.release("VX-1")
        done = finish(process)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [first, *done.stdout.splitlines()]
    assert first.split()[:4] == ["VX-1", "EXPORT", "MEDIUM", "HOLD"]
    assert lines[-1].split()[:4] == ["VX-1", "EXPORT", "MEDIUM", "FINISHED"]
    assert len(lines) == len(set(lines)), "no line is repeated"


@pytest.mark.parametrize("columns", [40, 100])
def test_watch_on_a_terminal_until_ctrl_c(columns: int, vidicore: Simulator, as_admin: dict[str, str]) -> None:
    vidicore.jobs.behave("EXPORT", hold=True)
    with Terminal(columns, 24, "jobs", "watch", "--interval", "0.1", **as_admin) as terminal:
        terminal.read_until("No jobs")
        run("jobs", "start", "EXPORT", **as_admin)
        terminal.read_until("HOLD")
        terminal.press(b"\x03")
        terminal.read_all()
        assert terminal.exit_code == 130
        assert "Traceback" not in terminal.text
        assert [line.split()[0] for line in terminal.lines if line.strip(" ^C")] == ["Job", "VX-1"]


def test_watch_continues_without_a_response(as_admin: dict[str, str]) -> None:
    with Loopback() as server:
        job = {"jobId": "VX-1", "status": "STARTED", "type": "EXPORT", "priority": "LOW"}
        server.responses += [reply({"job": [job]}), hang_up, hang_up]
        server.otherwise = reply({"job": [{**job, "status": "WAITING"}]})
        found = {**as_admin, "VIDISPINE_HOST": server.url}
        with start("jobs", "watch", "--interval", "0.1", "--retries", "0", **found) as process:
            assert process.stdout
            lines = [process.stdout.readline() for _ in range(3)]
            process.send_signal(signal.SIGINT)
            assert exit_code_of(process) == 130
            assert process.stderr
            assert process.stderr.read() == ""
    assert lines[0].split()[3] == "STARTED"
    assert lines[1].startswith("No response since ")
    assert lines[2].split()[3] == "WAITING"


# Connection errors, pipes and signals


def test_unreachable_server(as_admin: dict[str, str]) -> None:
    with Loopback() as server:
        gone = server.url
    for arguments in (["list"], ["show", "VX-1"], ["start", "EXPORT"], ["watch"], ["abort", "VX-1"]):
        done = run("jobs", *arguments, "--retries", "0", **{**as_admin, "VIDISPINE_HOST": gone})
        assert (done.returncode, done.stdout) == (6, "")
        assert done.stderr.startswith("vidispine: ")
        assert done.stderr.count("\n") == 1
        assert "Traceback" not in done.stderr


def test_closed_pipe(vidicore: Simulator, as_admin: dict[str, str]) -> None:
    vidicore.jobs.behave("EXPORT", hold=True)
    run("jobs", "start", "EXPORT", **as_admin)
    with start("jobs", "watch", "--interval", "0.1", **as_admin) as process:
        assert process.stdout
        assert "VX-1" in process.stdout.readline()
        process.stdout.close()
        vidicore.jobs.release("VX-1")
        assert process.wait(TIMEOUT) == 141
        assert process.stderr
        assert process.stderr.read() == ""


def test_sigterm_ends_the_wait(vidicore: Simulator, as_admin: dict[str, str]) -> None:
    vidicore.jobs.behave("EXPORT", hold=True)
    run("jobs", "start", "EXPORT", **as_admin)
    with start("jobs", "wait", "VX-1", **as_admin) as process:
        assert process.stderr
        assert "HOLD" in process.stderr.readline()
        process.terminate()
        ended = finish(process)
    assert (ended.returncode, ended.stdout, ended.stderr) == (143, "", "")


def test_sigterm_is_not_lost_in_code_whose_errors_python_ignores() -> None:
    class Interrupted:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    def work() -> None:
        Interrupted()
        time.sleep(TIMEOUT)

    with pytest.raises(Terminated), raise_when_terminated():
        work()
