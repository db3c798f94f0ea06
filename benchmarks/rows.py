"""The rows of the table and their goals. To add one, write a function with ``@row``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from benchmarks.contenders import BARE_ORJSON, BASELINE, FAST, OURS, Contender
from benchmarks.runner import Round, Runner, Spread

Measure = Callable[[Runner], "list[Round]"]
Figure = Callable[[Round, "Contender"], float]


def ratio(turn: Round, contender: Contender) -> float:
    """Return the time of a contender as a multiple of the baseline's."""
    return turn[contender] / turn[BASELINE]


def rate(turn: Round, contender: Contender) -> float:
    """Return the throughput of a contender as a multiple of the baseline's."""
    return turn[BASELINE] / turn[contender]


def milliseconds_over(turn: Round, contender: Contender) -> float:
    """Return the milliseconds that a contender takes in addition to the baseline."""
    return (turn[contender] - turn[BASELINE]) * 1000


def megabytes(turn: Round, contender: Contender) -> float:
    """Return the bytes of a contender in megabytes."""
    return turn[contender] / 1e6


@dataclass(frozen=True)
class Goal:
    """The goal for a figure of this SDK.

    :param bound: the limit
    :param at_least: whether it is a lower limit; default: an upper limit
    :param contender: whose figure. Default: this SDK without extras
    """

    bound: float
    at_least: bool = False
    contender: Contender = OURS

    def met(self, figure: float) -> bool:
        """Return whether a figure meets the goal, with the two decimals that the table shows."""
        figure = round(figure, 2)
        return figure >= self.bound if self.at_least else figure <= self.bound


@dataclass(frozen=True)
class Row:
    """One line of the table.

    :param key: its name on the command line
    :param work: what is done
    :param compared_with: the work of the baseline
    :param measure: measures the times of all rounds
    :param figure: returns the figure for the times of one round
    :param unit: the unit of the figure: ``×``, ``ms`` or ``MB``
    :param goals: the goals; several if the variants of this SDK have different ones
    :param in_bytes: whether bytes are measured instead of seconds
    :param why_missed: the reason that the README gives if a goal is missed
    """

    key: str
    work: str
    compared_with: str
    measure: Measure
    figure: Figure
    unit: str
    goals: tuple[Goal, ...] = ()
    in_bytes: bool = False
    why_missed: str = ""

    @property
    def is_rate(self) -> bool:
        """Whether a larger figure is better."""
        return self.figure is rate


@dataclass(frozen=True)
class Result:
    """A row and its results; ``baseline`` is the median of the baseline in seconds or bytes."""

    row: Row
    spreads: dict[Contender, Spread]
    baseline: float

    @property
    def verdict(self) -> str:
        """``met``, ``missed``, or empty without a goal."""
        goals = [goal for goal in self.row.goals if goal.contender in self.spreads]
        if not goals:
            return ""
        return "met" if all(goal.met(self.spreads[goal.contender].median) for goal in goals) else "missed"


ROWS: list[Row] = []


def row(
    work: str,
    compared_with: str,
    *goals: Goal,
    figure: Figure = ratio,
    unit: str = "×",
    in_bytes: bool = False,
    why_missed: str = "",
) -> Callable[[Measure], Measure]:
    """Register a function that measures a row; its name is the row's key."""

    def add(measure: Measure) -> Measure:
        ROWS.append(Row(measure.__name__, work, compared_with, measure, figure, unit, goals, in_bytes, why_missed))
        return measure

    return add


def measure(which: Row, runner: Runner) -> Result:
    """Measure a row."""
    rounds = which.measure(runner)
    contenders = [contender for contender in rounds[0] if contender is not BASELINE]
    spreads = {one: Spread.of(which.figure(turn, one) for turn in rounds if one in turn) for one in contenders}
    return Result(which, spreads, Spread.of(turn[BASELINE] for turn in rounds).median)


BY_HAND = "urllib3 and `json`, by hand"
JSON, DICTIONARIES = "`json.loads`", "dictionaries and `json.dumps`"
A_CALL = "`get_job` of the same client without"


@row("`import vidispine`", "a bare interpreter", Goal(2), figure=milliseconds_over, unit="ms")
def start(runner: Runner) -> list[Round]:
    """Whole processes, including the start and the end of the interpreter."""
    return runner.compare_starts("import", whole_process=True)


@row("import, first `JobApi` ready to send", "`import urllib3`", Goal(1.15))
def ready(runner: Runner) -> list[Round]:
    """Only the statements, in a new interpreter for each turn."""
    return runner.compare_starts("ready", whole_process=False)


@row("import, first `get_job` completed", BY_HAND)
def first_call(runner: Runner) -> list[Round]:
    """Only the statements, with everything that is loaded lazily."""
    return runner.compare_starts("first_call", whole_process=False)


@row("import, first item call completed", BY_HAND)
def item(runner: Runner) -> list[Round]:
    """Only the statements: another resource, with larger models."""
    return runner.compare_starts("item", whole_process=False)


@row("import and `dir(vidispine)`", "a bare interpreter", figure=milliseconds_over, unit="ms")
def names(runner: Runner) -> list[Round]:
    """Whole processes: the work of completion in an interactive interpreter."""
    return runner.compare_starts("names", whole_process=True)


@row("1000 jobs: decode, read two attributes of each", JSON, Goal(1.15), Goal(0.75, contender=FAST))
def decode_two(runner: Runner) -> list[Round]:
    """From the bytes of a response to two attributes of each job."""
    return runner.compare_work("decode_two")


@row("1000 jobs: decode, read every attribute", JSON, Goal(3))
def decode_all(runner: Runner) -> list[Round]:
    """From the bytes of a response to every attribute at every depth, times included."""
    return runner.compare_work("decode_all")


@row("the same by code that iterates over `openapi_types`", "every attribute by its name, as above", Goal(1.3))
def decode_by_types(runner: Runner) -> list[Round]:
    """From the bytes of a response to every attribute, by generic code."""
    return runner.compare_work("decode_by_types", than=(OURS, "decode_all"))


@row("1000 jobs in XML: decode, read two attributes of each", "`ElementTree.fromstring`", Goal(2.5))
def decode_xml(runner: Runner) -> list[Round]:
    """From the bytes of a response in XML to two attributes of each job."""
    return runner.compare_work("decode_xml")


@row(
    "100 items with all metadata: decode, read every attribute",
    JSON,
    Goal(3.5),
    why_missed="most attributes of a field are absent, and reading one costs a call in Python, whether it is or not.",
)
def decode_items(runner: Runner) -> list[Round]:
    """From the bytes of a response to every attribute, 35 metadata fields per item."""
    return runner.compare_work("decode_items")


@row("the same items: decode, read five fields of each by name", f"{JSON} and the same by hand")
def metadata_by_name(runner: Runner) -> list[Round]:
    """From the bytes of a response to the values of fields, by the methods that metadata has."""
    return runner.compare_work("metadata_by_name")


@row("the same items: decode, a table of six fields with `records`", f"{JSON} and the same by hand")
def table(runner: Runner) -> list[Round]:
    """From the bytes of a response to dictionaries, one field of which is in a group that repeats."""
    return runner.compare_work("table")


@row("encode the jobs again, untouched", "`json.dumps`", Goal(1.3))
def encode(runner: Runner) -> list[Round]:
    """From models to the bytes that are sent."""
    return runner.compare_work("encode")


@row("encode the jobs again, after an edit of one", "`json.dumps`")
def encode_edited(runner: Runner) -> list[Round]:
    """From models to the bytes that are sent, after one attribute of one job was set."""
    return runner.compare_work("encode_edited")


@row("with the extra `fast`: decode the jobs, read none", "`orjson.loads`", Goal(1.3, contender=FAST))
def decode_fast(runner: Runner) -> list[Round]:
    """From the bytes of a response to the document."""
    return runner.compare_work("decode", than=(BARE_ORJSON, "decode"), of=(FAST,))


@row("with the extra `fast`: encode the jobs", "`orjson.dumps`", Goal(1.3, contender=FAST))
def encode_fast(runner: Runner) -> list[Round]:
    """From models to the bytes that are sent."""
    return runner.compare_work("encode", than=(BARE_ORJSON, "encode"), of=(FAST,))


@row(
    "build the document of a request, 35 fields of metadata",
    DICTIONARIES,
    Goal(2.5),
    why_missed="the document consists of 75 models, whose names and values are checked. `Metadata` creates only one.",
)
def build(runner: Runner) -> list[Round]:
    """From keyword arguments, five levels deep, to the text that is sent."""
    return runner.compare_work("build")


@row("the same document of values by name, with `Metadata`", DICTIONARIES, Goal(2.5))
def build_by_name(runner: Runner) -> list[Round]:
    """From a mapping of the names of fields and groups to the text that is sent."""
    return runner.compare_work("build_by_name")


@row("`get_job` over loopback", BY_HAND, Goal(1))
def get_job(runner: Runner) -> list[Round]:
    """Sequential calls on a persistent connection."""
    return runner.compare_work("get_job", more_rounds=True)


@row("`get_job` with a hook before each attempt and one after the call", A_CALL)
def get_job_with_hooks(runner: Runner) -> list[Round]:
    """Sequential calls; the hooks do nothing."""
    return runner.compare_work("get_job_with_hooks", than=(OURS, "get_job"))


@row("`get_job` with tracing: the SDK of OpenTelemetry, nothing exported", A_CALL)
def get_job_with_tracing(runner: Runner) -> list[Round]:
    """Sequential calls; spans and metrics are recorded."""
    return runner.compare_work("get_job_with_tracing", than=(FAST, "get_job"))


@row("`get_job` of a client made for it, with `with_options`", A_CALL)
def get_job_with_options(runner: Runner) -> list[Round]:
    """Sequential calls, each for another user."""
    return runner.compare_work("get_job_with_options", than=(OURS, "get_job"))


@row("`get_job` from 8 threads, one client: calls a second", "the same by hand", Goal(0.95, True), figure=rate)
def get_job_in_threads(runner: Runner) -> list[Round]:
    """Eight threads share a client."""
    return runner.compare_work("get_job_in_threads", more_rounds=True)


@row("`get_jobs` over loopback, 1000 jobs (1 MB), two attributes of each read", BY_HAND)
def get_jobs(runner: Runner) -> list[Round]:
    """Sequential calls on a persistent connection."""
    return runner.compare_work("get_jobs")


@row("iterate 100,000 jobs by 1000, two attributes of each read", "the same by hand")
def iterate(runner: Runner) -> list[Round]:
    """From the first request to the last job of the list."""
    return runner.compare_work("iterate")


@row("a file of 256 MB down to disk: bytes a second", "urllib3, by hand", Goal(0.97, True), figure=rate)
def file_down(runner: Runner) -> list[Round]:
    """Over a persistent connection, streamed to a new file."""
    return runner.compare_work("file_down", more_rounds=True)


@row("a file of 256 MB up from disk: bytes a second", "urllib3, by hand", Goal(0.97, True), figure=rate)
def file_up(runner: Runner) -> list[Round]:
    """Over a persistent connection, streamed."""
    return runner.compare_work("file_up", more_rounds=True)


@row("memory of 100,000 jobs, two attributes of each read", JSON, Goal(1.03), in_bytes=True)
def memory(runner: Runner) -> list[Round]:
    """A hundred lists of a thousand jobs are decoded and kept."""
    return runner.compare_memory("keep", 100)


@row("installed size, dependencies included", "urllib3", figure=megabytes, unit="MB", in_bytes=True)
def size(runner: Runner) -> list[Round]:
    """Files of the environment's library, without installers and compiled files."""
    return runner.compare_sizes()


@row("`vidispine --help`", "a bare interpreter", figure=milliseconds_over, unit="ms")
def command_help(runner: Runner) -> list[Round]:
    """Whole processes."""
    return runner.compare_starts("help", whole_process=True)
