"""Export metadata of all items to a CSV file, and import the changes made in the file.

    export VIDISPINE_HOST=http://vidicore:8080/API VIDISPINE_USERNAME=admin VIDISPINE_PASSWORD=...
    python metadata_csv.py items.csv --save title news_keyword
    python metadata_csv.py items.csv --dry-run
    python metadata_csv.py items.csv

A row is an item, a column a field: values of the whole item, outside groups. A cell has one value, or several as a
JSON list: ["red", "blue"]. An empty cell means no value.

Without ``--save``, each row is compared with the server, and differences are printed and written. This is safe to run
again, and you can remove rows and columns from the file first. The values in the file overwrite changes that others
have made since it was saved. The exit code is 1 if an item could not be written.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path

import vidispine

WHOLE = {"start": "-INF", "end": "+INF"}


def values_of(item: vidispine.ItemType, fields: list[str]) -> dict[str, list[str]]:
    """Return the values of some fields that apply to the whole item."""
    return {name: item.metadata.get_all(name) if item.metadata else [] for name in fields}


def to_cell(values: list[str]) -> str:
    """Return the text of a cell."""
    is_plain = len(values) == 1 and values[0] and not values[0].startswith("[")
    return values[0] if is_plain else json.dumps(values, ensure_ascii=False) if values else ""


def from_cell(cell: str) -> list[str]:
    """Return the values in a cell."""
    return [str(value) for value in json.loads(cell)] if cell.startswith("[") else [cell] if cell else []


def save(client: vidispine.Client, file: Path, fields: list[str]) -> int:
    """Write the file and return the exit code."""
    search = {"sort": [{"field": "created", "order": "ascending"}]}
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["itemId", *fields])
        for item in client.item.iterate_search_items(search, content="metadata", field=fields, interval="generic"):
            writer.writerow([item.id, *map(to_cell, values_of(item, fields).values())])
    return 0


def load_row(client: vidispine.Client, header: list[str], row: list[str], dry_run: bool) -> None:
    """Write the differences of one row to the server.

    :raises ValueError: the row is invalid
    """
    if header[0] != "itemId" or len(header) != len(row):
        raise ValueError("the cells do not match a header of itemId and field names")
    item_id, fields = row[0], header[1:]
    wanted = dict(zip(fields, map(from_cell, row[1:])))
    there = values_of(client.item.get_item(item_id, content="metadata", field=fields, interval="generic"), fields)
    changed = [field for field in fields if wanted[field] != there[field]]
    for field in changed:
        print(f"{item_id} {field}: {to_cell(there[field])!r} -> {to_cell(wanted[field])!r}")
    written = [{"name": field, "value": [{"value": value} for value in wanted[field]]} for field in changed]
    if changed and not dry_run:
        client.metadata.update_metadata("item", item_id, {"timespan": [{**WHOLE, "field": written}]})


def load(client: vidispine.Client, file: Path, dry_run: bool) -> int:
    """Write the differences to the server and return the exit code."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.reader(stream) if row]
    if not rows:
        raise ValueError(f"{file} is empty")
    status = 0
    for row in rows[1:]:
        try:
            load_row(client, rows[0], row, dry_run)
        except (ValueError, vidispine.ApiException) as error:
            status = 1
            print(f"metadata_csv: {row[0]}: {error}", file=sys.stderr)
    return status


def main() -> int:
    """Parse the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Export metadata of all items to a CSV file, or import it.")
    parser.add_argument("file", type=Path, help="the CSV file, in UTF-8")
    parser.add_argument("--save", nargs="+", metavar="FIELD", help="write these fields to the file")
    parser.add_argument("--dry-run", action="store_true", help="show the differences, and write nothing")
    arguments = parser.parse_args()
    try:
        with vidispine.Client() as client:
            if arguments.save:
                return save(client, arguments.file, arguments.save)
            return load(client, arguments.file, arguments.dry_run)
    except (OSError, ValueError, csv.Error, vidispine.OpenApiException) as error:
        print(f"metadata_csv: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
