"""Behavior of jobs: plain data that tests set."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Union

from vidispine._documents.json import load_json
from vidispine.simulator.http.formats import check_integer

Steps = Union[int, Iterable[str], None]
"""A number of steps, or their descriptions. ``None``: those of the type."""

ProblemSpec = Union[str, Mapping[str, Any], None]
"""The type of a problem, or ``{"type": ..., "data": {...}}``."""

MAX_STEPS = 1000
MAX_SUB_JOBS = 1000
MAX_SECONDS = 100 * 365 * 86400
"""100 years. A longer duration is shortened to that."""

FREEZABLE = ("READY", "STARTED", "VIDINET_JOB", "ABORTED_PENDING")
"""States in which jobs can be frozen. Jobs stay in ``HOLD`` and ``WAITING`` by themselves."""


@dataclass(frozen=True)
class Behavior:
    """Behavior of a job: steps, duration, and failures. Steps are counted from 1."""

    steps: tuple[str, ...]
    """Descriptions of the steps."""
    seconds: float
    """Duration of a job that does not fail. Each step takes an equal part."""
    fail_at: int | None = None
    """The step that fails, and fails the job."""
    warn_at: int | None = None
    """The step that fails without failing the job."""
    message: str | None = None
    """Error message of the failing step."""
    attempts: int = 1
    """Number of attempts of the failing step."""
    wait_for: str | None = None
    """Type of the problem that the job waits for."""
    wait_data: dict[str, str] = field(default_factory=dict)
    """Data of the problem."""
    wait_at: int | None = None
    """The step before which the job waits."""
    hold: bool = False
    """Whether jobs are created in ``HOLD``."""
    vidinet_at: int | None = None
    """The step that runs in a VidiNet service."""
    sub_jobs: int = 0
    """Number of sub-jobs."""
    freeze: str | None = None
    """The state in which jobs stay, without a slot and without further events."""

    def to_json(self) -> str:
        """Return the behavior as JSON, for the database."""
        return json.dumps(vars(self))

    @classmethod
    @lru_cache
    def from_json(cls, text: str) -> Behavior:
        """Return the behavior that :meth:`to_json` wrote."""
        values = load_json(text)
        return cls(**{**values, "steps": tuple(values["steps"])})

    def error_message(self, step: int) -> str:
        """Return the error message of a failing step."""
        return self.message or f"step {step} ({self.steps[step - 1]}) failed"

    @property
    def freezing_step(self) -> int | None:
        """The step in which jobs are frozen while it runs, ``None`` when they are not."""
        return None if self.freeze in (None, "READY") else self.vidinet_at or min(2, len(self.steps))

    def milliseconds_until(self, step: int) -> float:
        """Return the duration of the job up to the end of a step."""
        return self.seconds * 1000 * step / len(self.steps)


def make_behavior(
    default: Behavior,
    *,
    steps: Steps = None,
    seconds: float | None = None,
    wait_for: ProblemSpec = None,
    **others: Any,
) -> Behavior:
    """Return a validated behavior. Default for steps and seconds: those of ``default``.

    :param others: other members of the behavior
    :raises ValueError: an argument is invalid
    """
    descriptions = default.steps if steps is None else _descriptions(steps)
    problem, data = _problem(wait_for)
    duration = default.seconds if seconds is None else _seconds(seconds)
    behavior = Behavior(descriptions, duration, wait_for=problem, wait_data=data, **others)
    second = min(2, len(descriptions))
    if behavior.freeze == "VIDINET_JOB" and behavior.vidinet_at is None:
        behavior = replace(behavior, vidinet_at=second)
    _check(behavior)
    if problem is not None and behavior.wait_at is None:
        behavior = replace(behavior, wait_at=behavior.fail_at or second)
    return behavior


def _check(behavior: Behavior) -> None:
    if behavior.freeze not in (None, *FREEZABLE):
        raise ValueError(f"freeze must be one of {', '.join(FREEZABLE)}, not {behavior.freeze!r}")
    for name in ("fail_at", "warn_at", "wait_at", "vidinet_at"):
        if getattr(behavior, name) is not None:
            check_integer(name, getattr(behavior, name), 1, len(behavior.steps))
    _check_order(behavior)
    check_integer("attempts", behavior.attempts, 1, 1000)
    check_integer("sub_jobs", behavior.sub_jobs, 0, MAX_SUB_JOBS)
    if behavior.fail_at is None and behavior.attempts != 1:
        raise ValueError("attempts requires fail_at")
    message: Any = behavior.message
    fails = behavior.fail_at is not None or behavior.warn_at is not None
    if message is not None and not (isinstance(message, str) and fails):
        raise ValueError("message must be text, and requires fail_at or warn_at")
    if behavior.wait_at is not None and behavior.wait_for is None:
        raise ValueError("wait_at requires wait_for, the problem to wait for")
    if not isinstance(behavior.hold, bool):
        raise ValueError(f"hold must be True or False, not {behavior.hold!r}")


def _check_order(behavior: Behavior) -> None:
    fail_at = behavior.fail_at
    if fail_at is None:
        return
    for name in ("warn_at", "wait_at", "vidinet_at"):
        step = getattr(behavior, name)
        if step is not None and step > fail_at:
            raise ValueError(f"{name}={step} is never reached: the job fails at step {fail_at}")
    if behavior.warn_at == fail_at:
        raise ValueError(f"step {fail_at} cannot both fail the job (fail_at) and only warn (warn_at)")


def _descriptions(steps: Any) -> tuple[str, ...]:
    if isinstance(steps, int) and not isinstance(steps, bool):
        check_integer("steps", steps, 1, MAX_STEPS)
        return tuple(f"Step {number} of {steps}" for number in range(1, steps + 1))
    if isinstance(steps, (bool, str)) or not isinstance(steps, Iterable):
        raise ValueError(f"steps must be a number or a list of descriptions, not {steps!r}")
    descriptions = tuple(steps)
    if not 1 <= len(descriptions) <= MAX_STEPS:
        raise ValueError(f"a job has 1 to {MAX_STEPS} steps, not {len(descriptions)}")
    for description in descriptions:
        if not isinstance(description, str) or not description:
            raise ValueError(f"a step's description must be text, not {description!r}")
    return descriptions


def _seconds(seconds: Any) -> float:
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds < math.inf:
        raise ValueError(f"seconds must be a number of at least 0, not {seconds!r}")
    return float(min(seconds, MAX_SECONDS))


def _problem(wait_for: Any) -> tuple[str | None, dict[str, str]]:
    if wait_for is None:
        return None, {}
    if isinstance(wait_for, str):
        wait_for = {"type": wait_for}
    if not isinstance(wait_for, Mapping) or not set(wait_for) <= {"type", "data"}:
        raise ValueError(f'wait_for must be a problem\'s type, or {{"type": ..., "data": {{...}}}}, not {wait_for!r}')
    kind, data = wait_for.get("type"), wait_for.get("data", {})
    if not isinstance(kind, str) or not kind:
        raise ValueError(f"the type of a problem must be text, not {kind!r}")
    if not isinstance(data, Mapping):
        raise ValueError(f"the data of a problem must be a mapping, not {data!r}")
    return kind, {str(key): str(value) for key, value in data.items()}
