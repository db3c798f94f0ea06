"""Tables, durations, times and sizes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from rich.cells import cell_len

from vidispine.cli.output.table import Column, column_widths, table_lines, write_table
from vidispine.cli.output.text import duration_text, local_time, size_text
from vidispine.cli.parameter_types import parse_duration, parse_time_argument

Row = tuple[str, str, str, str]

COLUMNS: list[Column[Row]] = [
    Column("Id", lambda row: row[0]),
    Column("Title", lambda row: row[1], rank=1, truncate=True),
    Column("Type", lambda row: row[2], rank=2),
    Column("User", lambda row: row[3], rank=3, style=lambda row: "red"),
]
ROWS: list[Row] = [
    ("VX-1", "a very long title " * 4, "video", "admin"),
    ("VX-1000", "短い", "audio\x1b[2J", "ada\nbob"),
]


def drawn(width: int) -> list[str]:
    return [line.plain for line in table_lines(ROWS, COLUMNS, width)]


@pytest.mark.parametrize("width", [1, 7, 20, 25, 30, 40, 60, 100, 200])
def test_a_table_is_never_wider_than_the_terminal(width: int) -> None:
    lines = drawn(width)
    assert len(lines) == 1 + len(ROWS)
    assert all(cell_len(line) <= width for line in lines)
    assert all(line.isprintable() for line in lines)


def test_rank_decides_which_column_is_omitted() -> None:
    assert [drawn(width)[0].split() for width in (100, 38, 32, 24, 5)] == [
        ["Id", "Title", "Type", "User"],
        ["Id", "Title", "Type"],
        ["Id", "Title"],
        ["Id"],
        ["Id"],
    ]


def test_only_some_columns_are_truncated() -> None:
    assert column_widths([7, 70, 11, 7], COLUMNS, 200) == [7, 70, 11, 7]
    assert column_widths([7, 70, 11, 7], COLUMNS, 60) == [7, 29, 11, 7]
    assert drawn(60)[1] == "VX-1     a very long title a very long …  video      admin"
    assert drawn(60)[2].startswith("VX-1000  短い ")


def test_pipe_has_complete_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert write_table(ROWS, COLUMNS) == 2
    lines = capsys.readouterr().out.splitlines()
    assert ROWS[0][1].strip() in lines[1]
    assert lines[1].endswith("  video      admin")
    assert lines[2].endswith("  audio [2J  ada bob")
    assert write_table([], COLUMNS) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("7d", 604800), ("1w", 604800), (" 3 H ", 10800)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1", "1y", "1h30m", "nan", "inf"])
def test_invalid_durations(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration such as 90s, 15m, 2h or 7d"):
        parse_duration(text)


def test_times() -> None:
    assert parse_time_argument("2024-03-01T10:00:00Z") == datetime(2024, 3, 1, 10, tzinfo=timezone.utc)
    assert parse_time_argument("2024-03-01T10:00:00.000+0100") == datetime(2024, 3, 1, 9, tzinfo=timezone.utc)
    assert parse_time_argument("2024-03-01") == datetime(2024, 3, 1).astimezone()
    for text, ago in (("2h", timedelta(hours=2)), ("7d", timedelta(days=7))):
        assert abs(datetime.now(timezone.utc) - ago - parse_time_argument(text)) < timedelta(minutes=2)
    for text in ("", "soon", "12:00 tomorrow", "2h later"):
        with pytest.raises(ValueError, match="is not a time such as"):
            parse_time_argument(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (7.4, "7s"), (60, "1m"), (200, "3m 20s"), (3600, "1h"), (7500, "2h 5m"), (273600, "3d 4h")],
)
def test_duration_text(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (99_600, "100 kB"),
        (92_400_172, "92.4 MB"),
        (5 * 10**15, "5000 TB"),
    ],
)
def test_size_text(size: int, text: str) -> None:
    assert size_text(size) == text


def test_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    if not hasattr(time, "tzset"):
        pytest.skip("the time zone cannot be changed on this platform")
    monkeypatch.setenv("TZ", "UTC-2")
    time.tzset()
    try:
        assert local_time(datetime(2024, 3, 1, 23, 30, tzinfo=timezone.utc)) == "2024-03-02 01:30:00"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert local_time(None) == ""
