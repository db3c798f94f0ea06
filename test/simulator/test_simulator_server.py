"""Start, stop, concurrent clients and startup errors."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.simulator.http_client import HttpClient
from vidispine.simulator import Simulator, SimulatorError


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0


def test_context_manager() -> None:
    with Simulator() as vidicore:
        url = vidicore.url
        assert url.startswith("http://127.0.0.1:")
        assert repr(vidicore) == f"<Simulator {url}>"
        with HttpClient(url) as http:
            assert http.get("/job").json == {"hits": 0}
    assert repr(vidicore) == "<Simulator stopped>"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5)


def test_configuration() -> None:
    with Simulator(username="root", password="r00t") as vidicore:
        configuration = vidicore.configuration()
        assert (configuration.host, configuration.username) == (f"{vidicore.url}/API", "root")
        with vidispine.ApiClient(configuration) as api_client:
            job = vidispine.JobApi(api_client).create_custom_job("TRANSCODE")
            assert (job.status, job.user) == ("READY", "root")
    assert "r00t" not in repr(vidicore)


def test_client_disconnect_is_not_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    head = "POST /API/storage/VX-1/file/data?path=a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
    with Simulator() as vidicore:
        secret = b64encode(b"admin:admin").decode()
        address = ("127.0.0.1", int(vidicore.url.rpartition(":")[2]))
        for _ in range(3):
            with socket.create_connection(address, timeout=30) as client:
                client.sendall(f"{head}Authorization: Basic {secret}\r\n\r\n".encode() + b"x" * 1000)
    gc.collect()
    assert [str(complaint.exc_value) for complaint in complaints] == []


def test_stop_releases_threads_and_files() -> None:
    def run() -> None:
        with Simulator() as vidicore, HttpClient(vidicore.url) as http:
            http.create()
            # The client's connection is still open when the server stops.
            begin = time.monotonic()
            vidicore.stop()
            assert time.monotonic() - begin < 2

    run()  # warm up: modules and caches stay open
    threads, files = threading.active_count(), open_files()
    for _ in range(5):
        run()
    assert threading.active_count() == threads
    assert open_files() <= files


def test_stop_releases_port_and_database(tmp_path: Path) -> None:
    with Simulator(db=tmp_path / "state.db") as first:
        port = int(first.url.rpartition(":")[2])
    for _ in range(2):
        with Simulator(port=port, db=tmp_path / "state.db") as second:
            assert second.url == f"http://127.0.0.1:{port}"


def test_start_and_stop_are_idempotent() -> None:
    vidicore = Simulator()
    assert repr(vidicore) == "<Simulator not started>"
    with pytest.raises(SimulatorError, match="the simulator is not running"):
        _ = vidicore.url
    vidicore.start()
    url = vidicore.url
    vidicore.start()
    assert vidicore.url == url
    vidicore.stop()
    vidicore.stop()
    with pytest.raises(SimulatorError, match="cannot be started again"):
        vidicore.start()
    with pytest.raises(SimulatorError, match="the simulator is stopped"):
        vidicore.jobs.behave("TRANSCODE")


def test_setup_before_start() -> None:
    vidicore = Simulator()
    vidicore.jobs.behave("TRANSCODE", seconds=0)
    vidicore.users.add("bob", "b")
    with vidicore, HttpClient(vidicore.url, "bob", "b") as bob:
        assert bob.status(bob.create()) == "FINISHED"


def test_port_in_use() -> None:
    threads = threading.active_count()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SimulatorError) as error:
            Simulator(port=port).start()
    assert str(error.value) == (
        f"cannot listen on 127.0.0.1:{port}: the address is in use; choose another port, or 0 for any free one"
    )
    assert threading.active_count() == threads


def test_unavailable_address() -> None:
    with pytest.raises(SimulatorError, match=r"^cannot listen on 192\.0\.2\.1:0: [A-Za-z ]+$"):
        Simulator("192.0.2.1").start()
    with pytest.raises(SimulatorError, match=r"^cannot listen on no\.such\.host\.invalid:0: [A-Za-z ]+$"):
        Simulator("no.such.host.invalid").start()


def test_wildcard_address() -> None:
    with Simulator("0.0.0.0") as vidicore, HttpClient(vidicore.url) as http:
        assert vidicore.url.startswith("http://127.0.0.1:")
        assert http.get("/job").status == 200


@pytest.mark.skipif(not socket.has_ipv6, reason="this system has no IPv6")
def test_ipv6() -> None:
    try:
        vidicore = Simulator("::1")
        vidicore.start()
    except SimulatorError as error:
        pytest.skip(str(error))
    with vidicore, HttpClient(vidicore.url) as http:
        assert vidicore.url.startswith("http://[::1]:")
        assert http.get("/job").status == 200


def test_two_simulators_are_independent() -> None:
    with Simulator() as one, Simulator() as other:
        one.jobs.behave("TRANSCODE", seconds=0)
        with HttpClient(one.url) as first, HttpClient(other.url) as second:
            assert first.status(first.create()) == "FINISHED"
            assert second.ids() == []
            assert second.status(second.create()) == "STARTED"


@pytest.mark.parametrize(
    "options",
    [
        {"port": -1},
        {"port": 65536},
        {"port": "8080"},
        {"port": True},
        {"speed": 0},
        {"speed": -2},
        {"speed": float("inf")},
        {"speed": float("nan")},
        {"speed": "fast"},
        {"concurrent_jobs": -1},
        {"concurrent_jobs": 1.5},
        {"username": "a:b"},
        {"username": ""},
    ],
)
def test_invalid_options(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        Simulator(**options)


def test_speed_and_slots() -> None:
    with Simulator(speed=1e6, concurrent_jobs=1) as vidicore, HttpClient(vidicore.url) as http:
        vidicore.jobs.behave("TRANSCODE", seconds=1000)
        vidicore.jobs.behave("EXPORT", seconds=1e9)
        long, short = http.create("EXPORT"), http.create()
        assert (http.status(long), http.status(short)) == ("STARTED", "READY")


def test_system_clock() -> None:
    with Simulator(speed=20) as vidicore, HttpClient(vidicore.url) as http:
        job = http.create()
        deadline = time.monotonic() + 20
        states = [http.status(job)]
        while states[-1] != "FINISHED":
            assert time.monotonic() < deadline
            time.sleep(0.01)
            states.append(http.status(job))
        assert set(states) == {"STARTED", "FINISHED"}


def test_concurrent_clients() -> None:
    with Simulator(speed=50, concurrent_jobs=5) as vidicore:
        vidicore.jobs.behave("EXPORT", fail_at=1, sub_jobs=1)
        vidicore.jobs.behave("ANALYZE", wait_for="P")

        def work(number: int) -> list[str]:
            ids = []
            with HttpClient(vidicore.url) as http:
                for name in ("TRANSCODE", "EXPORT", "ANALYZE", "THUMBNAIL"):
                    id = http.create(name, jobmetadata=f"worker={number}")
                    ids.append(id)
                    assert http.get(f"/job/{id}", {"metadata": "true"}).status == 200
                    assert http.send("PUT", f"/job/{id}", {"priority": "HIGH"}).status == 200
                    assert http.get("/job", {"metadata": "true", "step": "true"}).status == 200
                    assert id in http.ids(jobmetadata=f"worker={number}")
                assert http.send("DELETE", f"/job/{ids[0]}").status == 200
            return ids

        with ThreadPoolExecutor(16) as executor:
            ids = [id for result in executor.map(work, range(24)) for id in result]
        assert len(set(ids)) == 24 * 4
        with HttpClient(vidicore.url) as http:
            deadline = time.monotonic() + 30
            while http.get("/job", {"state": "READY,STARTED,WAITING,ABORTED_PENDING", "number": 0}).json["hits"]:
                assert time.monotonic() < deadline
                if http.get("/job/problem").json:
                    vidicore.jobs.resolve("P")
                time.sleep(0.02)
            hits = {state: len(http.ids(state=state, number=500)) for state in ("FINISHED", "FAILED_TOTAL", "ABORTED")}
        assert sum(hits.values()) == 24 * 4
        assert hits["FAILED_TOTAL"] == 24


def test_process_exits_without_stop(tmp_path: Path) -> None:
    script = (
        "from vidispine.simulator import Simulator\n"
        f"simulator = Simulator(db={str(tmp_path / 'state.db')!r})\n"
        "simulator.start()\n"
        "print('served', simulator.url[:16])\n"
    )
    assert run(script) == "served http://127.0.0.1\n"


def test_missing_extra_is_a_one_line_error(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "sys.modules['cheroot'] = None\n"
        "try:\n"
        "    from vidispine.simulator import Simulator\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    result = run(script)
    assert result == "the simulator requires its extra: pip install 'vidispine[simulator]'\n"


def test_modules_are_loaded_lazily() -> None:
    script = (
        "import sys, vidispine.simulator as simulator\n"
        "assert sorted(simulator.__all__) == [name for name in dir(simulator) if name in simulator.__all__]\n"
        "loaded = [name for name in ('cheroot', 'werkzeug', 'sqlite3') if name in sys.modules]\n"
        "print(loaded, simulator.SimulatorError.__name__, hasattr(simulator, 'nothing'))\n"
    )
    assert run(script) == "[] SimulatorError False\n"


def run(script: str) -> str:
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60).stdout
