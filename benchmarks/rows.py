"""The rows of the table and their goals. To add one, write a function with ``@row``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from benchmarks.contenders import BASELINE, OURS
from benchmarks.runner import Round, Runner, Spread

if TYPE_CHECKING:
    from benchmarks.contenders import Contender

Measure = Callable[[Runner], "list[Round]"]
Figure = Callable[[Round, "Contender"], float]


def ratio(turn: Round, contender: Contender) -> float:
    """Return the time of a contender as a multiple of the baseline's."""
    return turn[contender] / turn[BASELINE]


def rate(turn: Round, contender: Contender) -> float:
    """Return the throughput of a contender as a multiple of the baseline's."""
    return turn[BASELINE] / turn[contender]


def milliseconds_over(turn: Round, contender: Contender) -> float:
    """Return how many milliseconds a contender takes longer than the baseline."""
    return (turn[contender] - turn[BASELINE]) * 1000


def megabytes(turn: Round, contender: Contender) -> float:
    """Return the bytes of a contender in megabytes."""
    return turn[contender] / 1e6


@dataclass(frozen=True)
class Goal:
    """The goal of this SDK.

    :param bound: the limit
    :param at_least: whether it is a lower limit; default: an upper limit
    """

    bound: float
    at_least: bool = False

    def met(self, figure: float) -> bool:
        """Return whether a figure meets the goal."""
        return figure >= self.bound if self.at_least else figure <= self.bound


@dataclass(frozen=True)
class Row:
    """One line of the table.

    :param key: its name on the command line
    :param work: what is done
    :param compared_with: what the baseline does meanwhile
    :param measure: takes the times
    :param figure: what the table shows of the times of one round
    :param unit: of the figure, ``×``, ``ms`` or ``MB``, where bytes stand for seconds
    :param goal: ``None`` where none is set
    """

    key: str
    work: str
    compared_with: str
    measure: Measure
    figure: Figure
    unit: str
    goal: Goal | None


@dataclass(frozen=True)
class Result:
    """A row and its results."""

    row: Row
    spreads: dict[Contender, Spread]
    baseline_seconds: float

    @property
    def verdict(self) -> str:
        """``met``, ``missed``, or empty without a goal."""
        if self.row.goal is None:
            return ""
        return "met" if self.row.goal.met(self.spreads[OURS].median) else "missed"


ROWS: list[Row] = []


def row(
    work: str,
    compared_with: str,
    *,
    figure: Figure = ratio,
    unit: str = "×",
    at_most: float | None = None,
    at_least: float | None = None,
) -> Callable[[Measure], Measure]:
    """Register a function that measures a row; its name is the row's key."""
    bound = at_most if at_least is None else at_least
    goal = None if bound is None else Goal(bound, at_least is not None)

    def add(measure: Measure) -> Measure:
        ROWS.append(Row(measure.__name__, work, compared_with, measure, figure, unit, goal))
        return measure

    return add


def run(which: Row, runner: Runner) -> Result:
    """Measure a row."""
    rounds = which.measure(runner)
    contenders = [contender for contender in rounds[0] if contender is not BASELINE]
    spreads = {one: Spread.of(which.figure(turn, one) for turn in rounds if one in turn) for one in contenders}
    return Result(which, spreads, Spread.of(turn[BASELINE] for turn in rounds).median)


@row("`import vidispine`", "a bare interpreter", figure=milliseconds_over, unit="ms", at_most=10)
def start(runner: Runner) -> list[Round]:
    """Whole processes, including the start and the end of the interpreter."""
    return runner.compare_starts("import", whole_process=True)


@row("import, first `JobApi` ready to send", "`import urllib3`", at_most=1.2)
def ready(runner: Runner) -> list[Round]:
    """Only the statements, in a new interpreter for each turn."""
    return runner.compare_starts("ready", whole_process=False)


@row("import, first `get_job` completed", "urllib3 and `json`, by hand")
def first_call(runner: Runner) -> list[Round]:
    """Only the statements, with everything that is loaded lazily."""
    return runner.compare_starts("first_call", whole_process=False)


@row("import, first item call completed", "urllib3 and `json`, by hand")
def item(runner: Runner) -> list[Round]:
    """Only the statements: another resource, with larger models."""
    return runner.compare_starts("item", whole_process=False)


@row("import and `dir(vidispine)`", "a bare interpreter", figure=milliseconds_over, unit="ms")
def names(runner: Runner) -> list[Round]:
    """Whole processes: the work of completion in an interactive interpreter."""
    return runner.compare_starts("names", whole_process=True)


@row("1000 jobs: decode, read two attributes of each", "`json.loads`", at_most=1.3)
def decode_two(runner: Runner) -> list[Round]:
    """From the bytes of a response to two attributes of each job."""
    return runner.compare_work("decode_two")


@row("1000 jobs: decode, read every attribute", "`json.loads`", at_most=4)
def decode_all(runner: Runner) -> list[Round]:
    """From the bytes of a response to every attribute at every depth, times included."""
    return runner.compare_work("decode_all")


@row("1000 jobs in XML: decode, read two attributes of each", "`ElementTree.fromstring`", at_most=2.5)
def decode_xml(runner: Runner) -> list[Round]:
    """From the bytes of a response in XML to two attributes of each job."""
    return runner.compare_work("decode_xml")


@row("100 items with all metadata: decode, read every attribute", "`json.loads`")
def decode_items(runner: Runner) -> list[Round]:
    """From the bytes of a response to every attribute, 35 metadata fields per item."""
    return runner.compare_work("decode_items")


@row("encode the jobs again, untouched", "`json.dumps`", at_most=1.3)
def encode(runner: Runner) -> list[Round]:
    """From models to text."""
    return runner.compare_work("encode")


@row("encode the jobs again, after an edit of one", "`json.dumps`")
def encode_edited(runner: Runner) -> list[Round]:
    """From models to text, after one attribute of one job was set."""
    return runner.compare_work("encode_edited")


@row("build the document of a request, 35 fields of metadata", "dictionaries and `json.dumps`")
def build(runner: Runner) -> list[Round]:
    """From keyword arguments, five levels deep, to the text that is sent."""
    return runner.compare_work("build")


@row("the same document of values by name, with `Metadata`", "dictionaries and `json.dumps`", at_most=2.5)
def build_by_name(runner: Runner) -> list[Round]:
    """From a mapping of the names of fields and groups to the text that is sent."""
    return runner.compare_work("build_by_name")


@row("`get_job` over loopback", "urllib3 and `json`, by hand", at_most=1.10)
def get_job(runner: Runner) -> list[Round]:
    """Sequential calls on a persistent connection."""
    return runner.compare_work("get_job")


@row("`get_job` from 8 threads, one client: calls a second", "the same by hand", figure=rate, at_least=0.9)
def get_job_in_threads(runner: Runner) -> list[Round]:
    """Eight threads share a client."""
    return runner.compare_work("get_job_in_threads")


@row("iterate 100,000 jobs by 1000, two attributes of each read", "the same by hand")
def iterate(runner: Runner) -> list[Round]:
    """From the first request to the last job of the list."""
    return runner.compare_work("iterate")


@row("a file of 256 MB down to disk: bytes a second", "urllib3, by hand", figure=rate, at_least=0.9)
def file_down(runner: Runner) -> list[Round]:
    """Over a persistent connection, streamed to a new file."""
    return runner.compare_work("file_down")


@row("a file of 256 MB up from disk: bytes a second", "urllib3, by hand", figure=rate, at_least=0.9)
def file_up(runner: Runner) -> list[Round]:
    """Over a persistent connection, streamed."""
    return runner.compare_work("file_up")


@row("100,000 jobs in memory, two attributes of each read", "`json.loads`", figure=megabytes, unit="MB")
def memory(runner: Runner) -> list[Round]:
    """A hundred lists of a thousand jobs are decoded and kept."""
    return runner.compare_memory("keep", 100)


@row("installed size, dependencies included", "urllib3", figure=megabytes, unit="MB")
def size(runner: Runner) -> list[Round]:
    """Files of the environment's library, without installers and compiled files."""
    return runner.compare_sizes()


@row("`vidispine --help`", "a bare interpreter", figure=milliseconds_over, unit="ms")
def command_help(runner: Runner) -> list[Round]:
    """Whole processes."""
    return runner.compare_starts("help", whole_process=True)
