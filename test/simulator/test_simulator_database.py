"""The database file: made, opened again, refused when it is something else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from vidispine.simulator.database import Database
from vidispine.simulator.errors import SimulatorError
from vidispine.simulator.schema import VERSION


def test_a_file_is_made_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    database = Database(path)
    with database.transaction():
        database.execute("INSERT INTO setting VALUES ('key', 7)")
    database.close()
    again = Database(str(path))
    assert again.value("SELECT value FROM setting WHERE key = 'key'") == 7
    again.close()


def test_a_transaction_is_all_or_nothing() -> None:
    database = Database()

    def half() -> None:
        with database.transaction():
            database.execute("INSERT INTO setting VALUES ('key', 7)")
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert database.value("SELECT count(*) FROM setting") == 0
    database.close()


def refused(path: Path) -> str:
    with pytest.raises(SimulatorError) as error:
        Database(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_no_database_at_all(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, " * 100)
    assert refused(path) == f"{path}: not a database"
    assert path.read_text().startswith("not a database, ")


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE job (id)")
    other.close()
    assert refused(path) == f"{path} is a database of another program, not of the simulator"
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("job",)]
    other.close()


def test_another_version_of_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    Database(path).close()
    later = sqlite3.connect(path)
    later.execute(f"PRAGMA user_version = {VERSION + 1}")
    later.close()
    assert refused(path).startswith(f"{path} has version {VERSION + 1} of the simulator's schema, this release needs ")


def test_a_file_that_another_simulator_has_open(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    first = Database(path)
    assert refused(path) == f"{path}: in use by another simulator"
    first.close()
    Database(path).close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing" / "state.db").startswith(f"{tmp_path}/missing/state.db: unable to open")
    assert refused(tmp_path).startswith(f"{tmp_path}: unable to open")
