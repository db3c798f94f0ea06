"""The simulator's state, in SQLite: in memory, or in a file that outlives the process."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidispine.simulator.errors import SimulatorError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

__all__ = ["Database"]

APPLICATION_ID = 0x56445349
"""Marks a file as ours ("VDSI"); SQLite keeps it in the file's header."""

VERSION = 1
"""Version of the schema below."""

SCHEMA = """
CREATE TABLE setting (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE user (
    name TEXT PRIMARY KEY, password TEXT NOT NULL, roles TEXT NOT NULL, enabled INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE token (
    digest TEXT PRIMARY KEY, user TEXT NOT NULL, milliseconds INTEGER NOT NULL, refreshing INTEGER NOT NULL,
    begun INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE job_type (name TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE behaviour (type TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE job (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    parent INTEGER,              -- the job that this one is a sub-job of
    user TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,   -- position in the vocabulary: 0 is the highest
    started INTEGER NOT NULL,    -- times are milliseconds since 1970
    finished INTEGER,
    behaviour TEXT NOT NULL,     -- as it was when the job was created
    step INTEGER NOT NULL DEFAULT 0,    -- 0: not begun
    phase TEXT NOT NULL DEFAULT 'new',  -- what happens when the job next gets a slot or its time is up
    task INTEGER,                -- the run of a step that is going on
    problem INTEGER,             -- what a WAITING job waits for
    slot INTEGER NOT NULL DEFAULT 0,
    warned INTEGER NOT NULL DEFAULT 0,
    due INTEGER                  -- when something next happens to it by itself
);
CREATE INDEX job_due ON job (due, serial) WHERE due IS NOT NULL;
CREATE INDEX job_queue ON job (priority, serial) WHERE status = 'READY' AND parent IS NULL;
CREATE INDEX job_slot ON job (slot) WHERE slot = 1;
CREATE INDEX job_parent ON job (parent) WHERE parent IS NOT NULL;
CREATE INDEX job_problem ON job (problem) WHERE problem IS NOT NULL;
CREATE INDEX job_user ON job (user) WHERE parent IS NULL;
CREATE INDEX job_status ON job (status) WHERE parent IS NULL;
CREATE INDEX job_type_of ON job (type) WHERE parent IS NULL;
CREATE INDEX job_priority ON job (priority) WHERE parent IS NULL;
CREATE INDEX job_started ON job (started) WHERE parent IS NULL;
CREATE INDEX job_finished ON job (finished) WHERE parent IS NULL;

CREATE TABLE job_data (
    job INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, given INTEGER NOT NULL,
    PRIMARY KEY (job, key)
) WITHOUT ROWID;
CREATE INDEX job_data_value ON job_data (key, value);

CREATE TABLE task (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL, step INTEGER NOT NULL, attempt INTEGER NOT NULL, status TEXT NOT NULL,
    description TEXT NOT NULL,
    begun INTEGER NOT NULL, changed INTEGER NOT NULL,
    running_since INTEGER,       -- progress counts from here, over the next column; NULL: it does not move
    duration INTEGER NOT NULL DEFAULT 0,
    progress REAL NOT NULL DEFAULT 0,
    error TEXT
);
CREATE INDEX task_job ON task (job);

CREATE TABLE problem (
    id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, data TEXT NOT NULL, resolved INTEGER NOT NULL DEFAULT 0
);
"""


class Database:
    """A connection and what the rest asks of it. It does no locking: the timeline lets one thread in at a time."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        """Open the database, and create it where there is none.

        :param path: file to keep the state in; in memory when ``None``
        :raises SimulatorError: the file cannot be opened, is in use, or holds something else
        """
        self.path = None if path is None else Path(path)
        try:
            self._connection = sqlite3.connect(
                ":memory:" if self.path is None else self.path, isolation_level=None, check_same_thread=False, timeout=0
            )
        except sqlite3.Error as error:
            raise SimulatorError(f"{self.path}: {error}") from error
        self._connection.row_factory = sqlite3.Row
        try:
            self._open()
        except sqlite3.Error as error:
            self._connection.close()
            raise SimulatorError(f"{self.path}: {_explain(error)}") from error
        except BaseException:
            self._connection.close()
            raise

    def _open(self) -> None:
        # One process at a time; the lock is the operating system's and goes with the process, however that ends.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if not self._is_empty():
            self._check()
        # What was committed survives the end of the process; only a failing machine can lose the last moments.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self.transaction(immediate=True):
            if self._is_empty():
                for statement in filter(str.strip, SCHEMA.split(";\n")):
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
                f"{self.path} has version {version} of the simulator's schema, this release needs {VERSION}: "
                "use another file, or the release that wrote it"
            )

    @contextmanager
    def transaction(self, immediate: bool = False) -> Iterator[None]:
        """Do all of it or nothing."""
        self.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def execute(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._connection.execute(statement, tuple(values))

    def insert(self, table: str, **values: Any) -> int:
        """Add a row and return its number."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names are in the code
        cursor = self.execute(statement, values.values())
        return cursor.lastrowid or 0

    def update(self, table: str, number: int, **values: Any) -> None:
        """Change some columns of the row with this number."""
        assignments = ", ".join(f"{name} = ?" for name in values)
        statement = f"UPDATE {table} SET {assignments} WHERE rowid = ?"  # noqa: S608 - names are in the code
        self.execute(statement, [*values.values(), number])

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

    def close(self) -> None:
        """Close the connection; may be called again."""
        self._connection.close()


def _explain(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return "in use by another simulator"
    if "not a database" in text:
        return "not a database"
    return text
