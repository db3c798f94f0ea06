"""The options of commands for jobs: filters, priority and waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.click_classes import Option
from vidispine.cli.parameter_types import DURATION, KEY_VALUE, TIME

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = [
    "complete_priority",
    "drop_empty",
    "filter_options",
    "max_wait_option",
    "priority_option",
    "to_priority",
    "to_query",
    "wait_options",
]

F = TypeVar("F", bound="Callable[..., Any]")

_STATE_GROUPS = ("running", "final", "succeeded", "failed")


def _complete_state(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from vidispine import JobState

    states = (*_STATE_GROUPS, *JobState.values())
    return [CompletionItem(state) for state in states if state.lower().startswith(incomplete.lower())]


def _check_states(_context: click.Context, _: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Reject a misspelled state, which would find no jobs. Newer servers may have states that are unknown here."""
    from vidispine import JobState
    from vidispine.exceptions import did_you_mean

    known = [*_STATE_GROUPS, *(value.lower() for value in JobState.values())]
    for state in given:
        near = "" if state.lower() in known else did_you_mean(state.lower(), known)
        if near:
            raise click.BadParameter(f"there is no state {state!r}{near}")
    return given


def complete_priority(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a priority."""
    from click.shell_completion import CompletionItem

    from vidispine import JobPriority

    return [CompletionItem(value) for value in JobPriority.values() if value.startswith(incomplete.upper())]


def to_priority(_context: click.Context, _: click.Parameter, value: Any) -> Any:
    """Return one or more priorities in the server's spelling."""
    if isinstance(value, tuple):
        return tuple(one.upper() for one in value)
    return value and value.upper()


def priority_option(command: F) -> F:
    """Add the priority of a new job to a command."""
    return click.option(
        "--priority",
        metavar="PRIORITY",
        callback=to_priority,
        shell_complete=complete_priority,
        help="Priority of the job: IMMEDIATE, HIGHEST, HIGH, MEDIUM, LOW or LOWEST.",
    )(command)


def max_wait_option(command: F) -> F:
    """Add the maximum wait time to a command."""
    option: Any = click.option(
        "--max-wait", type=DURATION, metavar="DURATION", help="Maximum time to wait, such as 90s, 15m or 2h."
    )
    decorated: F = option(command)
    return decorated


def wait_options(command: F) -> F:
    """Add the options for waiting to a command that starts jobs."""
    option: Any = click.option(
        "--wait", is_flag=True, help="Wait until the job ends. The exit code is 3 if the job failed."
    )
    decorated: F = option(max_wait_option(command))
    return decorated


def drop_empty(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that have a value."""
    return {name: value for name, value in options.items() if value not in (None, [])}


def filter_options(command: F) -> F:
    """Add the options that filter jobs to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _option(*names: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=Option, section="Filters", **settings)


_OPTIONS = (
    _option(
        "--state",
        "states",
        multiple=True,
        metavar="STATE",
        callback=_check_states,
        shell_complete=_complete_state,
        help=f"State, or a group of states: {', '.join(_STATE_GROUPS)}. Repeatable.",
    ),
    _option("--type", "types", multiple=True, metavar="TYPE", help="Job type, such as TRANSCODE. Repeatable."),
    _option(
        "--priority",
        "priorities",
        multiple=True,
        metavar="PRIORITY",
        callback=to_priority,
        shell_complete=complete_priority,
        help="Priority. Repeatable.",
    ),
    _option(
        "--data",
        "data",
        multiple=True,
        type=KEY_VALUE,
        metavar="KEY=VALUE",
        help="Job metadata, such as itemId=VX-7. Repeatable.",
    ),
    _option("--all-users", is_flag=True, help="Include the jobs of other users."),
    _option("--started-after", type=TIME, metavar="TIME", help="Earliest start: 2026-01-31, or 2h for 2 hours ago."),
    _option("--started-before", type=TIME, metavar="TIME", help="Latest start."),
    _option("--finished-after", type=TIME, metavar="TIME", help="Earliest end."),
    _option("--finished-before", type=TIME, metavar="TIME", help="Latest end."),
    _option(
        "--sort",
        default="startTime desc",
        show_default=True,
        metavar="FIELDS",
        help="Fields to sort by, separated by commas, each with asc or desc: jobId, type, state, user, startTime, "
        "priority.",
    ),
)


def to_query(
    *,
    states: tuple[str, ...],
    types: tuple[str, ...],
    priorities: tuple[str, ...],
    data: tuple[tuple[str, str], ...],
    all_users: bool,
    started_after: Any,
    started_before: Any,
    finished_after: Any,
    finished_before: Any,
    sort: str,
) -> dict[str, Any]:
    """Return the arguments of ``get_jobs`` for the values of the options."""
    filters = {
        "state": _states(states),
        "type": [type.upper() for type in types],
        "priority": list(priorities),
        "jobmetadata": [f"{key}={value}" for key, value in data],
        "starttime_from": started_after,
        "starttime_to": started_before,
        "finishtime_from": finished_after,
        "finishtime_to": finished_before,
        "sort": sort,
    }
    return {"user": not all_users, **{name: value for name, value in filters.items() if value not in (None, [])}}


def _states(given: tuple[str, ...]) -> list[str]:
    from vidispine import JobState

    groups = {
        "running": [state for state in JobState.values() if state not in JobState.FINAL],
        "final": sorted(JobState.FINAL),
        "succeeded": sorted(JobState.SUCCEEDED),
        "failed": sorted(JobState.FAILED),
    }
    states = [state for one in given for state in groups.get(one.lower(), [one.upper()])]
    return list(dict.fromkeys(states))
