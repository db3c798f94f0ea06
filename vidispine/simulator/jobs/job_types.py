"""The types of jobs, those that are always there and custom ones, and how their jobs behave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vidispine.simulator.jobs.behavior import Behaviour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.database import Database

__all__ = ["CUSTOM_IDS", "JobTypes", "default_behaviour"]

CUSTOM_IDS = range(20000, 30001)
"""Ids that a custom type may have."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


_GENERAL = Behaviour(("Preparing", "Working", "Finishing"), 1.5)

_DEFAULTS = {
    names: Behaviour(steps, seconds)
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
_BY_TYPE = {name: described for names, described in _DEFAULTS.items() for name in names}


def default_behaviour(type_name: str) -> Behaviour:
    """Return how jobs of a type behave unless told otherwise: some steps, one to three seconds, no trouble."""
    return _BY_TYPE.get(type_name, _GENERAL)


class JobTypes:
    """Reads and writes the types. To be used within a moment of the timeline."""

    def __init__(self, database: Database, built_in: Sequence[str]) -> None:
        """Take the names of the types that are always there."""
        self._database = database
        self._built_in = built_in

    def names(self) -> list[str]:
        """Return all types: first those that are always there, then the custom ones by name."""
        rows = self._database.rows("SELECT name FROM job_type ORDER BY name")
        return [*self._built_in, *(row["name"] for row in rows)]

    def is_built_in(self, name: str) -> bool:
        """Return whether the type is always there."""
        return name in self._built_in

    def exists(self, name: str) -> bool:
        """Return whether there is such a type."""
        return self.is_built_in(name) or self._custom_id(name) is not None

    def _custom_id(self, name: str) -> int | None:
        number: int | None = self._database.value("SELECT id FROM job_type WHERE name = ?", name)
        return number

    def id_is_taken(self, number: int) -> bool:
        """Return whether a custom type has this id."""
        return self._database.value("SELECT 1 FROM job_type WHERE id = ?", number) is not None

    def add(self, name: str, number: int | None = None) -> None:
        """Add a custom type under an id, by default the lowest free one.

        :raises ValueError: the name is no name or taken already, or no id is free
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"the name of a job type is letters, digits and underscores, not {name!r}")
        if self.exists(name):
            raise ValueError(f"there is a job type {name} already")
        if number is None:
            taken = {row["id"] for row in self._database.rows("SELECT id FROM job_type")}
            number = next((free for free in CUSTOM_IDS if free not in taken), None)
        if number is None:
            raise ValueError("all ids of custom job types are taken")
        self._database.insert("job_type", name=name, id=number)

    def remove(self, name: str) -> None:
        """Remove a custom type and how its jobs behave; jobs that are there stay."""
        self._database.execute("DELETE FROM job_type WHERE name = ?", [name])
        self._database.execute("DELETE FROM behaviour WHERE type = ?", [name])

    def behaviour(self, name: str) -> Behaviour:
        """Return how jobs of a type behave from now on."""
        text = self._database.value("SELECT document FROM behaviour WHERE type = ?", name)
        return default_behaviour(name) if text is None else Behaviour.from_json(text)

    def set_behaviour(self, name: str, behaviour: Behaviour) -> None:
        """Say how jobs of a type behave from now on."""
        self._database.execute(
            "INSERT OR REPLACE INTO behaviour (type, document) VALUES (?, ?)", [name, behaviour.to_json()]
        )
