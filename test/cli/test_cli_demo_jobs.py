"""``vidispine demo jobs`` in pipes and terminals, and when it is interrupted."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from test.cli.cli_runs import COMMAND, Terminal, environment, finish, start

pytest.importorskip("termios", reason="needs POSIX terminals and signals")

REPORT = (
    r"Listed \d+ job types, including the 6 of the demo",
    r"VX-1 RAW_IMPORT imported clip\.mov as item VX-1",
    r"Started 6 jobs of 6 types: 3 are running, the others are queued",
    r"Changed priorities: VX-7 ANALYZE to HIGHEST, VX-6 COPY_FILE to LOWEST",
    r"Aborted VX-4 ARCHIVE: it ran its cleanup step and ended ABORTED",
    r"VX-7 ANALYZE was created last and ran first, because of its priority",
    r"VX-3 TRANSCODE ended FAILED_TOTAL after two attempts: storage VX-31 is full",
    r"Freed storage and reran VX-3 as VX-8, with priority HIGHEST instead of HIGH",
    r"VX-2 THUMBNAIL ended FINISHED, with all 4 steps done",
    r"VX-5 EXPORT is WAITING because of a problem: StorageOffline, storage VX-32",
    r"Solved the problem: VX-5 EXPORT continued, wrote a file and ended FINISHED",
    r"VX-6, VX-7 and VX-8 ended FINISHED: item VX-1 has a lowres proxy",
    r"Deleted the 6 finished jobs: VX-3 and VX-4 remain",
)
SUMMARY = r"All 13 steps passed in \d+\.\d seconds\."
LAST_STATES = {
    "VX-1": "FINISHED",
    "VX-2": "FINISHED",
    "VX-3": "FAILED_TOTAL",
    "VX-4": "ABORTED",
    "VX-5": "FINISHED",
    "VX-6": "FINISHED",
    "VX-7": "FINISHED",
    "VX-8": "FINISHED",
}
Runs = dict[str, "subprocess.CompletedProcess[str]"]
Terminals = dict[str, Terminal]


def in_terminal(columns: int, lines: int, **changes: str) -> Terminal:
    with Terminal(columns, lines, "demo", "jobs", **changes) as terminal:
        return terminal.read_all()


@pytest.fixture(scope="module")
def runs() -> Runs:
    """The demo in a pipe, in several environments, in parallel because it mostly waits."""
    processes = {
        "plain": start("demo", "jobs"),
        "colors": start("demo", "jobs", FORCE_COLOR="1"),
        "ascii": start("demo", "jobs", PYTHONUTF8="0", PYTHONIOENCODING="ascii"),
    }
    return {name: finish(process) for name, process in processes.items()}


@pytest.fixture(scope="module")
def terminals() -> Iterator[Terminals]:
    """The demo in several kinds of terminals, in parallel."""
    kinds = {
        "usual": (80, 24, {}),
        "wide": (140, 40, {}),
        "no color": (80, 24, {"NO_COLOR": "1"}),
        "dumb": (80, 24, {"TERM": "dumb"}),
        "narrow": (40, 24, {}),
        "low": (80, 10, {}),
    }
    with ThreadPoolExecutor(len(kinds)) as pool:
        futures = {
            name: pool.submit(in_terminal, columns, lines, **changes)
            for name, (columns, lines, changes) in kinds.items()
        }
        yield {name: future.result() for name, future in futures.items()}


def assert_complete_report(lines: list[str], mark: str = "✓") -> None:
    """Check that the report is complete and in order."""
    report = [line[len(mark) + 1 :] for line in lines if line.startswith(f"{mark} ")]
    assert len(report) == len(REPORT)
    assert [line for line, pattern in zip(report, REPORT) if not re.fullmatch(pattern, line)] == []
    assert len([line for line in lines if re.fullmatch(SUMMARY, line)]) == 1
    assert lines[0].startswith("VidiCore simulator running at http://127.0.0.1:")


def changes(lines: list[str]) -> dict[str, list[str]]:
    """Return the states of each job in plain lines, without repetitions."""
    states: dict[str, list[str]] = {}
    for line in lines:
        found = re.match(r" +\d+\.\d s  (VX-\d) +[A-Z_]+ +[A-Z]+ +([A-Z_]+)", line)
        if found and states.setdefault(found[1], [])[-1:] != [found[2]]:
            states[found[1]].append(found[2])
    return states


def table(lines: list[str]) -> dict[str, list[str]]:
    """Return the words of each row of the only table."""
    assert len([line for line in lines if line.startswith("Job ")]) == 1
    return {line.split()[0]: line.split() for line in lines if re.match(r"VX-\d ", line)}


def test_report_in_a_pipe(runs: Runs) -> None:
    done = runs["plain"]
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert_complete_report(done.stdout.splitlines())


def test_changes_in_a_pipe(runs: Runs) -> None:
    lines = runs["plain"].stdout.splitlines()
    states = changes(lines)
    assert {job: seen[-1] for job, seen in states.items()} == LAST_STATES
    assert states["VX-2"] == ["STARTED", "FINISHED"]
    assert states["VX-5"][0] == "READY"
    assert "WAITING" in states["VX-5"]
    text = [line.split("  ", 2)[-1] for line in lines if line.startswith("  ")]
    assert all(first != second for first, second in zip(text, text[1:]))
    assert any("3/4 Writing the proxy, attempt 2" in line for line in lines)
    assert any("2/3 waiting for StorageOffline" in line for line in lines)
    assert any("3/4 storage VX-31 is full" in line for line in lines)


def test_forced_colors_in_a_pipe(runs: Runs) -> None:
    done = runs["colors"]
    assert done.returncode == 0
    codes = set(re.findall(r"\x1b\[[0-9;?]*([A-Za-z])", done.stdout))
    assert codes == {"m"}
    assert_complete_report(re.sub(r"\x1b\[[0-9;]*m", "", done.stdout).splitlines())


def test_encoding_without_check_mark(runs: Runs) -> None:
    done = runs["ascii"]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert_complete_report(done.stdout.splitlines(), "ok:")


@pytest.mark.parametrize("kind", ["usual", "wide", "no color", "low"])
def test_report_above_one_table_in_a_terminal(kind: str, terminals: Terminals) -> None:
    terminal = terminals[kind]
    assert terminal.exit_code == 0
    lines = terminal.lines  # fails if a line is wider than the terminal
    assert_complete_report(lines)
    rows = table(lines)
    assert {job: words[3] for job, words in rows.items()} == LAST_STATES
    assert rows["VX-7"][:3] == ["VX-7", "ANALYZE", "HIGHEST"]
    assert " ".join(rows["VX-3"]).endswith("3/4 storage VX-31 is full")
    assert lines.index("(the jobs before the finished ones were deleted)") > 0


@pytest.mark.parametrize("kind", ["usual", "wide", "no color"])
def test_live_table_in_a_terminal(kind: str, terminals: Terminals) -> None:
    """Each state of a job is drawn, and the cursor is restored."""
    terminal = terminals[kind]
    for state in ("READY", "STARTED", "WAITING", "ABORTED_PENDING"):
        assert state in terminal.text
    progress = re.findall(r"1/4 Reading the source (\d+)%", terminal.text)
    assert len(set(progress)) > 2
    assert terminal.written.rindex(b"\x1b[?25h") > terminal.written.rindex(b"\x1b[?25l")


def test_progress_bar_in_a_wide_terminal(terminals: Terminals) -> None:
    assert any(re.match(r"VX-2 .* FINISHED +━{20}  4/4$", line) for line in terminals["wide"].lines)
    assert "━" not in terminals["usual"].text


def test_colors(terminals: Terminals) -> None:
    """Only colors of the terminal's palette, which suit its background; none with NO_COLOR."""
    codes = {
        code for found in re.findall(rb"\x1b\[([0-9;]*)m", terminals["wide"].written) for code in found.split(b";")
    }
    assert codes <= {b"", b"0", b"1", b"3", b"4", b"31", b"32", b"35", b"36", b"90"}
    assert {b"31", b"32", b"35", b"36"} <= codes
    plain = {
        code for found in re.findall(rb"\x1b\[([0-9;]*)m", terminals["no color"].written) for code in found.split(b";")
    }
    assert plain <= {b"", b"0", b"1", b"3", b"4"}


@pytest.mark.parametrize("kind", ["dumb", "narrow"])
def test_plain_lines_in_a_terminal_without_room_for_a_table(kind: str, terminals: Terminals) -> None:
    terminal = terminals[kind]
    assert terminal.exit_code == 0
    assert not re.search(rb"\x1b\[[0-9;?]*[A-Zhl]", terminal.written)
    lines = terminal.text.replace("\r\n", "\n").splitlines()
    assert_complete_report(lines)
    assert {job: seen[-1] for job, seen in changes(lines).items()} == LAST_STATES


def port_of(text: str) -> int:
    found = re.search(r"http://127\.0\.0\.1:(\d+)", text)
    assert found
    return int(found[1])


def is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_ctrl_c_restores_the_terminal_and_stops_the_simulator() -> None:
    with Terminal(80, 24, "demo", "jobs") as terminal:
        terminal.read_until("Started 6 jobs")
        assert is_open(port_of(terminal.text))
        terminal.press(b"\x03")
        terminal.read_all()
        assert terminal.exit_code == 130
        assert "Traceback" not in terminal.text
        assert terminal.written.rindex(b"\x1b[?25h") > terminal.written.rindex(b"\x1b[?25l")
        assert not is_open(port_of(terminal.text))


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals(number: signal.Signals, exit_code: int) -> None:
    with start("demo", "jobs") as process:
        assert process.stdout
        port = port_of(process.stdout.readline())
        process.send_signal(number)
        done = finish(process)
    assert done.returncode == exit_code
    assert done.stderr.strip() == ""
    assert not is_open(port)


def test_sigterm_restores_the_cursor() -> None:
    with Terminal(80, 24, "demo", "jobs") as terminal:
        terminal.read_until("Started 6 jobs")
        terminal.signal(signal.SIGTERM)
        terminal.read_all()
        assert terminal.exit_code == 143
        assert terminal.written.rindex(b"\x1b[?25h") > terminal.written.rindex(b"\x1b[?25l")


def test_closed_pipe() -> None:
    with subprocess.Popen(
        [*COMMAND, "demo", "jobs"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == ""


def test_environment_variables_are_ignored() -> None:
    """The demo always uses its own server."""
    settings = {
        "VIDISPINE_HOST": "http://192.0.2.1/API",
        "VIDISPINE_USERNAME": "somebody",
        "VIDISPINE_PASSWORD": "s3cret-passw0rd",
        "VIDISPINE_TOKEN": "s3cret-t0ken",
    }
    with start("demo", "jobs", **settings) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        done = finish(process)
    assert any(line.startswith("✓ Listed") for line in lines), (lines, done)
