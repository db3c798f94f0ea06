"""Measures contenders side by side, in many short rounds in which each contender has one turn.

Load on the machine affects all contenders of a round alike, so ratios within a round are more reliable than times
measured separately.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.contenders import BASELINE, script_command
from benchmarks.documents import item_list, job, job_list
from benchmarks.environments import CACHE, OWN, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from typing_extensions import Self

    from benchmarks.contenders import Contender

MIN_TURN_SECONDS = 0.03
"""Minimum seconds of a turn, so that clock resolution and short interruptions are negligible."""

MAX_SECONDS, MIN_TURNS = 6.0, 3
"""Seconds that the turns of one contender may take for a row, and the minimum number of turns."""

MAX_START_SECONDS = 1.0
"""Seconds that a contender may take until its first result, to get a new process in each round."""

MORE_ROUNDS = 3
"""Times as many rounds as usual for starts of processes, sockets and files, whose times differ most between rounds."""

WARM_UP_CALLS = 3
"""Minimum number of calls before the first turn of a process."""

JOBS_IN_LIST = 100_000
"""Number of jobs in the list that is iterated."""

MEGABYTE = 1024 * 1024
FILE_BYTES = 256 * MEGABYTE
"""Size in bytes of the file that is downloaded and uploaded."""

TIMED = "from time import perf_counter as _clock; _start = _clock()\n{}\nprint(_clock() - _start)"

Round = dict["Contender", float]
"""Seconds by contender."""


@dataclass(frozen=True)
class Spread:
    """The median and the interquartile range of some figures."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> Spread:
        """Return the spread of at least two figures."""
        low, median, high = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(median, low, high)


class Worker:
    """A process that runs a contender's workloads on request."""

    def __init__(self, contender: Contender, python: Path, inputs: dict[str, str]) -> None:
        self.contender = contender
        command = script_command(python, contender.script)
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=OWN)
        self._send(inputs)

    def time(self, work: str, calls: int) -> float | None:
        """Return the seconds of one call; ``None`` for work that the contender does not support.

        :raises RuntimeError: the contender's script ended; its output says why
        """
        seconds: float | None = self._request({"work": work, "calls": calls})["seconds"]
        return seconds

    def keep(self, work: str, calls: int) -> float:
        """Return the bytes by which the process grows when it keeps the results of some calls."""
        grown: float = self._request({"work": work, "calls": calls, "keep": True})["bytes"]
        return grown

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _request(self, message: dict[str, Any]) -> Any:
        self._send(message)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.contender.script} ended during the work {message['work']!r}")
        return json.loads(line)

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise RuntimeError(f"{self.contender.script} could not be started") from None


class Runner:
    """Runs the workloads of the contenders, with a loopback server and the documents that they read.

    :param contenders: contenders to measure beside the baseline
    :param rounds: turns of each contender per row. Starts, sockets and files get three times as many
    :param interpreter: the Python of all contenders. Default: the one that runs
    """

    def __init__(self, contenders: tuple[Contender, ...], rounds: int, interpreter: str = sys.executable) -> None:
        self.contenders = (BASELINE, *contenders)
        self.rounds = rounds
        self.interpreter = interpreter

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "_server" in self.__dict__:
            self._server.terminate()
            self._server.communicate()

    def compare_work(
        self,
        work: str,
        *,
        than: tuple[Contender, str] | None = None,
        of: tuple[Contender, ...] | None = None,
        more_rounds: bool = False,
    ) -> list[Round]:
        """Time work in new processes in each round.

        What earlier work leaves in memory changes times by up to half, and processes that do the same differ too.
        Contenders that start slowly keep one process.

        :param than: a contender and its work, which replace the baseline's. Default: the same work by the baseline
        :param of: the contenders whose work is timed. Default: all
        :param more_rounds: run :data:`MORE_ROUNDS` times as many rounds
        """
        tasks = {one: (one, work) for one in self.contenders if of is None or one in of}
        tasks[BASELINE] = than or (BASELINE, work)
        calls, seconds, kept = {}, {}, {}
        with ExitStack() as running:
            for one, (contender, its_work) in tasks.items():
                started = perf_counter()
                worker = running.enter_context(closing(self._worker(contender)))
                if worker.time(its_work, 1) is None:
                    continue
                if perf_counter() - started > MAX_START_SECONDS:
                    kept[one] = worker
                calls[one], seconds[one] = _calls_for_a_turn(worker, its_work)
            return _rounds_of(
                seconds,
                lambda order: self._turns({one: (*tasks[one], calls[one]) for one in order}, kept),
                self.rounds * (MORE_ROUNDS if more_rounds else 1),
            )

    def _turns(self, tasks: dict[Contender, tuple[Contender, str, int]], kept: dict[Contender, Worker]) -> Round:
        """Run a turn of some contenders, in new processes that are all ready before the first turn.

        :param tasks: whose work is timed for each of them, the work, and the number of calls
        :param kept: the processes of those that do not get a new one
        """
        with ExitStack() as new:
            workers = {
                one: kept.get(one) or new.enter_context(closing(self._worker(contender)))
                for one, (contender, _, _) in tasks.items()
            }
            for one, (_, work, calls) in tasks.items():
                if one not in kept:
                    workers[one].time(work, max(calls, WARM_UP_CALLS))
            return {one: workers[one].time(work, calls) or 0.0 for one, (_, work, calls) in tasks.items()}

    def compare_starts(self, start: str, *, whole_process: bool) -> list[Round]:
        """Time work in new interpreters, in :data:`MORE_ROUNDS` times as many rounds as usual.

        :param start: which of the contenders' ``starts``
        :param whole_process: include the start and the end of the interpreter, not only the statements
        """
        programs = {
            contender: contender.starts[start].format(host=self.host)
            for contender in self.contenders
            if start in contender.starts
        }
        time = _time_process if whole_process else _time_statements
        # The first run compiles and fills the file cache. Slow contenders get fewer turns.
        first = {contender: time(self._python_of(contender), program) for contender, program in programs.items()}
        return _rounds_of(
            first,
            lambda order: {one: time(self._python_of(one), programs[one]) for one in order},
            self.rounds * MORE_ROUNDS,
        )

    def compare_memory(self, work: str, calls: int) -> list[Round]:
        """Return the bytes that each contender needs for the results of some calls, twice, in new processes."""
        rounds = []
        for _ in range(2):
            turn: Round = {}
            for contender in self.contenders:
                with closing(self._worker(contender)) as worker:
                    turn[contender] = worker.keep(work, calls)
            rounds.append(turn)
        return rounds

    def compare_sizes(self) -> list[Round]:
        """Return the installed bytes of each environment without its installers, twice."""
        sizes = {contender: float(_installed(self._python_of(contender))) for contender in self.contenders}
        return [sizes, sizes]

    def seconds(self, contender: Contender, work: str) -> float:
        """Return the median seconds of work by one contender alone."""
        with closing(self._worker(contender)) as worker:
            calls, _ = _calls_for_a_turn(worker, work)
            return statistics.median(worker.time(work, calls) or 0.0 for _ in range(self.rounds))

    @property
    def host(self) -> str:
        """The base URL of the loopback server, which is started on first access."""
        return f"http://127.0.0.1:{self._port}/API"

    @cached_property
    def _port(self) -> int:
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())

    @cached_property
    def _server(self) -> subprocess.Popen[str]:
        document = _write("job.json", job(500))
        command = [sys.executable, "-m", "benchmarks.server", str(document), str(self._file), str(JOBS_IN_LIST)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    @cached_property
    def _file(self) -> Path:
        CACHE.mkdir(exist_ok=True)
        path = CACHE / "file"
        path.write_bytes(Random(0).randbytes(MEGABYTE) * (FILE_BYTES // MEGABYTE))
        return path

    @cached_property
    def _jobs(self) -> Path:
        return _write("jobs.json", job_list(1000))

    @cached_property
    def _items(self) -> Path:
        return _write("items.json", item_list(100))

    @property
    def _inputs(self) -> dict[str, str]:
        return {"jobs": str(self._jobs), "items": str(self._items), "file": str(self._file), "host": self.host}

    def _worker(self, contender: Contender) -> Worker:
        return Worker(contender, self._python_of(contender), self._inputs)

    def _python_of(self, contender: Contender) -> Path:
        return contender.python(self.interpreter)


def _rounds_of(seconds: Round, run: Callable[[list[Contender]], Round], rounds: int) -> list[Round]:
    """Give each contender its turns, at most as many as the baseline.

    :param seconds: approximate seconds of a turn of each
    :param run: runs a turn of some contenders in this order, and returns the seconds of each
    :param rounds: the maximum number of turns of each
    """
    turns = {one: min(rounds, max(MIN_TURNS, int(MAX_SECONDS / took))) for one, took in seconds.items()}
    return [run([one for one in _rotated(list(turns), turn) if turn < turns[one]]) for turn in range(turns[BASELINE])]


def _calls_for_a_turn(worker: Worker, work: str) -> tuple[int, float]:
    """Return how many calls fill a turn, and the seconds they take."""
    seconds = min(worker.time(work, 1) or MIN_TURN_SECONDS for _ in range(3))
    calls = max(1, round(MIN_TURN_SECONDS / seconds))
    return calls, calls * seconds


def _rotated(items: list[Any], turn: int) -> list[Any]:
    """Return the list rotated, so that no contender always follows the same one."""
    first = turn % len(items)
    return items[first:] + items[:first]


def _time_process(python: Path, program: str) -> float:
    start = perf_counter()
    subprocess.run([str(python), "-I", "-c", program], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def _time_statements(python: Path, program: str) -> float:
    command = [str(python), "-I", "-c", TIMED.format(program)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _installed(python: Path) -> int:
    """Return the bytes of the files in an environment's library, without installers and compiled files."""
    program = "import sysconfig; print(sysconfig.get_path('purelib'))"
    library = Path(
        subprocess.run([str(python), "-c", program], check=True, capture_output=True, text=True).stdout.strip()
    )
    return sum(
        path.stat().st_size
        for path in library.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and not path.relative_to(library).parts[0].startswith(("pip", "setuptools", "_distutils", "pkg_resources"))
    )


def _write(name: str, document: Any) -> Path:
    CACHE.mkdir(exist_ok=True)
    path = CACHE / name
    path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return path
