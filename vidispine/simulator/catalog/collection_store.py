"""Collections: items and other collections, gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vidispine.simulator.accounts.entities import Subject
from vidispine.simulator.formats import serial_of, site_id
from vidispine.simulator.http.errors import invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidispine.simulator.database import Database

__all__ = ["Collection", "Collections"]


class Collection(NamedTuple):
    """A collection's row."""

    serial: int
    user: str
    created: int

    @property
    def id(self) -> str:
        """The collection's id, such as ``VX-111``."""
        return site_id(self.serial)

    @property
    def subject(self) -> Subject:
        """The collection as metadata and access controls know it."""
        return Subject("collection", self.serial)


class Collections:
    """All collections and what is in them: ``world.collections``."""

    def __init__(self, database: Database) -> None:
        """Speak about the collections in this database."""
        self._database = database

    def create(self, now: int, user: str) -> Collection:
        """Add a collection.

        :param now: when, as a call has it
        :param user: name of its owner
        """
        return Collection(self._database.insert("collection", user=user, created=now), user, now)

    def find(self, id: str) -> Collection | None:
        """Return a collection by its id, ``None`` when there is none."""
        row = self._database.row("SELECT * FROM collection WHERE serial = ?", serial_of(id, "COLLECTION"))
        return None if row is None else Collection(*row)

    def get(self, id: str) -> Collection:
        """Return a collection by its id.

        :raises Fault: there is none
        """
        collection = self.find(id)
        if collection is None:
            raise not_found("Collection", id)
        return collection

    def delete(self, collection: Collection) -> None:
        """Remove a collection; what is in it stays."""
        self._database.execute("DELETE FROM collection_member WHERE collection = ?", [collection.serial])
        self.forget(collection.subject)
        self._database.execute("DELETE FROM collection WHERE serial = ?", [collection.serial])

    def forget(self, subject: Subject) -> None:
        """Take an entity out of all collections."""
        self._database.execute("DELETE FROM collection_member WHERE kind = ? AND member = ?", subject)

    # Members

    def members(self, collection: Collection, kind: str | None = None) -> list[Subject]:
        """Return what is in a collection, in its order.

        :param kind: ``item`` or ``collection``; both when ``None``
        """
        rows = self._database.rows(
            "SELECT kind, member FROM collection_member WHERE collection = ?1 AND (?2 IS NULL OR kind = ?2)"
            " ORDER BY position, kind, member",
            collection.serial, kind,
        )  # fmt: skip
        return [Subject(*row) for row in rows]

    def add(self, collection: Collection, member: Subject) -> None:
        """Put something into a collection, at its end; what is in it already stays where it is.

        :raises Fault: the collection would contain itself
        """
        if member.kind == "collection" and collection.serial in self._below(member.serial):
            raise invalid("id", member.id, "a collection cannot contain itself", context="collection")
        last = self._database.value(
            "SELECT coalesce(max(position), 0) FROM collection_member WHERE collection = ?", collection.serial
        )
        self._database.execute(
            "INSERT OR IGNORE INTO collection_member VALUES (?, ?, ?, ?)", [collection.serial, *member, last + 1]
        )

    def remove(self, collection: Collection, member: Subject) -> bool:
        """Take something out of a collection and return whether it was in it."""
        cursor = self._database.execute(
            "DELETE FROM collection_member WHERE collection = ? AND kind = ? AND member = ?",
            [collection.serial, *member],
        )
        return cursor.rowcount > 0

    def reorder(self, collection: Collection, members: Sequence[Subject]) -> None:
        """Put the members of a collection in an order."""
        for position, member in enumerate(members, start=1):
            self._database.execute(
                "UPDATE collection_member SET position = ? WHERE collection = ? AND kind = ? AND member = ?",
                [position, collection.serial, *member],
            )

    def _below(self, serial: int) -> set[int]:
        """Return a collection and all that are in it, at any depth."""
        rows = self._database.rows(
            "WITH RECURSIVE below (serial) AS (SELECT ?1"
            " UNION SELECT member FROM collection_member, below WHERE kind = 'collection' AND collection = serial"
            ") SELECT serial FROM below",
            serial,
        )
        return {row["serial"] for row in rows}

    def containing(self, subject: Subject) -> list[int]:
        """Return the serial numbers of the collections that something is in."""
        rows = self._database.rows(
            "SELECT collection FROM collection_member WHERE kind = ? AND member = ? ORDER BY collection", *subject
        )
        return [row["collection"] for row in rows]

    def above(self, collection: Collection) -> list[int]:
        """Return the serial numbers of the collections that a collection is in, at any depth."""
        rows = self._database.rows(
            "WITH RECURSIVE above (serial) AS (SELECT collection FROM collection_member"
            " WHERE kind = 'collection' AND member = ?"
            " UNION SELECT collection FROM collection_member, above WHERE kind = 'collection' AND member = serial"
            ") SELECT serial FROM above ORDER BY serial",
            collection.serial,
        )
        return [row["serial"] for row in rows]
