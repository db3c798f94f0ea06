"""``vidispine simulator``: options, output, signals and errors."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import vidispine
from test.cli.cli_runs import TIMEOUT, Terminal, exit_code_of, run, start
from vidispine.cli import main

pytest.importorskip("termios", reason="needs POSIX terminals and signals")

URL = re.compile(r"http://[^ ]+/API")


@contextmanager
def running(*arguments: str, **changes: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the simulator on a free port; returns the process and the URL of the API."""
    with start("simulator", "--port", "0", *arguments, **changes) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            found = URL.search(line)
            assert found, f"no URL in {line!r}; {process.stderr and process.stderr.read()}"
            yield process, found.group()
        finally:
            if process.poll() is None:
                process.kill()


def stop(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, str]:
    """Send a signal; return the exit code and the remaining output."""
    assert process.stdout
    assert process.stderr
    process.send_signal(number)
    exit_code = exit_code_of(process)
    return exit_code, process.stdout.read(), process.stderr.read()


def api(url: str) -> vidispine.ApiClient:
    return vidispine.ApiClient(vidispine.Configuration(host=url, username="admin", password="admin", retries=0))


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_start_and_stop(number: signal.Signals, exit_code: int) -> None:
    with running() as (process, url):
        with api(url) as client:
            assert "TRANSCODE" in (vidispine.JobApi(client).get_job_types().uri or [])
        code, output, errors = stop(process, number)
    assert (code, errors) == (exit_code, "")
    assert output.splitlines() == [
        "Username admin, password admin",
        "State is kept in memory and lost when the simulator stops",
        "Press Ctrl-C to stop",
        "Stopped",
    ]
    port = int(url.split(":")[2].split("/")[0])
    with socket.socket() as closed:
        assert closed.connect_ex(("127.0.0.1", port)) != 0


def test_ctrl_c_in_a_terminal() -> None:
    with Terminal(80, 24, "simulator", "--port", "0") as terminal:
        terminal.read_until("Press Ctrl-C to stop")
        terminal.press(b"\x03")
        terminal.read_all()
        assert terminal.exit_code == 130
        assert terminal.lines[-3:] == ["^C", "Stopped", ""]


def test_stop_with_a_connected_client() -> None:
    with running() as (process, url):
        port = int(url.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as idle:
            idle.sendall(b"GET /API/jobtype HTTP/1.1\r\n")  # an incomplete request
            assert stop(process, signal.SIGTERM)[0] == 0


def test_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("simulator", "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"vidispine: cannot listen on 127.0.0.1:{port}: the address is in use")
    assert done.stderr.count("\n") == 1


def test_defaults(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The simulator is replaced, because the default port may be in use."""
    from vidispine import simulator

    def refuse(host: str, port: int, **settings: object) -> None:
        raise simulator.SimulatorError(f"{host} {port} {settings['db']} {settings['speed']}")

    monkeypatch.setattr(simulator, "Simulator", refuse)
    assert main(["simulator"]) == 1
    assert capsys.readouterr().err == "vidispine: 127.0.0.1 8080 None 1.0\n"


def test_database_file(tmp_path: Path) -> None:
    db = str(tmp_path / "state.db")
    with running("--db", db) as (process, url):
        with api(url) as client:
            job = vidispine.JobApi(client).create_custom_job("TRANSCODE", priority="HIGH")
        code, output, _ = stop(process, signal.SIGTERM)
    assert code == 0
    assert f"State is kept in {db}" in output.splitlines()
    with running("--db", db) as (process, url):
        with api(url) as client:
            kept = vidispine.JobApi(client).get_job(job.job_id)
        assert (kept.type, kept.priority) == ("TRANSCODE", "HIGH")
        assert stop(process, signal.SIGINT)[0] == 130


def test_state_in_memory() -> None:
    for _ in range(2):
        with running() as (process, url):
            with api(url) as client:
                jobs = vidispine.JobApi(client)
                assert not jobs.get_jobs().job
                jobs.create_custom_job("TRANSCODE")
            stop(process, signal.SIGTERM)


def test_speed(tmp_path: Path) -> None:
    """A job that takes seconds ends at once with a speed of a million."""
    with running("--speed", "1e6") as (process, url):
        with api(url) as client:
            jobs = vidispine.JobApi(client)
            job_id = jobs.create_custom_job("TRANSCODE").job_id
            jobs.get_job_types()
            assert jobs.get_job(job_id).status == "FINISHED"
        stop(process, signal.SIGTERM)


def test_allowed_folders(tmp_path: Path) -> None:
    temporary, media, other = (tmp_path / name for name in ("temporary", "media", "other"))
    for folder in (temporary, media, other):
        folder.mkdir()
        (folder / "clip.mov").write_bytes(b"moving")
    found = {}
    arguments = ["--speed", "1e6", "--allow-folder", str(media), "--allow-folder", str(temporary)]
    with running(*arguments, TMPDIR=str(temporary)) as (process, url):
        with api(url) as client:
            jobs = vidispine.JobApi(client)
            for folder in (temporary, media, other):
                uri = (folder / "clip.mov").as_uri()
                job = vidispine.ImportApi(client).import_item(uri=uri, metadata_type={})
                while job.status not in vidispine.JobState.FINAL:
                    job = jobs.get_job(job.job_id)
                found[folder.name] = job.status
        assert len(list(temporary.iterdir())) == 2
        assert stop(process, signal.SIGTERM)[0] == 0
    assert found == {"temporary": "FINISHED", "media": "FINISHED", "other": "FAILED_TOTAL"}
    assert [path.name for path in temporary.iterdir()] == ["clip.mov"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--speed", "0"], "'--speed': 0 is not a number above 0, such as 10 or 0.5"),
        (["--speed=-1"], "'--speed': -1 is not a number above 0, such as 10 or 0.5"),
        (["--speed", "nan"], "'--speed': nan is not a number above 0, such as 10 or 0.5"),
        (["--speed", "inf"], "'--speed': inf is not a number above 0, such as 10 or 0.5"),
        (["--speed", "fast"], "'--speed': 'fast' is not a valid float"),
        (["--port", "65536"], "'--port': 65536 is not a number from 0 to 65535"),
        (["--port", "http"], "'--port': 'http' is not a valid integer"),
        (["--db", "."], "'--db': File '.' is a directory"),
        (["--allow-folder", "no/such"], "'--allow-folder': Directory 'no/such' does not exist"),
    ],
)
def test_invalid_options(arguments: list[str], message: str) -> None:
    done = run("simulator", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"vidispine simulator: Invalid value for {message} (see 'vidispine simulator --help')\n"


def test_file_is_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Buy milk, and what else there is to buy. " * 50, encoding="utf-8")
    before = path.read_bytes()
    done = run("simulator", "--port", "0", "--db", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"vidispine: {path}: not a database\n")
    assert path.read_bytes() == before


def test_missing_folder(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "state.db"
    done = run("simulator", "--port", "0", "--db", str(path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"vidispine: {path}: ")
    assert done.stderr.count("\n") == 1


def test_database_in_use(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with running("--db", str(path)):
        done = run("simulator", "--port", "0", "--db", str(path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"vidispine: {path}: in use by another simulator\n"


def test_foreign_address() -> None:
    done = run("simulator", "--host", "192.0.2.1", "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("vidispine: cannot listen on 192.0.2.1:0: ")
    assert done.stderr.count("\n") == 1


def test_warning_for_a_public_address() -> None:
    with running("--host", "0.0.0.0") as (process, _):
        code, _, errors = stop(process, signal.SIGTERM)
    warning = (
        "Warning: anyone who can reach 0.0.0.0 over the network can log in, and can read and write the files "
        "that the simulator may access"
    )
    assert (code, errors) == (0, f"{warning}\n")


def test_http_errors_are_not_written_to_the_terminal() -> None:
    import urllib3

    with running() as (process, url):
        with urllib3.PoolManager(retries=False) as pool:
            response = pool.request("GET", f"{url}/job/VX-9", headers={"Accept": "application/json"})
        assert response.status == 401
        assert json.loads(response.data)["notAuthorized"]
        code, output, errors = stop(process, signal.SIGTERM)
    assert (code, errors) == (0, "")
    assert output.endswith("Stopped\n")
