"""The SQLite database of the state, in memory or in a file."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from vidispine.simulator import SimulatorError
from vidispine.simulator.database.conditions import marks

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

APPLICATION_ID = 0x56445349
"""Application id in the header of a state file ("VDSI")."""

VERSION = 3
"""Version of the schema. Increment it in each release that changes a table."""

CACHED_STATEMENTS = 512
"""Number of compiled statements that are kept: more than there are, so that each is compiled once."""


class Database:
    """A database connection without locking. The timeline serializes access."""

    def __init__(self, path: str | os.PathLike[str] | None, schema: str) -> None:
        """Open the database. Create it when it is missing.

        :param path: state file. ``None``: in memory
        :param schema: definitions of all tables. Each statement is terminated by a semicolon
        :raises SimulatorError: the file cannot be opened, is in use, or is not a state file
        """
        self.path = None if path is None else Path(path)
        self._caches: list[dict[Any, Any]] = []
        try:
            self._connection = sqlite3.connect(
                ":memory:" if self.path is None else self.path,
                isolation_level=None,
                check_same_thread=False,
                timeout=0,
                cached_statements=CACHED_STATEMENTS,
            )
        except sqlite3.Error as error:
            raise SimulatorError(f"{self.path}: {error}") from error
        self._connection.row_factory = sqlite3.Row
        try:
            self._open(schema)
        except sqlite3.Error as error:
            self._connection.close()
            raise SimulatorError(f"{self.path}: {_explain(error)}") from error
        except BaseException:
            self._connection.close()
            raise

    def _open(self, schema: str) -> None:
        # Only one process may use the file. The operating system releases the lock when the process ends.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if not self._is_empty():
            self._check()
            self._check_integrity()
        # Commits survive the end of the process. A power failure may lose the last ones.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self.transaction(immediate=True):
            if self._is_empty():
                for statement in _statements(schema):
                    self.execute(statement)
                self.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self.execute(f"PRAGMA user_version = {VERSION}")

    def _is_empty(self) -> bool:
        return not self.value("SELECT count(*) FROM sqlite_master")

    def _check(self) -> None:
        if self.value("PRAGMA application_id") != APPLICATION_ID:
            raise SimulatorError(f"{self.path} is a database of another program, not of the simulator")
        version = self.value("PRAGMA user_version")
        if version != VERSION:
            raise SimulatorError(
                f"{self.path} has version {version} of the simulator's schema, this release requires {VERSION}: "
                "use another file, or the release that created it"
            )

    def _check_integrity(self) -> None:
        if self.value("PRAGMA quick_check(1)") != "ok":
            raise SimulatorError(damaged(self.path, "integrity check failed"))

    @contextmanager
    def transaction(self, immediate: bool = False) -> Iterator[None]:
        """Run a transaction, or a part of the current one. Roll it back on an exception."""
        if self._connection.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            self._clear_caches()
            raise
        self.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Run a part of a transaction. Roll it back on an exception."""
        self.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK TO part")
            self.execute("RELEASE part")
            self._clear_caches()
            raise
        self.execute("RELEASE part")

    def new_cache(self) -> dict[Any, Any]:
        """Return a dictionary for rows that a store keeps. The store clears it on changes, a rollback does too."""
        rows: dict[Any, Any] = {}
        self._caches.append(rows)
        return rows

    def _clear_caches(self) -> None:
        for rows in self._caches:
            rows.clear()

    def execute(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._connection.execute(statement, tuple(values))

    def execute_many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run one statement for each row of values."""
        self._connection.executemany(statement, rows)

    def insert(self, table: str, **values: Any) -> int:
        """Add a row. Return its number."""
        cursor = self.execute(_insert_statement(table, tuple(values)), values.values())
        return cursor.lastrowid or 0

    def put(self, table: str, **values: Any) -> None:
        """Add a row, or replace the one with the same key."""
        self.execute(_insert_statement(table, tuple(values), "OR REPLACE "), values.values())

    def update(self, table: str, number: int, **values: Any) -> None:
        """Update columns of the row with this number."""
        assignments = ", ".join(f"{name} = ?" for name in values)
        statement = f"UPDATE {table} SET {assignments} WHERE rowid = ?"  # noqa: S608 - names are constants
        self.execute(statement, [*values.values(), number])

    def delete(self, table: str, **where: Any) -> int:
        """Delete the rows with these values. Return how many there were."""
        conditions = " AND ".join(f"{name} = ?" for name in where)
        return self.execute(f"DELETE FROM {table} WHERE {conditions}", where.values()).rowcount  # noqa: S608

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        return self.execute(statement, values).fetchall()

    def row(self, statement: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row of a query, ``None`` when there is none."""
        row: sqlite3.Row | None = self.execute(statement, values).fetchone()
        return row

    def value(self, statement: str, *values: Any) -> Any:
        """Return the first column of the first row of a query, ``None`` when there is none."""
        row = self.row(statement, *values)
        return None if row is None else row[0]

    def column(self, statement: str, *values: Any) -> list[Any]:
        """Return the first column of all rows of a query."""
        return [row[0] for row in self.execute(statement, values)]

    def find(self, record: Callable[..., T], statement: str, *values: Any) -> T | None:
        """Return the first row of a query as a record, ``None`` when there is none."""
        row = self.row(statement, *values)
        return None if row is None else record(*row)

    def records(self, record: Callable[..., T], statement: str, *values: Any) -> list[T]:
        """Return all rows of a query as records."""
        return [record(*row) for row in self.execute(statement, values)]

    def close(self) -> None:
        """Close the connection. Idempotent."""
        self._connection.close()


def damaged(path: str | os.PathLike[str] | None, reason: str) -> str:
    """Return the message for a state file that cannot be read, in one line."""
    return f"{path}: the file is damaged ({' '.join(reason.split())}); delete it, or restore a copy"


@cache
def _insert_statement(table: str, names: tuple[str, ...], otherwise: str = "") -> str:
    return f"INSERT {otherwise}INTO {table} ({', '.join(names)}) VALUES ({marks(names)})"  # noqa: S608


def _statements(script: str) -> Iterator[str]:
    """Split a script into statements, because ``executescript`` commits the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _explain(error: sqlite3.Error) -> str:
    text = str(error)
    if "malformed" in text or "disk I/O error" in text:
        return f"the file is damaged ({text}); delete it, or restore a copy"
    if "locked" in text:
        return "in use by another simulator"
    if "not a database" in text:
        return "not a database"
    if "fts5" in text:
        return "the SQLite of this Python has no full-text search (FTS5); use another build of Python"
    return text
