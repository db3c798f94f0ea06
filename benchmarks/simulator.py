"""How fast the simulator is for tests: ``python -m benchmarks.simulator``.

Times are processor time of one core, including the client, so that load on the machine does not change them. Starts
with the sample archive are measured in elapsed time, each pair in a new process.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import urllib3

from vidispine.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__: list[str] = []

ITEMS = 100_000
ROUNDS = 11
WORDS = ("harbor", "marathon", "city", "sea", "news", "live", "sport", "night", "day", "train")
SEARCHES: dict[str, dict[str, Any]] = {
    "everything": {},
    "one title": {"field": [{"name": "title", "value": [{"value": "harbor sea 500"}]}]},
    "a word of a title": {"field": [{"name": "title", "value": [{"value": "harbor"}]}]},
    "free text": {"text": [{"value": "marathon"}]},
    "a third of the items": {"field": [{"name": "mediaType", "value": [{"value": "video"}]}]},
    "a range": {"field": [{"name": "durationSeconds", "range": [{"value": [{"value": "10"}, {"value": "20"}]}]}]},
    "everything, sorted": {"sort": [{"field": "title", "order": "ascending"}]},
    "everything, with a facet": {"facet": [{"field": "mediaType", "count": True}]},
}


class Client:
    """Sends requests to a simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.url = f"{simulator.url}/API"
        self.pool = urllib3.PoolManager()
        accept = {"Accept": "application/json", "Content-Type": "application/json"}
        self.headers = {**urllib3.make_headers(basic_auth="admin:admin"), **accept}

    def send(self, method: str, path: str, document: Any = None) -> Any:
        """Send a request and return the document of the response."""
        body = None if document is None else json.dumps(document)
        response = self.pool.request(method, self.url + path, body=body, headers=self.headers)
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status}")
        return json.loads(response.data)


def milliseconds(work: Callable[[], Any], calls: int = 1, rounds: int = ROUNDS) -> float:
    """Return the median time of one call."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(calls):
            work()
        times.append((time.process_time() - started) / calls)
    return statistics.median(times) * 1000


def start() -> None:
    """Start a simulator, get one response from it, and stop it."""
    with Simulator() as simulator:
        Client(simulator).send("GET", "/job")


def starts_with_sample_data(rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median time of a process's first start of a simulator with the sample archive, and of its second."""
    program = "from benchmarks.simulator import start_twice; start_twice()"
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, check=True) for _ in range(rounds)]
    first, second = zip(*(map(float, run.stdout.split()) for run in runs))
    return statistics.median(first), statistics.median(second)


def start_twice() -> None:
    """Print how long two starts with the sample archive take, in milliseconds."""
    for _ in range(2):
        started = time.perf_counter()
        with Simulator(sample_data=True):
            print(1000 * (time.perf_counter() - started))


def fill(simulator: Simulator) -> None:
    """Create many items, without the requests that this would take."""
    state = simulator._state
    with state.timeline.transaction() as now:
        connection = state.database._connection
        connection.executemany("INSERT INTO item VALUES (?, 'admin', ?)", ((i, now) for i in range(1, ITEMS + 1)))
        marks = ", ".join("?" * 19)
        connection.executemany(f"INSERT INTO metadata VALUES ({marks})", metadata())
        connection.execute("INSERT INTO free_text (rowid, value) SELECT id, value FROM metadata WHERE name = 'title'")


def metadata() -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the metadata of all items."""
    id = 0
    for item in range(1, ITEMS + 1):
        title = f"{WORDS[item % 10]} {WORDS[item // 10 % 10]} {item}"
        kind = ("video", "audio", "data")[item % 3]
        for name, value, number in (
            ("title", title, None),
            ("mediaType", kind, None),
            ("durationSeconds", str(item % 5000), item % 5000.0),
        ):
            id += 1
            node = ("value", name, "-INF", "+INF", None, None, "admin", item, 1, None, value, value, number)
            yield (id, "item", item, f"u{id}", None, None, *node)


def main() -> None:
    """Print the figures and their goals."""
    first, second = starts_with_sample_data()
    print(
        f"with the sample archive: {first:.0f} ms the first time in a process, then {second:.0f} ms; goal: below 500 ms"
    )
    start()
    print(f"a fresh simulator, its first response, stopped: {milliseconds(start):.1f} ms; goal: below 50 ms")
    with Simulator() as simulator:
        client = Client(simulator)
        for _ in range(20):
            client.send("POST", "/import/placeholder?container=1", {})
        for path in ("/job", "/item/VX-1", "/item?content=metadata&number=5"):
            each = milliseconds(lambda path=path: client.send("GET", path), 50)  # type: ignore[misc]
            print(f"GET {path}: {1000 / each:.0f} requests per second; goal: 200")
    with Simulator() as simulator:
        client = Client(simulator)
        fill(simulator)
        for name, document in SEARCHES.items():
            each = milliseconds(lambda document=document: client.send("PUT", "/item", document))  # type: ignore[misc]
            print(f"search of {ITEMS} items for {name}: {each:.0f} ms; goal: below 100 ms")


if __name__ == "__main__":
    main()
