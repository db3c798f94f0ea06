"""Job types: the steps and durations of the built-in types, and the custom types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vidispine.simulator.jobs.behavior import Behavior

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.database.connection import Database

CUSTOM_IDS = range(20000, 30001)
"""Range of the ids of custom types."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


_OTHER_TYPES = Behavior(("Preparing", "Working", "Finishing"), 1.5)

_BUILT_IN_TYPES = {
    names: Behavior(steps, seconds)
    for names, steps, seconds in (
        (
            ("IMPORT", "PLACEHOLDER_IMPORT", "RAW_IMPORT", "AUTO_IMPORT", "SHAPE_IMPORT", "ESSENCE_VERSION"),
            ("Transferring file", "Checking media", "Creating shape", "Transcoding", "Updating item"),
            3.0,
        ),
        (("SIDECAR_IMPORT",), ("Transferring file", "Reading sidecar", "Updating metadata"), 1.0),
        (
            ("TRANSCODE", "TRANSCODE_RANGE", "RAW_TRANSCODE", "CONFORM", "TIMELINE"),
            ("Allocating resources", "Transcoding", "Checking media", "Updating item"),
            3.0,
        ),
        (("THUMBNAIL",), ("Allocating resources", "Extracting frames", "Storing thumbnails"), 1.5),
        (
            ("ANALYZE", "OTIF_ANALYZE", "FILE_ANALYZE", "IMF_ANALYZE", "SHAPE_UPDATE"),
            ("Reading file", "Analyzing media", "Updating shape"),
            2.0,
        ),
        (("EXPORT",), ("Choosing shape", "Transferring file", "Writing metadata"), 2.0),
        (
            ("COPY_FILE", "MOVE_FILE", "ARCHIVE", "RESTORE", "FCS_RESTORE", "TEST_TRANSFER"),
            ("Preparing storage", "Transferring file", "Updating file"),
            2.0,
        ),
        (("DELETE_FILE", "DELETE_LIBRARY", "DELETE_USER"), ("Collecting", "Deleting"), 1.0),
        (("LIST_ITEMS", "UPDATE_LIBRARY_ITEM_METADATA"), ("Searching", "Processing items", "Finishing"), 1.5),
    )
}
_BY_TYPE = {name: described for names, described in _BUILT_IN_TYPES.items() for name in names}


def default_behavior(type_name: str) -> Behavior:
    """Return the default behavior of a type: some steps, one to three seconds, no failures."""
    return _BY_TYPE.get(type_name, _OTHER_TYPES)


class JobTypeStore:
    """Stores custom types and the behavior of all types. Use it within a transaction of the timeline."""

    def __init__(self, database: Database, built_in: Sequence[str]) -> None:
        """Use a database.

        :param built_in: names of the built-in types
        """
        self._database = database
        self._built_in = built_in

    def names(self) -> list[str]:
        """Return the names of all types: built-in types, then custom types by name."""
        return [*self._built_in, *self._database.column("SELECT name FROM job_type ORDER BY name")]

    def is_built_in(self, name: str) -> bool:
        """Return whether a type is built in."""
        return name in self._built_in

    def exists(self, name: str) -> bool:
        """Return whether a type exists."""
        return self.is_built_in(name) or name in self._database.column("SELECT name FROM job_type")

    def id_is_taken(self, number: int) -> bool:
        """Return whether a custom type has an id."""
        return self._database.value("SELECT 1 FROM job_type WHERE id = ?", number) is not None

    def add(self, name: str, number: int | None = None) -> None:
        """Add a custom type.

        :param number: its id. Default: the lowest unused one
        :raises ValueError: the name is invalid or exists, or all ids are used
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"the name of a job type is letters, digits and underscores, not {name!r}")
        if self.exists(name):
            raise ValueError(f"the job type {name} already exists")
        if number is None:
            taken = set(self._database.column("SELECT id FROM job_type"))
            number = next((free for free in CUSTOM_IDS if free not in taken), None)
        if number is None:
            raise ValueError("all ids of custom job types are in use")
        self._database.insert("job_type", name=name, id=number)

    def remove(self, name: str) -> None:
        """Delete a custom type and its behavior. Its jobs remain."""
        self._database.delete("job_type", name=name)
        self._database.delete("behaviour", type=name)

    def behavior(self, name: str) -> Behavior:
        """Return the behavior of new jobs of a type."""
        text = self._database.value("SELECT document FROM behaviour WHERE type = ?", name)
        return default_behavior(name) if text is None else Behavior.from_json(text)

    def set_behavior(self, name: str, behavior: Behavior) -> None:
        """Set the behavior of new jobs of a type."""
        self._database.put("behaviour", type=name, document=behavior.to_json())
