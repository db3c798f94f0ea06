"""``vidispine demo``, as it is seen through a pipe and in terminals, and how it ends when it is stopped."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from cli_runs import COMMAND, Terminal, environment, finish, start

pytest.importorskip("termios", reason="terminals and signals as POSIX has them")

REPORT = (
    r"Listed \d+ job types, including the 6 of the demo",
    r"Started 6 jobs of 6 types: 3 are running, the others are queued",
    r"Changed priorities: VX-6 ANALYZE to HIGHEST, VX-5 COPY_FILE to LOWEST",
    r"Aborted VX-3 ARCHIVE: it ran its cleanup step and ended ABORTED",
    r"VX-6 ANALYZE was created last and ran first, because of its priority",
    r"VX-2 TRANSCODE ended FAILED_TOTAL after two attempts: storage VX-31 is full",
    r"Freed storage and reran VX-2 as VX-7, with priority HIGHEST instead of HIGH",
    r"VX-1 IMPORT ended FINISHED, with all 4 steps done",
    r"VX-4 EXPORT is WAITING because of a problem: StorageOffline, storage VX-32",
    r"Solved the problem: VX-4 EXPORT continued and ended FINISHED",
    r"VX-5, VX-6 and VX-7 ended FINISHED, including the rerun",
    r"Deleted the 5 finished jobs: VX-2 and VX-3 remain",
)
SUMMARY = r"All 12 steps passed in \d+\.\d seconds\."
LAST_STATES = {
    "VX-1": "FINISHED",
    "VX-2": "FAILED_TOTAL",
    "VX-3": "ABORTED",
    "VX-4": "FINISHED",
    "VX-5": "FINISHED",
    "VX-6": "FINISHED",
    "VX-7": "FINISHED",
}
Runs = dict[str, "subprocess.CompletedProcess[str]"]
Terminals = dict[str, Terminal]


def in_terminal(columns: int, lines: int, **changes: str) -> Terminal:
    with Terminal(columns, lines, "demo", **changes) as terminal:
        return terminal.read_to_the_end()


@pytest.fixture(scope="module")
def runs() -> Runs:
    """The demo through a pipe, in several environments, side by side: it waits more than it works."""
    processes = {
        "plain": start("demo"),
        "colours": start("demo", FORCE_COLOR="1"),
        "ascii": start("demo", PYTHONUTF8="0", PYTHONIOENCODING="ascii"),
    }
    return {name: finish(process) for name, process in processes.items()}


@pytest.fixture(scope="module")
def terminals() -> Iterator[Terminals]:
    """The demo in terminals of several kinds, side by side."""
    kinds = {
        "usual": (80, 24, {}),
        "wide": (140, 40, {}),
        "no colour": (80, 24, {"NO_COLOR": "1"}),
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


def assert_tells_the_story(lines: list[str], mark: str = "✓") -> None:
    """Check that the report is there, whole and in order, and then the summary."""
    report = [line[len(mark) + 1 :] for line in lines if line.startswith(f"{mark} ")]
    assert len(report) == len(REPORT)
    assert [line for line, pattern in zip(report, REPORT) if not re.fullmatch(pattern, line)] == []
    assert len([line for line in lines if re.fullmatch(SUMMARY, line)]) == 1
    assert lines[0].startswith("VidiCore simulator running at http://127.0.0.1:")


def changes(lines: list[str]) -> dict[str, list[str]]:
    """Return the states that plain lines tell of each job, without repetition."""
    states: dict[str, list[str]] = {}
    for line in lines:
        found = re.match(r" +\d+\.\d s  (VX-\d) +[A-Z_]+ +[A-Z]+ +([A-Z_]+)", line)
        if found and states.setdefault(found[1], [])[-1:] != [found[2]]:
            states[found[1]].append(found[2])
    return states


def table(lines: list[str]) -> dict[str, list[str]]:
    """Return the words of each row of the table; there must be exactly one table."""
    assert len([line for line in lines if line.startswith("Job ")]) == 1
    return {line.split()[0]: line.split() for line in lines if re.match(r"VX-\d ", line)}


def test_through_a_pipe_it_tells_the_story_in_plain_lines(runs: Runs) -> None:
    done = runs["plain"]
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert_tells_the_story(done.stdout.splitlines())


def test_through_a_pipe_there_is_a_line_for_each_change(runs: Runs) -> None:
    lines = runs["plain"].stdout.splitlines()
    states = changes(lines)
    assert {job: seen[-1] for job, seen in states.items()} == LAST_STATES
    assert states["VX-1"] == ["STARTED", "FINISHED"]
    assert states["VX-4"][0] == "READY"
    assert "WAITING" in states["VX-4"]
    text = [line.split("  ", 2)[-1] for line in lines if line.startswith("  ")]
    assert all(first != second for first, second in zip(text, text[1:]))
    assert any("3/4 Writing the proxy, attempt 2" in line for line in lines)
    assert any("2/3 waiting for StorageOffline" in line for line in lines)
    assert any("3/4 storage VX-31 is full" in line for line in lines)


def test_colours_can_be_forced_into_a_pipe_but_no_animation(runs: Runs) -> None:
    done = runs["colours"]
    assert done.returncode == 0
    codes = set(re.findall(r"\x1b\[[0-9;?]*([A-Za-z])", done.stdout))
    assert codes == {"m"}
    assert_tells_the_story(re.sub(r"\x1b\[[0-9;]*m", "", done.stdout).splitlines())


def test_where_the_mark_cannot_be_written_there_is_a_word(runs: Runs) -> None:
    done = runs["ascii"]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert_tells_the_story(done.stdout.splitlines(), "ok:")


@pytest.mark.parametrize("kind", ["usual", "wide", "no colour", "low"])
def test_in_a_terminal_the_report_stands_above_one_table(kind: str, terminals: Terminals) -> None:
    terminal = terminals[kind]
    assert terminal.status == 0
    lines = terminal.lines  # fails when a line is wider than the terminal
    assert_tells_the_story(lines)
    rows = table(lines)
    assert {job: words[3] for job, words in rows.items()} == LAST_STATES
    assert rows["VX-6"][:3] == ["VX-6", "ANALYZE", "HIGHEST"]
    assert " ".join(rows["VX-2"]).endswith("3/4 storage VX-31 is full")
    assert lines.index("(the jobs before the finished ones were deleted)") > 0


@pytest.mark.parametrize("kind", ["usual", "wide", "no colour"])
def test_in_a_terminal_the_table_lives(kind: str, terminals: Terminals) -> None:
    """The states that a job goes through are drawn one after another, and the cursor comes back."""
    terminal = terminals[kind]
    for state in ("READY", "STARTED", "WAITING", "ABORTED_PENDING"):
        assert state in terminal.text
    progress = re.findall(r"1/4 Transferring the file (\d+)%", terminal.text)
    assert len(set(progress)) > 2
    assert terminal.written.rindex(b"\x1b[?25h") > terminal.written.rindex(b"\x1b[?25l")


def test_a_wide_terminal_has_a_bar(terminals: Terminals) -> None:
    assert any(re.match(r"VX-1 .* FINISHED +━{20}  4/4$", line) for line in terminals["wide"].lines)
    assert "━" not in terminals["usual"].text


def test_colours(terminals: Terminals) -> None:
    """Only colours that a terminal's own palette has, so that they suit its background; none where none are wanted."""
    codes = {
        code for found in re.findall(rb"\x1b\[([0-9;]*)m", terminals["wide"].written) for code in found.split(b";")
    }
    assert codes <= {b"", b"0", b"1", b"3", b"4", b"31", b"32", b"35", b"36", b"90"}
    assert {b"31", b"32", b"35", b"36"} <= codes
    plain = {
        code for found in re.findall(rb"\x1b\[([0-9;]*)m", terminals["no colour"].written) for code in found.split(b";")
    }
    assert plain <= {b"", b"0", b"1", b"3", b"4"}


@pytest.mark.parametrize("kind", ["dumb", "narrow"])
def test_where_a_table_makes_no_sense_there_are_plain_lines(kind: str, terminals: Terminals) -> None:
    terminal = terminals[kind]
    assert terminal.status == 0
    assert not re.search(rb"\x1b\[[0-9;?]*[A-Zhl]", terminal.written)
    lines = terminal.text.replace("\r\n", "\n").splitlines()
    assert_tells_the_story(lines)
    assert {job: seen[-1] for job, seen in changes(lines).items()} == LAST_STATES


def port_of(text: str) -> int:
    found = re.search(r"http://127\.0\.0\.1:(\d+)", text)
    assert found
    return int(found[1])


def is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_ctrl_c_leaves_a_terminal_as_it_was_and_nothing_running() -> None:
    with Terminal(80, 24, "demo") as terminal:
        terminal.read_until("Started 6 jobs")
        assert is_open(port_of(terminal.text))
        terminal.press(b"\x03")
        terminal.read_to_the_end()
        assert terminal.status == 130
        assert "Traceback" not in terminal.text
        assert terminal.written.rindex(b"\x1b[?25h") > terminal.written.rindex(b"\x1b[?25l")
        assert not is_open(port_of(terminal.text))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it(number: signal.Signals, status: int) -> None:
    with start("demo") as process:
        assert process.stdout
        port = port_of(process.stdout.readline())
        process.send_signal(number)
        done = finish(process)
    assert done.returncode == status
    assert done.stderr.strip() == ""
    assert not is_open(port)


def test_sigterm_gives_the_cursor_back() -> None:
    with Terminal(80, 24, "demo") as terminal:
        terminal.read_until("Started 6 jobs")
        terminal.signal(signal.SIGTERM)
        terminal.read_to_the_end()
        assert terminal.status == 143
        assert terminal.written.rindex(b"\x1b[?25h") > terminal.written.rindex(b"\x1b[?25l")


def test_a_reader_that_goes_away_ends_it_without_a_traceback() -> None:
    with subprocess.Popen(
        [*COMMAND, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == ""


def test_settings_of_the_environment_do_not_reach_it() -> None:
    """It has a server of its own, whatever server the user works with."""
    settings = {
        "VIDISPINE_HOST": "http://192.0.2.1/API",
        "VIDISPINE_USERNAME": "somebody",
        "VIDISPINE_PASSWORD": "s3cret-passw0rd",
        "VIDISPINE_TOKEN": "s3cret-t0ken",
    }
    with start("demo", **settings) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        done = finish(process)
    assert any(line.startswith("✓ Listed") for line in lines), (lines, done)
