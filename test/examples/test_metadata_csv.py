"""The example that exports metadata to a CSV file and imports changes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from test.examples.sandbox import Sandbox

FIELDS = ["title", "acme_keyword"]


def _write(sandbox: Sandbox, item: str, **fields: list[str]) -> None:
    written = [{"name": name, "value": [{"value": value} for value in values]} for name, values in fields.items()]
    document = {"timespan": [{"start": "-INF", "end": "+INF", "field": written}]}
    sandbox.client.metadata.update_metadata("item", item, document)


def _values(sandbox: Sandbox, item: str) -> dict[str, list[str]]:
    terse = sandbox.client.item.get_item(item, content="metadata", terse="yes", field=FIELDS).to_dict().get("terse", {})
    return {name: [entry["value"] for entry in entries] for name, entries in terse.items()}


def _rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@pytest.fixture
def items(sandbox: Sandbox) -> list[str]:
    sandbox.client.metadata_field.update_or_create_metadata_field("acme_keyword", {"type": "string"})
    made = [sandbox.client.import_.create_placeholder({"timespan": []}).id or "" for _ in range(4)]
    _write(sandbox, made[0], title=['A "first" one, with\na second line'], acme_keyword=["red", "blau-grün"])
    _write(sandbox, made[1], title=["[in brackets]"])
    # Timed metadata is not part of this example.
    part = {"start": "0@PAL", "end": "25@PAL", "field": [{"name": "title", "value": [{"value": "a part"}]}]}
    sandbox.client.metadata.update_metadata("item", made[2], {"timespan": [part]})
    return made


def test_exports_metadata_and_imports_changes(sandbox: Sandbox, items: list[str]) -> None:
    file = sandbox.folder / "items.csv"
    assert sandbox.run("metadata_csv", file, "--save", *FIELDS).status == 0
    assert _rows(file) == [
        ["itemId", *FIELDS],
        [items[0], 'A "first" one, with\na second line', '["red", "blau-grün"]'],
        [items[1], '["[in brackets]"]', ""],
        [items[2], "", ""],
        [items[3], "", ""],
    ]
    untouched = sandbox.run("metadata_csv", file)
    assert (untouched.status, untouched.lines, untouched.errors) == (0, [], [])

    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = [
            ["itemId", *FIELDS],
            [items[0], "Shorter", ""],
            [items[1], "[]", "green"],
            [items[3], "New", '["x", "y"]'],
        ]
        csv.writer(stream).writerows(rows)
    before = {item: _values(sandbox, item) for item in items}
    sandbox.vidicore.requests.clear()
    shown = sandbox.run("metadata_csv", file, "--dry-run")
    assert shown.status == 0, shown
    assert f"{items[0]} title: 'A \"first\" one, with\\na second line' -> 'Shorter'" in shown.lines
    assert f"{items[0]} acme_keyword: '[\"red\", \"blau-grün\"]' -> ''" in shown.lines
    assert len(shown.lines) == 6
    assert sandbox.asked("update_metadata") == 0
    assert {item: _values(sandbox, item) for item in items} == before

    assert sandbox.run("metadata_csv", file).lines == shown.lines
    assert [_values(sandbox, item) for item in items] == [
        {"title": ["Shorter"]},
        {"acme_keyword": ["green"]},
        {"title": ["a part"]},
        {"title": ["New"], "acme_keyword": ["x", "y"]},
    ]
    assert sandbox.run("metadata_csv", file).lines == []
    assert sandbox.asked("update_metadata") == 3


def test_failed_row_does_not_stop_the_others(sandbox: Sandbox, items: list[str]) -> None:
    file = sandbox.folder / "items.csv"
    rows = f"itemId,title\nVX-99,nobody\n{items[0]},one,too many\n{items[1]},[not JSON\n{items[3]},Fine\n"
    file.write_text(rows, encoding="utf-8-sig")
    run = sandbox.run("metadata_csv", file)
    assert run.status == 1
    assert run.lines == [f"{items[3]} title: '' -> 'Fine'"]
    assert _values(sandbox, items[3]) == {"title": ["Fine"]}
    assert [line.split(": ")[1] for line in run.errors] == ["VX-99", items[0], items[1]]
    assert "404 Not Found" in run.errors[0]


@pytest.mark.parametrize("text", ["", "name,title\nVX-1,x\n"])
def test_rejects_other_files(sandbox: Sandbox, text: str) -> None:
    file = sandbox.folder / "items.csv"
    file.write_text(text)
    run = sandbox.run("metadata_csv", file)
    assert run.status == 1
    (line,) = run.errors
    assert line.startswith("metadata_csv: ")


def test_reports_a_missing_file_and_an_unknown_field(sandbox: Sandbox, items: list[str]) -> None:
    assert "items.csv" in sandbox.run("metadata_csv", "items.csv").errors[0]
    run = sandbox.run("metadata_csv", "items.csv", "--save", "acme_unknown")
    assert run.status == 1
    (line,) = run.errors
    assert line.startswith("metadata_csv: search_items: 4"), line
