"""The options that say which jobs are meant: the filters of ``get_jobs``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.click_classes import Option
from vidispine.cli.parameter_types import MOMENT, PAIR

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["complete_priority", "filter_options", "priority_word", "wanted"]

F = TypeVar("F", bound="Callable[..., Any]")

_GROUPS = ("running", "final", "succeeded", "failed")


def _complete_state(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from vidispine import JobState

    return [
        CompletionItem(word) for word in (*_GROUPS, *JobState.values()) if word.lower().startswith(incomplete.lower())
    ]


def complete_priority(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the priorities that begin so."""
    from click.shell_completion import CompletionItem

    from vidispine import JobPriority

    return [CompletionItem(word) for word in JobPriority.values() if word.startswith(incomplete.upper())]


def priority_word(_context: click.Context, _: click.Parameter, value: Any) -> Any:
    """Return a priority, or several, as the server spells them."""
    if value is None or isinstance(value, tuple):
        return None if value is None else tuple(one.upper() for one in value)
    return value.upper()


def filter_options(command: F) -> F:
    """Give a command the options that say which jobs are meant."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _option(*names: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=Option, section="Which jobs", **settings)


_OPTIONS = (
    _option(
        "--state",
        "states",
        multiple=True,
        metavar="STATE",
        shell_complete=_complete_state,
        help=f"In this state, or in one of these: {', '.join(_GROUPS)}. Repeatable, as are the next three.",
    ),
    _option("--type", "types", multiple=True, metavar="TYPE", help="Of this type, such as TRANSCODE."),
    _option(
        "--priority",
        "priorities",
        multiple=True,
        metavar="PRIORITY",
        callback=priority_word,
        shell_complete=complete_priority,
        help="Of this priority.",
    ),
    _option(
        "--data",
        "data",
        multiple=True,
        type=PAIR,
        metavar="KEY=VALUE",
        help="Whose data has this, such as itemId=VX-7.",
    ),
    _option("--all-users", is_flag=True, help="Of all users, not only yours."),
    _option("--started-after", type=MOMENT, metavar="TIME", help="Started then or later: 2026-01-31, or 2h (ago)."),
    _option("--started-before", type=MOMENT, metavar="TIME", help="Started then or earlier."),
    _option("--finished-after", type=MOMENT, metavar="TIME", help="Finished then or later."),
    _option("--finished-before", type=MOMENT, metavar="TIME", help="Finished then or earlier."),
    _option(
        "--sort",
        default="startTime desc",
        show_default=True,
        metavar="FIELDS",
        help="jobId, type, state, user, startTime, priority, each with asc or desc, with commas between.",
    ),
)


def wanted(
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
    """Return the arguments of ``get_jobs`` for what these options say."""
    filters = {
        "state": _states(states),
        "type": [word.upper() for word in types],
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
        "running": [word for word in JobState.values() if word not in JobState.FINAL],
        "final": sorted(JobState.FINAL),
        "succeeded": sorted(JobState.SUCCEEDED),
        "failed": sorted(JobState.FAILED),
    }
    words = [word for one in given for word in groups.get(one.lower(), [one.upper()])]
    return list(dict.fromkeys(words))
