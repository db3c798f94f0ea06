"""Compares what the callers recorded with the jobs of the simulator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

__all__ = ["Figures", "compare"]

MEMORY_GROWN = 4 * 1024 * 1024
"""Bytes by which the client may grow after the warm-up, because allocators do not return everything."""
THREADS_GROWN = 2
"""Threads by which it may grow: the resolver of a deadline ends a little later."""
FILES_GROWN = OBJECTS_GROWN = 40
"""File descriptors and objects by which it may grow: there are connections for up to ten threads."""


class Figures(NamedTuple):
    """The result."""

    seed: str
    client: dict[str, Any]
    """The client's figures: ``seconds``, ``outcomes``, and its resources at four times."""
    proxy: dict[str, Any]
    """The proxy's figures: ``requests``, ``retries``, ``faults``."""
    reported: int
    """Jobs that callers know."""
    uncertain: int
    """Calls for a job whose outcome is unknown."""
    made: int
    """Those of them whose job was created."""
    duplicates: int
    lost: int
    problems: list[str]
    """One line per problem; empty if there is none."""


class _Reports:
    """The records of the callers."""

    def __init__(self, notes: list[dict[str, Any]]) -> None:
        self.jobs = {note["key"]: note["job"] for note in notes if "job" in note}
        self.uncertain = {note["key"] for note in notes if "key" in note and note.get("perhaps")}
        self.deleted = {key for note in notes if "perhaps" not in note for key in note.get("deleted", ())}
        self.perhaps_deleted = {key for note in notes if note.get("perhaps") for key in note.get("deleted", ())}
        self.broken = {note["call"]: note["text"] for note in notes if note.get("error") not in (None, LATE)}
        self.wrong = [f"{note['call']}: {note['wrong']}" for note in notes if "wrong" in note]


LATE = "ApiTimeoutError"
"""The only error allowed for a call whose response was forwarded: on a busy machine."""


def compare(
    seed: str, client: dict[str, Any], proxy: dict[str, Any], notes: list[dict[str, Any]], held: list[tuple[str, Any]]
) -> Figures:
    """Return the figures, with all violations.

    :param client: the client's figures
    :param proxy: the proxy's figures
    :param notes: the records of the callers
    :param held: id of each job that the simulator holds, and the key of the call that it was made for
    """
    reported = _Reports(notes)
    times = Counter(key for _, key in held)
    ids = {key: id for id, key in held}
    duplicates = sorted(str(key) for key, number in times.items() if number > 1)
    kept = reported.jobs.keys() - reported.deleted - reported.perhaps_deleted
    lost = sorted(kept - ids.keys())
    problems = [
        *(f"{key}: {times[key]} jobs of one call" for key in duplicates),
        *(f"{key}: the caller received {reported.jobs[key]}, which is missing" for key in lost),
        *(
            f"{key}: is {ids[key]}, but the caller received {reported.jobs[key]}"
            for key in kept & ids.keys()
            if ids[key] != reported.jobs[key]
        ),
        *(f"{key}: exists, though the caller was informed of its deletion" for key in reported.deleted & ids.keys()),
        *(
            f"{key}: was made, though the caller was informed that nothing was sent"
            for key in ids.keys() - reported.jobs.keys() - reported.uncertain
        ),
        *(
            f"{call}: failed although it got a response: {reported.broken[call]}"
            for call in reported.broken.keys() & set(proxy["responded"])
        ),
        *reported.wrong,
        *_miscounted(client),
        *client["errors"].splitlines(),
        *_grown(client),
    ]
    return Figures(
        seed,
        client,
        proxy,
        reported=len(reported.jobs),
        uncertain=len(reported.uncertain),
        made=len(reported.uncertain & ids.keys()),
        duplicates=len(duplicates),
        lost=len(lost),
        problems=problems,
    )


def _miscounted(client: dict[str, Any]) -> Iterator[str]:
    """Yield what the hooks were not called with, or were called with twice."""
    hooks, calls = client["hooks"], sum(number for *_, number in client["outcomes"])
    if hooks["calls"] != calls:
        yield f"after_call: was called {hooks['calls']} times for {calls} calls"
    if hooks["requests"] != hooks["attempts"]:
        yield f"before_request: was called {hooks['requests']} times for {hooks['attempts']} attempts"


def _grown(client: dict[str, Any]) -> Iterator[str]:
    start, warm, end, closed = (client[phase] for phase in ("start", "warm", "end", "closed"))
    for name, most in (
        ("memory", MEMORY_GROWN),
        ("files", FILES_GROWN),
        ("objects", OBJECTS_GROWN),
        ("threads", THREADS_GROWN),
    ):
        if end[name] is not None and end[name] - warm[name] > most:
            yield f"{name}: {end[name] - warm[name]} more than when the client was warm, {most} at most are allowed"
    for name in ("files", "threads"):
        if closed[name] != start[name]:
            yield f"{name}: {closed[name]} after the client is closed, {start[name]} before it was made"
