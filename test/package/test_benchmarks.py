"""The benchmarks run and report correctly. Speed itself is not tested."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import vidispine
from benchmarks import __main__ as command
from benchmarks import plots, report
from benchmarks.contenders import BASELINE, FAST, OPENAPI_GENERATOR, OURS, PUBLISHED, Contender, script_command
from benchmarks.documents import item_list, job, job_list
from benchmarks.rows import ROWS, Goal, Result, Row, measure, milliseconds_over, rate, ratio, row
from benchmarks.runner import MORE_ROUNDS, WARM_UP_CALLS, Round, Runner, Spread
from benchmarks.scripts.by_hand import works
from benchmarks.scripts.ours import all_works
from benchmarks.scripts.reading import read_by_types
from benchmarks.scripts.worker import Inputs
from benchmarks.server import JobList

WORK = (
    *("decode", "decode_two", "decode_all", "decode_xml", "decode_items", "metadata_by_name", "table"),
    *("build", "build_by_name", "encode", "encode_edited"),
    *("get_job", "get_job_in_threads", "get_jobs", "iterate", "file_down", "file_up"),
)
ONLY_OURS = (
    *("decode_by_types", "get_job_with_hooks", "get_job_with_options"),
    *(["get_job_with_tracing"] if find_spec("opentelemetry") else ()),
)
ROOT = Path(report.__file__).parents[1]


def test_sample_documents_have_the_stated_size() -> None:
    jobs = vidispine.JobListType.from_document(job_list(1000))
    jobs.validate()
    assert jobs.job is not None
    assert len({one.job_id for one in jobs.job}) == jobs.hits == 1000
    assert jobs.additional_properties == {}
    assert 0.8e6 < len(json.dumps(job_list(1000), separators=(",", ":"))) < 1.2e6


def test_pages_of_the_list() -> None:
    jobs = JobList(10)
    pages = [json.loads(jobs.page(first, 4)) for first in (1, 4, 7, 10, 11, 99)]
    assert [page["hits"] for page in pages] == [10] * 6
    ids = [[int(one["jobId"][3:]) for one in page["job"]] for page in pages]
    assert ids == [[1, 2, 3, 4], [4, 5, 6, 7], [7, 8, 9, 10], [10], [], []]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "work"),
    [(OURS.script, (*WORK, *ONLY_OURS)), (BASELINE.script, WORK)],
    ids=["ours", "bare"],
)
def test_contender_runs_every_workload(script: str, work: tuple[str, ...], tmp_path: Path) -> None:
    """Run against the loopback server of the benchmarks, in this environment."""
    (tmp_path / "job.json").write_text(json.dumps(job(500)), encoding="utf-8")
    (tmp_path / "jobs.json").write_text(json.dumps(job_list(20)), encoding="utf-8")
    (tmp_path / "items.json").write_text(json.dumps(item_list(2)), encoding="utf-8")
    (tmp_path / "file").write_bytes(bytes(1_000_000))
    command = [sys.executable, "-m", "benchmarks.server", str(tmp_path / "job.json"), str(tmp_path / "file"), "2500"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout
        host = f"http://127.0.0.1:{int(server.stdout.readline())}/API"
        paths = {"jobs": "jobs.json", "items": "items.json", "file": "file"}
        inputs = {"host": host, **{name: str(tmp_path / path) for name, path in paths.items()}}
        orders = [inputs, *({"work": each, "calls": 2} for each in work)]
        lines = "".join(json.dumps(order) + "\n" for order in [*orders, {"work": "something else", "calls": 1}])
        done = subprocess.run(
            script_command(sys.executable, script), input=lines, capture_output=True, text=True, check=False
        )
        server.terminate()
    assert not done.stderr
    *responses, unknown = [json.loads(line)["seconds"] for line in done.stdout.splitlines()]
    assert len(responses) == len(work)
    assert all(seconds > 0 for seconds in responses)
    assert unknown is None


@pytest.mark.slow
def test_growth_is_timed_for_each_size() -> None:
    done = subprocess.run(
        script_command(sys.executable, "growing"),
        input=json.dumps({"jobs": [1, 2], "levels": [1]}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    growth = json.loads(done.stdout)
    assert {kind: list(sizes) for kind, sizes in growth.items()} == {"jobs": ["1", "2"], "levels": ["1"]}
    works = ["json.loads", "decode and read everything", "the same, garbage collector off", "encode"]
    for seconds in [*growth["jobs"].values(), *growth["levels"].values()]:
        assert list(seconds) == works
        assert all(one > 0 for one in seconds.values())


class RecordedWorker:
    """Replaces a process whose calls take a second. It supports any work but ``"unsupported"``."""

    events: list[tuple[str, str]] = []

    def __init__(self, contender: Contender, *_: object) -> None:
        self.contender = contender
        self.record("start")

    def record(self, event: str) -> None:
        self.events.append((event, self.contender.script))

    def time(self, work: str, calls: int) -> float | None:
        self.record(f"{calls} calls")
        return None if work == "unsupported" else 1.0

    def close(self) -> None:
        self.record("close")


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    monkeypatch.setattr("benchmarks.runner.Worker", RecordedWorker)
    monkeypatch.setattr(RecordedWorker, "events", [])
    monkeypatch.setattr(Contender, "python", lambda *_: Path("python"))
    monkeypatch.setattr(Runner, "_inputs", {})
    return RecordedWorker.events


def test_each_round_has_new_processes(events: list[tuple[str, str]]) -> None:
    with Runner((OURS,), 3) as runner:
        assert runner.compare_work("work") == [{BASELINE: 1.0, OURS: 1.0}] * 3
    scripts = [BASELINE.script, OURS.script]
    assert sorted(event for event in events if event[0] in ("start", "close")) == sorted(
        (event, script) for event in ("start", "close") for script in scripts * 4
    )
    rounds = events[-3 * 8 - 2 : -2]  # the first processes, which count the calls of a turn, end last
    for number in range(3):
        order = scripts if number % 2 == 0 else scripts[::-1]
        steps = ("start", f"{WARM_UP_CALLS} calls", "1 calls")
        assert rounds[number * 8 : number * 8 + 6] == [(step, one) for step in steps for one in order]


@pytest.mark.usefixtures("events")
def test_starts_and_work_that_asks_for_it_have_more_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.runner._time_statements", lambda *_: 0.1)
    with Runner((OURS,), 2) as runner:
        assert len(runner.compare_work("work")) == 2
        assert len(runner.compare_work("work", more_rounds=True)) == 2 * MORE_ROUNDS
        assert len(runner.compare_starts("ready", whole_process=False)) == 2 * MORE_ROUNDS


def test_contender_that_starts_slowly_keeps_its_process(
    events: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.runner.MAX_START_SECONDS", 0)
    with Runner((OURS,), 3) as runner:
        assert len(runner.compare_work("work")) == 3
    for event in ("start", "close"):
        assert [script for kind, script in events if kind == event].count(OURS.script) == 1


def test_contender_without_the_work_has_no_turn(events: list[tuple[str, str]]) -> None:
    with Runner((OURS,), 3) as runner:
        assert runner.compare_work("unsupported", than=(FAST, "work")) == [{BASELINE: 1.0}] * 3
    # OURS has the same script, but no turn: the baseline alone is warmed up in each round.
    assert events.count((f"{WARM_UP_CALLS} calls", FAST.script)) == 3


def test_figures_of_one_round() -> None:
    turn = {BASELINE: 0.2, OURS: 0.25}
    assert ratio(turn, OURS) == 1.25
    assert rate(turn, OURS) == 0.8
    assert milliseconds_over(turn, OURS) == pytest.approx(50)


def test_table_and_metadata_are_those_by_hand() -> None:
    items = json.dumps(item_list(3)).encode()
    inputs = Inputs(b"", items, Path(), "")
    by_hand = works(json.loads, json.dumps)
    for name in ("metadata_by_name", "table"):
        assert all_works()[name](inputs)() == by_hand[name](inputs)()
    table: Any = by_hand["table"](inputs)()
    assert table[0]["subject.portal_mf000003"] == ["value 3 of item 1"] * 3


def test_generic_code_reads_every_attribute() -> None:
    read: list[str] = []

    class Recorder:
        def __init__(self, **attributes: object) -> None:
            self.__dict__.update(attributes, openapi_types=attributes)

        def __getattribute__(self, name: str) -> object:
            read.append(name)
            return object.__getattribute__(self, name)

    read_by_types(Recorder(hits=1, job=[Recorder(job_id="VX-1", log=Recorder(task=None))]))
    assert [name for name in read if name in ("hits", "job", "job_id", "log", "task")] == [
        *("hits", "job", "job_id", "log", "task")
    ]


def test_ratios_are_computed_per_round() -> None:
    """A round in which everything is ten times slower changes no ratio."""
    rounds = [{BASELINE: 1.0, OURS: 1.1}, {OURS: 12.0, BASELINE: 10.0}, {BASELINE: 1.0, OURS: 1.3}]
    result = measure(Row("key", "work", "with", lambda _: rounds, ratio, "×"), None)  # type: ignore[arg-type]
    assert result.spreads[OURS].median == pytest.approx(1.2)
    assert result.spreads[OURS].low == pytest.approx(1.15)
    assert result.spreads[OURS].high == pytest.approx(1.25)
    assert result.baseline == 1.0


@pytest.mark.parametrize(
    ("goals", "median", "verdict"),
    [
        ([Goal(1.1)], 1.1, "met"),
        ([Goal(1.1)], 1.104, "met"),  # the table shows 1.10
        ([Goal(1.1)], 1.11, "missed"),
        ([Goal(0.9, at_least=True)], 0.9, "met"),
        ([Goal(0.9, at_least=True)], 0.89, "missed"),
        ([Goal(1.1), Goal(0.5, contender=FAST)], 1.1, "missed"),
        ([Goal(1.1), Goal(0.7, contender=FAST)], 1.1, "met"),
        ([Goal(1.1), Goal(0.7, contender=PUBLISHED)], 1.1, "met"),  # it was not measured
        ([], 5.0, ""),
    ],
)
def test_verdict(goals: list[Goal], median: float, verdict: str) -> None:
    assert _result(goals, median).verdict == verdict


@pytest.mark.parametrize(
    ("key", "bounds"),
    [
        ("start", [2]),
        ("ready", [1.15]),
        ("decode_two", [1.15, 0.75]),
        ("decode_all", [3]),
        ("decode_by_types", [1.3]),
        ("decode_xml", [2.5]),
        ("decode_items", [3.5]),
        ("encode", [1.3]),
        ("decode_fast", [1.3]),
        ("encode_fast", [1.3]),
        ("build", [2.5]),
        ("build_by_name", [2.5]),
        ("get_job", [1]),
        ("get_job_in_threads", [0.95]),
        ("file_down", [0.97]),
        ("file_up", [0.97]),
        ("memory", [1.03]),
    ],
)
def test_goals_are_not_relaxed(key: str, bounds: list[float]) -> None:
    (goals,) = (row.goals for row in ROWS if row.key == key)
    assert len(goals) == len(bounds)
    for goal, bound in zip(goals, bounds):
        assert goal.bound >= bound if goal.at_least else goal.bound <= bound


def test_table_shows_a_dash_for_unsupported_work() -> None:
    result = _result([Goal(1.1), Goal(0.75, contender=FAST)], 1.234)
    heading, line = report.Run((OURS, PUBLISHED), [result], []).table
    assert heading == ["Work", OURS.name, PUBLISHED.name, "Compared with", "Goal", ""]
    goal = "≤ 1.1 ×; with extras ≤ 0.75 ×"
    assert line == ["the work", "1.23 × (1.20-1.30)", "-", "something, 2 ms", goal, "missed"]


def test_terminal_shows_a_block_for_each_row(capsys: pytest.CaptureFixture[str]) -> None:
    report.show(report.Run((OURS, PUBLISHED), [_result([Goal(1.1)], 1.2)], ["a note"]))
    width = max(len(OURS.name), len(PUBLISHED.name), len("Compared with"))
    cells = [(OURS.name, "1.20 × (1.20-1.30)"), ("Compared with", "something, 2 ms")]
    cells += [("Goal", "≤ 1.1 ×"), ("Verdict", "missed")]
    block = ["the work", *(f"  {name:{width}}  {cell}" for name, cell in cells), "", "a note", ""]
    assert capsys.readouterr().out.split("\n") == block


def test_figures_are_written_between_the_markers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("README", "FIGURES", "RATIOS", "GROWTH"):
        monkeypatch.setattr(report, name, tmp_path / getattr(report, name).name)
    report.README.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
    runs = [report.Run((OURS,), [_result([Goal(1.1)], median)], [f"a \\1 note, {median}"]) for median in (1.2, 1.0)]
    growth = {"jobs": {10: {"encode": 0.1}, 100: {"encode": 1.0}}}
    report.write(runs, growth)
    before, text, after = re.split(f"{report.BEGIN}|{report.END}", report.README.read_text(encoding="utf-8"))
    assert (before, after) == ("before\n", "\nafter\n")
    tables, images = text.strip().split("\n\n![Ratios", 1)
    first, first_note, second, second_note = tables.split("\n\n")
    assert first.splitlines()[2] == "| the work | 1.20 × (1.20-1.30) | something, 2 ms | ≤ 1.1 × | missed |"
    assert second.splitlines()[2] == "| the work | 1.00 × (1.20-1.30) | something, 2 ms | ≤ 1.1 × | met |"
    assert (first_note, second_note) == ("a \\1 note, 1.2", "a \\1 note, 1.0")
    assert "(../docs/performance.svg)" in images
    assert "(../docs/performance-growth.svg)" in images
    figures = json.loads(report.FIGURES.read_text(encoding="utf-8"))
    assert [run["rows"]["key"]["verdict"] for run in figures["runs"]] == ["missed", "met"]
    assert figures["runs"][0]["rows"]["key"]["figures"][OURS.name] == {"median": 1.2, "low": 1.2, "high": 1.3}
    assert figures["growth_seconds"]["jobs"]["100"] == {"encode": 1.0}
    for plot in (report.RATIOS, report.GROWTH):
        assert ET.parse(plot).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_bars_have_a_labeled_axis_and_a_legend_in_their_order() -> None:
    spread = Spread(1.2, 1.2, 1.3)
    result = Result(Row("key", "the work", "something", lambda _: [], ratio, "×"), {PUBLISHED: spread, OURS: spread}, 1)
    texts = _texts(plots.bars((OURS, PUBLISHED), [result]))
    assert texts[:2] == [OURS.name, PUBLISHED.name]
    assert "logarithmic" in texts[2]
    assert [text for text in texts[3:] if text.endswith("×")] == [
        *("0.5 ×", "0.5 ×", "1 ×", "1 ×", "2 ×", "2 ×"),
        *("1.2 ×", "1.2 ×"),
    ]
    rate_row = Row("key", "a rate", "something", lambda _: [], rate, "×")
    assert "a rate" not in _texts(plots.bars((OURS,), [Result(rate_row, {OURS: spread}, 1)]))


def test_growth_has_units_and_a_legend_in_the_order_of_its_lines() -> None:
    slow, fast = {10: 0.02, 100: 0.5}, {10: 0.0002, 100: 0.002}
    texts = _texts(plots.lines({"jobs": {size: {"fast": fast[size], "slow": slow[size]} for size in (10, 100)}}))
    assert texts[1:6] == ["100 µs", "1 ms", "10 ms", "100 ms", "1 s"]
    assert texts[6:] == ["10", "100", "number of jobs", "slow", "fast"]


def test_missed_goals_are_listed_with_their_reasons() -> None:
    missed = _result([Goal(1.1)], 1.2)
    assert report.missed([missed, _result([Goal(1.1)], 1.0)]) == ["Goals missed: the work."]
    assert report.missed([_result([Goal(1.1)], 1.0)]) == ["No goal is missed."]
    explained = Result(replace(missed.row, why_missed="it is slow."), missed.spreads, missed.baseline)
    assert report.missed([explained]) == ["Goals missed: the work.", "key: it is slow."]


def test_unavailable_contender_is_skipped_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(command, "CONTENDERS", (OPENAPI_GENERATOR,))
    monkeypatch.setattr(command, "BASELINE", Contender("base", "bare.py", "bare", made=lambda: Path("python")))
    reason = "openapi-generator needs Java, which is not installed"
    assert command._ready() == ((), [f"Skipped: {OPENAPI_GENERATOR.name}; {reason}."])


def test_rejects_a_page_without_markers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "README", tmp_path / "README.md")
    report.README.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="the two comments"):
        report.fill(report.README, [])
    assert report.README.read_text(encoding="utf-8") == "nothing\n"


def test_readme_has_figures_of_all_rows() -> None:
    figures = report.README.read_text(encoding="utf-8").partition(report.BEGIN)[2].partition(report.END)[0]
    assert [one.work for one in ROWS if f"| {one.work} |" not in figures] == []


def test_published_figures_are_from_one_run() -> None:
    published = report.README.read_text(encoding="utf-8").partition(report.BEGIN)[2].partition(report.END)[0]
    figures = json.loads(report.FIGURES.read_text(encoding="utf-8"))
    for run in figures["runs"]:
        assert "\n".join(run["notes"]) in published
        assert list(run["rows"]) == [one.key for one in ROWS]
        for one in ROWS:
            assert (run["rows"][one.key]["goal"] or "") == report._goals(one)
            assert run["rows"][one.key]["work"] == one.work
    growth = {
        kind: {int(size): times for size, times in sizes.items()} for kind, sizes in figures["growth_seconds"].items()
    }
    assert report.GROWTH.read_text(encoding="utf-8") == plots.lines(growth)


def test_row_is_registered_by_its_name() -> None:
    before = list(ROWS)
    try:

        @row("some work", "other work", Goal(2, at_least=True))
        def some_key(_: Runner) -> list[Round]:
            return []

        assert (ROWS[-1].key, ROWS[-1].goals) == ("some_key", (Goal(2, at_least=True),))
    finally:
        ROWS[:] = before


def _result(goals: list[Goal], median: float) -> Result:
    which = Row("key", "the work", "something", lambda _: [], ratio, "×", tuple(goals))
    return Result(which, {OURS: Spread(median, 1.2, 1.3), FAST: Spread(0.7, 0.6, 0.8)}, 0.002)


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
