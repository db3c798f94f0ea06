"""The stores of items, and their base for those of collections and libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar

from vidispine.simulator.accounts.entities import EntityRef
from vidispine.simulator.catalog.external_id_store import entity_serial
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.formats import site_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidispine.simulator.database.connection import Database
    from vidispine.simulator.jobs.extensions import Extension


class EntityRow(NamedTuple):
    """The columns that the tables of all entities begin with."""

    serial: int
    user: str
    created: int


class Entity(EntityRow):
    """A row of the table ``kind``."""

    kind: ClassVar[str]

    @property
    def id(self) -> str:
        """The entity's id, such as ``VX-93``."""
        return site_id(self.serial)

    @property
    def ref(self) -> EntityRef:
        """Reference to the entity."""
        return EntityRef(self.kind, self.serial)


E = TypeVar("E", bound=Entity)


class EntityStore(Generic[E]):
    """Stores entities of one kind."""

    entity: type[E]

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, now: int, user: str) -> E:
        """Create an entity.

        :param now: time of the request
        :param user: name of the owner
        """
        return self.entity(self._database.insert(self.entity.kind, user=user, created=now), user, now)

    def find(self, id: str) -> E | None:
        """Return an entity, ``None`` when it is missing."""
        kind = self.entity.kind
        serial = entity_serial(self._database, kind, id)
        statement = f"SELECT serial, user, created FROM {kind} WHERE serial = ?"  # noqa: S608 - kinds are constants
        return self._database.find(self.entity, statement, serial)

    def get(self, id: str, type: str | None = None) -> E:
        """Return an entity.

        :param type: name of the entity type in the error
        :raises ApiError: the entity is missing
        """
        entity = self.find(id)
        if entity is None:
            raise not_found(type or self.entity.kind.capitalize(), id)
        return entity


class Item(Entity):
    """An item."""

    kind = "item"


class ItemStore(EntityStore[Item]):
    """Stores items."""

    entity = Item

    def __init__(self, database: Database, extensions: Sequence[Extension]) -> None:
        super().__init__(database)
        self._extensions = extensions

    def delete(self, item: Item, now: int, arguments: Mapping[str, Any]) -> None:
        """Delete an item and everything that belongs to it."""
        for extension in self._extensions:
            extension.item_deleted(item, now, arguments)
        self._database.delete("item", serial=item.serial)
