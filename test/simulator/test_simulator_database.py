"""The database file: created, reopened, rejected when it is not a database of the simulator."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from vidispine.simulator import SimulatorError
from vidispine.simulator.database.connection import VERSION, Database
from vidispine.simulator.state import SCHEMA


def test_create_and_reopen(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    database = Database(path, SCHEMA)
    with database.transaction():
        database.execute("INSERT INTO setting VALUES ('key', 7)")
    database.close()
    again = Database(str(path), SCHEMA)
    assert again.value("SELECT value FROM setting WHERE key = 'key'") == 7
    again.close()


def test_transaction_is_atomic() -> None:
    database = Database(None, SCHEMA)

    def fail_midway() -> None:
        with database.transaction():
            database.execute("INSERT INTO setting VALUES ('key', 7)")
            raise KeyError

    with pytest.raises(KeyError):
        fail_midway()
    assert database.value("SELECT count(*) FROM setting") == 0
    database.close()


def open_error(path: Path) -> str:
    with pytest.raises(SimulatorError) as error:
        Database(path, SCHEMA)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_file_that_is_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, " * 100)
    assert open_error(path) == f"{path}: not a database"
    assert path.read_text().startswith("not a database, ")


def test_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE job (id)")
    other.close()
    assert open_error(path) == f"{path} is a database of another program, not of the simulator"
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("job",)]
    other.close()


def test_other_schema_version(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    Database(path, SCHEMA).close()
    later = sqlite3.connect(path)
    later.execute(f"PRAGMA user_version = {VERSION + 1}")
    later.close()
    assert open_error(path).startswith(
        f"{path} has version {VERSION + 1} of the simulator's schema, this release requires "
    )


def test_file_in_use(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    first = Database(path, SCHEMA)
    assert open_error(path) == f"{path}: in use by another simulator"
    first.close()
    Database(path, SCHEMA).close()


def test_missing_folder(tmp_path: Path) -> None:
    assert open_error(tmp_path / "missing" / "state.db").startswith(f"{tmp_path}/missing/state.db: unable to open")
    assert open_error(tmp_path).startswith(f"{tmp_path}: unable to open")
