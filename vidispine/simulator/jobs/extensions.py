"""The interface by which parts of the simulator extend each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.accounts.entities import EntityRef
    from vidispine.simulator.catalog.entity_store import Item
    from vidispine.simulator.catalog.metadata_store import Node
    from vidispine.simulator.database.conditions import Condition
    from vidispine.simulator.http.requests import Request
    from vidispine.simulator.jobs.job_store import Job
    from vidispine.simulator.media.file_store import File
    from vidispine.simulator.media.shape_store import Shape


class StepResult(NamedTuple):
    """The progress of the work of a step. Without members, the work is done."""

    error: str | None = None
    """Why the step fails."""
    wait: int | None = None
    """Milliseconds until the next call."""


DONE = StepResult()


class Extension:
    """A component of the server. Subclasses override what they add; ``ServerState.extensions`` lists all, in order."""

    def item_deleted(self, item: Item, now: int, arguments: Mapping[str, Any]) -> None:
        """Clean up after an item, before its row is deleted. The parameters of the request name the files to keep."""

    def item_content(
        self, value: str, request: Request, items: Sequence[Item]
    ) -> Mapping[int, Mapping[str, Any]] | None:
        """Return members of the documents of items, by serial number; ``None`` for the content of other components.

        :param value: value of the parameter ``content``
        """
        return None

    def item_condition(self, name: str, criterion: Mapping[str, Any]) -> Condition | None:
        """Return the condition on items for a member of a search document, such as ``shape``; ``None`` for others."""
        return None

    def transient_fields(self, kind: str, serials: Sequence[int]) -> Mapping[int, Mapping[str, Sequence[str]]]:
        """Return fields that are computed when they are read, by serial numbers of entities of a kind."""
        return {}

    def metadata_written(self, entity: EntityRef, nodes: Sequence[Node], user: str) -> None:
        """Handle a change of metadata by a user.

        :param nodes: the fields, groups and values that changed
        """

    def complete_step(self, job: Job, at: int) -> StepResult:
        """Perform the work of a step. Called when its duration is over, before it ends."""
        return DONE

    def job_changed(self, event: str, job: Job, at: int) -> None:
        """Handle an event of a job: ``CREATE``, ``UPDATE`` at each step, or ``STOP`` at the end."""

    def shape_changed(self, event: str, shape: Shape, at: int) -> None:
        """Handle an event of a shape: ``create``, ``modify`` or ``delete``."""

    def file_changed(self, event: str, file: File, at: int) -> None:
        """Handle an event of a file: ``new``, ``change``, ``close``, ``delete`` or ``hash``."""
