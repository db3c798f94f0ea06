"""The benchmarks run and report correctly. Speed itself is not tested."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import vidispine
from benchmarks import __main__ as command
from benchmarks import plots, report
from benchmarks.contenders import BASELINE, OPENAPI_GENERATOR, OURS, PUBLISHED, Contender, script_command
from benchmarks.documents import item_list, job, job_list
from benchmarks.rows import ROWS, Goal, Result, Row, milliseconds_over, rate, ratio, row, run
from benchmarks.runner import Round, Runner, Spread
from benchmarks.server import JobList

WORK = (
    *("decode_two", "decode_all", "decode_xml", "decode_items", "build", "encode", "encode_edited"),
    *("get_job", "get_job_in_threads", "iterate", "file_down", "file_up"),
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
@pytest.mark.parametrize("script", [OURS.script, BASELINE.script], ids=["ours", "bare"])
def test_contender_runs_every_workload(script: str, tmp_path: Path) -> None:
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
        orders = [inputs, *({"work": work, "calls": 2} for work in WORK)]
        lines = "".join(json.dumps(order) + "\n" for order in [*orders, {"work": "something else", "calls": 1}])
        done = subprocess.run(
            script_command(sys.executable, script), input=lines, capture_output=True, text=True, check=False
        )
        server.terminate()
    assert not done.stderr
    *responses, unknown = [json.loads(line)["seconds"] for line in done.stdout.splitlines()]
    assert len(responses) == len(WORK)
    assert all(seconds > 0 for seconds in responses)
    assert unknown is None


@pytest.mark.slow
def test_growth_is_timed_for_each_size() -> None:
    done = subprocess.run(
        script_command(sys.executable, "growing"),
        input=json.dumps({"jobs": [1, 2], "levels": [1]}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.stderr
    growth = json.loads(done.stdout)
    assert {kind: list(sizes) for kind, sizes in growth.items()} == {"jobs": ["1", "2"], "levels": ["1"]}
    works = ["json.loads", "decode and read everything", "the same, garbage collector off", "encode"]
    for seconds in [*growth["jobs"].values(), *growth["levels"].values()]:
        assert list(seconds) == works
        assert all(one > 0 for one in seconds.values())


def test_figures_of_one_round() -> None:
    turn = {BASELINE: 0.2, OURS: 0.25}
    assert ratio(turn, OURS) == 1.25
    assert rate(turn, OURS) == 0.8
    assert milliseconds_over(turn, OURS) == pytest.approx(50)


def test_ratios_are_computed_per_round() -> None:
    """A round in which everything is ten times slower changes no ratio."""
    rounds = [{BASELINE: 1.0, OURS: 1.1}, {OURS: 12.0, BASELINE: 10.0}, {BASELINE: 1.0, OURS: 1.3}]
    result = run(Row("key", "work", "with", lambda _: rounds, ratio, "×", None), None)  # type: ignore[arg-type]
    assert result.spreads[OURS].median == pytest.approx(1.2)
    assert result.spreads[OURS].low == pytest.approx(1.15)
    assert result.spreads[OURS].high == pytest.approx(1.25)
    assert result.baseline_seconds == 1.0


@pytest.mark.parametrize(
    ("goal", "median", "verdict"),
    [
        (Goal(1.1), 1.1, "met"),
        (Goal(1.1), 1.11, "missed"),
        (Goal(0.9, at_least=True), 0.9, "met"),
        (Goal(0.9, at_least=True), 0.89, "missed"),
        (None, 5.0, ""),
    ],
)
def test_verdict(goal: Goal | None, median: float, verdict: str) -> None:
    assert _result(goal, median).verdict == verdict


@pytest.mark.parametrize(
    ("key", "bound"),
    [
        ("start", 10),
        ("ready", 1.2),
        ("decode_two", 1.3),
        ("decode_all", 4),
        ("decode_xml", 2.5),
        ("encode", 1.3),
        ("get_job", 1.1),
        ("get_job_in_threads", 0.9),
        ("file_down", 0.9),
        ("file_up", 0.9),
    ],
)
def test_goals_are_at_least_as_strict_as_in_6_0(key: str, bound: float) -> None:
    (goal,) = (row.goal for row in ROWS if row.key == key)
    assert goal is not None
    assert goal.bound >= bound if goal.at_least else goal.bound <= bound


def test_table_shows_a_dash_for_unsupported_work() -> None:
    heading, line = report.table([_result(Goal(1.1), 1.234)], (OURS, PUBLISHED))
    assert heading == ["Work", OURS.name, PUBLISHED.name, "Compared with", "Goal", ""]
    assert line == ["the work", "1.23 × (1.20-1.30)", "-", "something, 2 ms", "≤ 1.1 ×", "missed"]


def test_terminal_shows_a_block_for_each_row(capsys: pytest.CaptureFixture[str]) -> None:
    report.show([["Work", "one", "another", "Goal", ""], ["the work", "1.2 ×", "-", "≤ 1.1 ×", "missed"]])
    block = ["the work", "  one      1.2 ×", "  Goal     ≤ 1.1 ×", "  Verdict  missed", "", ""]
    assert capsys.readouterr().out.split("\n") == block


def test_figures_are_written_between_the_markers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(report, "README", readme)
    monkeypatch.setattr(report, "DOCS", tmp_path)
    monkeypatch.setattr(report, "FIGURES", tmp_path / "figures.json")
    result = _result(Goal(1.1), 1.2)
    growth = {"jobs": {10: {"encode": 0.1}, 100: {"encode": 1.0}}}
    report.fill(readme, [report._markdown([["Work", ""], ["a \\1 b", "met"]]), "", "a note"])
    table = "| Work |  |\n| --- | --- |\n| a \\1 b | met |"
    expected = f"before\n{report.BEGIN}\n\n{table}\n\na note\n\n{report.END}\nafter\n"
    assert readme.read_text(encoding="utf-8") == expected
    report.write([["Work"]], ["a note"], [result], growth)
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["rows"]["key"]["verdict"] == "missed"
    assert figures["rows"]["key"]["figures"][OURS.name] == {"median": 1.2, "low": 1.2, "high": 1.3}
    assert figures["growth_seconds"]["jobs"]["100"] == {"encode": 1.0}
    for plot in (tmp_path / "performance.svg", tmp_path / "performance-growth.svg"):
        assert ET.parse(plot).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert "1.2 ×" in (tmp_path / "performance.svg").read_text(encoding="utf-8")


def test_missed_goals_are_listed() -> None:
    assert report.missed([_result(Goal(1.1), 1.2), _result(Goal(1.1), 1.0)]) == "Goals missed: the work."
    assert report.missed([_result(Goal(1.1), 1.0)]) == "No goal is missed."


def test_unavailable_contender_is_skipped_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(command, "CONTENDERS", (OPENAPI_GENERATOR,))
    monkeypatch.setattr(command, "BASELINE", Contender("base", "bare.py", "bare", made=lambda: Path("python")))
    reason = "openapi-generator needs Java, which this machine has not got"
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
    readme = report.README.read_text(encoding="utf-8")
    published = readme.partition(report.BEGIN)[2].partition(report.END)[0]
    figures = json.loads(report.FIGURES.read_text(encoding="utf-8"))
    assert "\n".join(figures["notes"]) in published
    growth = {
        kind: {int(size): times for size, times in sizes.items()} for kind, sizes in figures["growth_seconds"].items()
    }
    assert (report.DOCS / "performance-growth.svg").read_text(encoding="utf-8") == plots.lines(growth)


def test_row_is_registered_by_its_name() -> None:
    before = list(ROWS)
    try:

        @row("some work", "other work", at_least=2)
        def some_key(_: Runner) -> list[Round]:
            return []

        assert (ROWS[-1].key, ROWS[-1].goal) == ("some_key", Goal(2, at_least=True))
    finally:
        ROWS[:] = before


def _result(goal: Goal | None, median: float) -> Result:
    which = Row("key", "the work", "something", lambda _: [], ratio, "×", goal)
    return Result(which, {OURS: Spread(median, 1.2, 1.3)}, 0.002)
