"""Updates the metadata of many entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import as_completed
from functools import partial
from typing import TYPE_CHECKING, Any

from vidispine._calls.background import make_executor, submit
from vidispine._documents.registry import find_model
from vidispine._mixins.metadata_content import build_content
from vidispine._mixins.metadata_saving import check_entity
from vidispine._values.checks import check_integer
from vidispine.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from vidispine._mixins.metadata_saving import MetadataStore
    from vidispine.models.metadata_type import MetadataType

__all__ = ["BulkUpdate"]


_ARGUMENTS = ("mode", "on_progress", "retry_on_conflict", "workers")


class BulkUpdate:
    """One call of ``MetadataCalls.update_many``."""

    def __init__(self, store: MetadataStore, kind: str, mode: str, retry: bool) -> None:
        if mode not in ("replace", "add"):
            raise ApiValueError(f"the mode of an update must be 'replace' or 'add', not {mode!r}")
        self._store = store
        self._kind = kind
        self._mode = mode
        self._retry = retry

    def run(
        self, entities: Any, values: Any, workers: int, on_progress: Callable[[int, int], object] | None
    ) -> dict[str, MetadataType | Exception]:
        """Update all entities. Return the metadata or the exception of each."""
        self._check(workers, on_progress)
        if hasattr(entities, "_as_model"):  # a Search
            entities = self._store.found_by(entities, self._kind)
        updates = _updates(entities, values)
        executor = make_executor(min(workers, max(len(updates), 1)))
        futures: dict[Future[MetadataType], str] = {}
        try:
            for id, update in updates.items():
                futures[submit(executor, partial(self._update, id, update))] = id
            for done, _ in enumerate(as_completed(futures), 1):
                if on_progress is not None:
                    on_progress(done, len(futures))
        finally:
            for future in futures:
                future.cancel()
            if executor is not None:
                executor.shutdown()
        results: dict[str, MetadataType | Exception] = {}
        for future, id in futures.items():
            error = future.exception()
            if error is not None and not isinstance(error, Exception):
                raise error
            results[id] = future.result() if error is None else error
        return results

    def _check(self, workers: Any, on_progress: Any) -> None:
        check_entity(self._kind, "VX-1")  # the ids are checked when all of them are known
        check_integer("workers", workers, 1)
        if on_progress is not None and not callable(on_progress):
            raise ApiTypeError(f"on_progress must be callable, not {type(on_progress).__name__}")
        self._store.check_options("update_many", _ARGUMENTS)

    def _update(self, id: str, update: Any) -> MetadataType:
        if isinstance(update, find_model("MetadataType")):
            return self._store.write(self._kind, id, update)
        metadata = self._store.load(self._kind, id, {}, None)
        if callable(update):
            update(metadata)
        elif self._mode == "replace":
            metadata.update(update)
        else:
            _add(metadata, update)
        return self._store.save(metadata, self._kind, id, self._retry)


def _add(metadata: MetadataType, values: Mapping[str, Any]) -> None:
    from vidispine._mixins.metadata_values import split_input

    for name, value in values.items():
        texts, groups = split_input(name, value)
        if texts is not None:
            metadata.add(name, *texts)
        for group in groups or ():
            metadata.add_group(name, group)


def _updates(entities: Any, values: Any) -> dict[str, Any]:
    """Return what to update by id.

    :raises ApiTypeError, ApiValueError: an id or an update is missing or invalid
    """
    if isinstance(entities, Mapping):
        if values is not None:
            raise ApiTypeError("pass the values either in the mapping of ids, or as values")
        updates = dict(entities)
    elif isinstance(entities, (str, bytes)) or not isinstance(entities, Iterable):
        raise ApiTypeError(f"the entities must be a mapping or an iterable of ids, not {type(entities).__name__}")
    elif values is None:
        raise ApiTypeError("the values are missing: pass a mapping of ids to values, or the ids and then the values")
    else:
        updates = {_id_of(entity): values for entity in entities}
    model = find_model("MetadataType")
    checked: list[Any] = []
    for id, update in updates.items():
        if not isinstance(id, str) or not id:
            raise ApiTypeError(f"an id must be a string such as 'VX-93', not {id!r}")
        # The same values for all entities are checked once.
        if not any(update is one for one in checked[-1:]):
            if not isinstance(update, model) and not callable(update):
                build_content(update, model())
            checked.append(update)
    return updates


def _id_of(entity: Any) -> str:
    id = entity if isinstance(entity, str) else getattr(entity, "id", None)
    if not isinstance(id, str):
        raise ApiTypeError(f"an id must be a string such as 'VX-93', not {type(entity).__name__}")
    return id
